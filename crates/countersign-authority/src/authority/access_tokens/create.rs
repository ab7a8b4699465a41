//! New tokens: for others (*Access Token Management*), and for oneself (*User Access Tokens*).

use countersign_model::{
    AccessToken, AccountNumber, Actor, EntityId, InstallationId, InstallationState, Means, RoleId,
    TokenHistory, TokenId, TokenLimits, TokenNumber, TokenSecret, TokenState, Touch, Version,
};

use super::{MANAGE, OWN, broken, token_fact};
use crate::authority::{Authority, Change, MAX_NAME, Requester, UseCaseFault, found, name};
use crate::{Act, Series};

/// A new token.
pub struct NewToken {
    /// The integration it is for.
    pub installation: InstallationId,
    /// Who acts.
    pub entity: EntityId,
    /// In which role.
    pub role: RoleId,
    /// What people call it; without one, "application - user, role".
    pub name: Option<String>,
    /// Until when, after which rest and from where it works.
    pub limits: TokenLimits,
}

/// A new token for whoever asks for it, in the role that they act in.
pub struct NewOwnToken {
    /// The integration it is for.
    pub installation: InstallationId,
    /// What people call it; without one, "application - user, role".
    pub name: Option<String>,
    /// Until when, after which rest and from where it works.
    pub limits: TokenLimits,
}

/// A token: the one time that its secret is shown.
pub struct CreatedToken {
    /// Its number in the account.
    pub number: TokenNumber,
    /// What people call it.
    pub name: String,
    /// The token id.
    pub token_id: TokenId,
    /// The token secret.
    pub token_secret: TokenSecret,
}

impl Authority {
    /// Creates a token for an entity and one of its roles, as an administrator does.
    ///
    /// # Errors
    /// The rule that it would break: see [`UseCaseFault`].
    pub async fn create_token(
        &self,
        requester: &Requester,
        new: NewToken,
    ) -> Result<CreatedToken, UseCaseFault> {
        let change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let may = change.standing.asker().may(Touch::Mint, new.entity, new.role);
        let may = may.map_err(|rule| broken(rule, TokenNumber(0)));
        self.make_token(change, new, may).await
    }

    /// Creates a token for the requester itself, in the role that it acts in.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`] where the requester acts in no role; else the rule that it
    /// would break.
    pub async fn create_own_token(
        &self,
        requester: &Requester,
        new: NewOwnToken,
    ) -> Result<CreatedToken, UseCaseFault> {
        let change = self.begin(requester, OWN).await?;
        change.standing.is_proven_lately()?;
        let (entity, role) = change.standing.in_role().ok_or(UseCaseFault::NotLoggedIn)?;
        let (role, NewOwnToken { installation, name, limits }) = (role.id, new);
        let new = NewToken { installation, entity, role, name, limits };
        self.make_token(change, new, Ok(())).await
    }

    async fn make_token(
        &self,
        mut change: Change<'_>,
        new: NewToken,
        may: Result<(), UseCaseFault>,
    ) -> Result<CreatedToken, UseCaseFault> {
        let account = change.requester.account;
        let default_name = change.check_new_token(account, &new, may).await?;
        let name = new.name.as_deref().map_or(Ok(default_name), name)?;
        let limits = change.limits_within(new.entity, new.limits.clone()).await?;

        let (token, token_secret) = change.mint(&new, name, limits).await?;
        let AccessToken { number, name, token_id, installation, entity, role, .. } = token;
        let act = Act::TokenCreated {
            token: number.0,
            name: name.clone(),
            installation: installation.0,
            entity: entity.0,
            role: role.0,
        };
        change.commit(act).await?;
        Ok(CreatedToken { number, name, token_id, token_secret })
    }
}

impl Change<'_> {
    /// Makes a token that the rules allow, and has the directory learn it.
    pub(super) async fn mint(
        &mut self,
        new: &NewToken,
        name: String,
        limits: TokenLimits,
    ) -> Result<(AccessToken, TokenSecret), UseCaseFault> {
        let (account, chance) = (self.requester.account, &*self.authority.chance);
        let number = TokenNumber(self.tx.next(Series::Tokens(account)).await?);
        let token_secret = TokenSecret::generate(chance);
        let secret_version = 1;
        let binding = AccessToken::binding(account, number, secret_version);
        let token = AccessToken {
            account,
            number,
            token_id: TokenId::generate(chance),
            token_secret: self.seal(token_secret.expose_bytes(), &binding).await?,
            secret_version,
            retiring: None,
            name,
            installation: new.installation,
            entity: new.entity,
            role: new.role,
            state: TokenState::Active,
            limits,
            lapsed: None,
            history: TokenHistory::begins(self.stamp()),
            version: Version::FIRST,
        };
        self.tx.add_token(&token).await?;
        self.learns(token_fact(&token));
        Ok((token, token_secret))
    }

    /// A token that its own entity makes by a signed request is bounded as the one that signed it:
    /// else whoever got hold of one could make another without its end.
    pub(super) async fn limits_within(
        &mut self,
        entity: EntityId,
        limits: TokenLimits,
    ) -> Result<TokenLimits, UseCaseFault> {
        let Actor::Entity { entity: by, by: Means::Token(_, signing) } = self.requester.actor
        else {
            return Ok(limits);
        };
        if by != entity {
            return Ok(limits);
        }
        let signing = self.tx.token(self.requester.account, signing).await?;
        let signing = signing.ok_or(UseCaseFault::NotLoggedIn)?;
        Ok(limits.within(&signing.limits))
    }

    /// The rules for a new token; gives the default name. `may` is what the rules about the
    /// requester say: what is not there is told first.
    pub(super) async fn check_new_token(
        &mut self,
        account: AccountNumber,
        new: &NewToken,
        may: Result<(), UseCaseFault>,
    ) -> Result<String, UseCaseFault> {
        let NewToken { installation, entity, role, .. } = *new;
        let home = found(self.tx.account_of(account).await?, "account", account.0)?;
        if !home.token_based_authentication {
            return Err(UseCaseFault::FeatureOff);
        }
        let installation = self.tx.installation(account, installation).await?;
        let installation = found(installation, "integration", new.installation.0)?;
        if installation.state != InstallationState::Enabled {
            return Err(UseCaseFault::IntegrationNotEnabled);
        }
        let integration = self.tx.integration(installation.integration).await?;
        let integration = found(integration, "integration", new.installation.0)?;
        if !integration.authentication.token_based {
            return Err(UseCaseFault::TokenBasedOff);
        }
        let entity = found(self.tx.entity(account, entity).await?, "entity", entity.0)?;
        let role = found(self.tx.role(account, role).await?, "role", role.0)?;
        may?;
        self.standing.may_hand_out(&role)?;
        if !entity.active {
            return Err(UseCaseFault::EntityInactive(entity.id.0));
        }
        if !self.tx.roles_of(account, entity.id).await?.contains(&role.id) {
            return Err(UseCaseFault::RoleNotAssigned { entity: entity.id.0, role: role.id.0 });
        }
        if !role.active {
            return Err(UseCaseFault::TokenRoleInactive(role.id.0));
        }
        if !role.may_log_in_with_tokens() {
            return Err(UseCaseFault::RoleCannotLogIn(role.id.0));
        }
        if new.limits.expires_at.is_some_and(|end| end <= self.authority.clock.now()) {
            return Err(UseCaseFault::ExpiresInThePast);
        }
        let name = format!("{} - {}, {}", installation.name, entity.name, role.name);
        Ok(name.chars().take(MAX_NAME).collect())
    }
}
