//! Access tokens.

use countersign_model::{
    AccessToken, AccountNumber, EntityId, InstallationId, InstallationState, Level, Permission,
    Role, RoleId, TokenId, TokenNumber, TokenSecret, TokenState, Version,
};
use countersign_verify::{Fact, TokenFact};

use super::{Authority, Change, Need, Requester, UseCaseFault, found, name, unchanged};
use crate::{Act, Series};

const MANAGE_TOKENS: Need = Need::Permission(Permission::AccessTokenManagement, Level::Full);

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
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE_TOKENS).await?;
        let default_name = change.check_new_token(account, &new).await?;
        let name = new.name.map_or(Ok(default_name), |text| name(&text))?;

        let number = TokenNumber(change.tx.next(Series::Tokens(account)).await?);
        let token_secret = TokenSecret::generate(&*self.chance);
        let secret_version = 1;
        let binding = AccessToken::binding(account, number, secret_version);
        let token = AccessToken {
            account,
            number,
            token_id: TokenId::generate(&*self.chance),
            token_secret: change.seal(token_secret.expose_bytes(), &binding).await?,
            secret_version,
            name,
            installation: new.installation,
            entity: new.entity,
            role: new.role,
            state: TokenState::Active,
            version: Version::FIRST,
        };
        change.tx.add_token(&token).await?;
        change.learns(token_fact(&token));
        let act = Act::TokenCreated {
            token: number.0,
            name: token.name.clone(),
            installation: token.installation.0,
            entity: token.entity.0,
            role: token.role.0,
        };
        change.commit(act).await?;
        Ok(CreatedToken { number, name: token.name, token_id: token.token_id, token_secret })
    }

    /// Revokes a token, for good. It stays in the record.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::RevokedAlready`].
    pub async fn revoke_token(
        &self,
        requester: &Requester,
        number: TokenNumber,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE_TOKENS).await?;
        let token = found(change.tx.token(account, number).await?, "token", number.0)?;
        unchanged("token", number.0, if_version, token.version)?;
        let Some(revoked) = token.clone().revoke(self.clock.now()) else {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            self.projection.learn(token_fact(&token));
            return Err(UseCaseFault::RevokedAlready(number.0));
        };
        change.tx.save_token(&revoked).await?;
        change.learns(token_fact(&revoked));
        change.commit(Act::TokenRevoked { token: number.0 }).await?;
        Ok(())
    }
}

impl Change<'_> {
    /// The rules for a new token; gives the default name.
    async fn check_new_token(
        &mut self,
        account: AccountNumber,
        new: &NewToken,
    ) -> Result<String, UseCaseFault> {
        let NewToken { installation, entity, role, .. } = *new;
        let installation = found(
            self.tx.installation(account, installation).await?,
            "integration",
            installation.0,
        )?;
        if installation.state != InstallationState::Enabled {
            return Err(UseCaseFault::IntegrationNotEnabled);
        }
        let integration =
            found(self.tx.integration(installation.integration).await?, "integration", 0)?;
        if !integration.authentication.token_based {
            return Err(UseCaseFault::TokenBasedOff);
        }
        let entity = found(self.tx.entity(account, entity).await?, "entity", entity.0)?;
        if !entity.active {
            return Err(UseCaseFault::EntityInactive(entity.id.0));
        }
        let role = found(self.tx.role(account, role).await?, "role", role.0)?;
        if role.id == Role::ADMINISTRATOR {
            return Err(UseCaseFault::AdministratorToken);
        }
        if !self.tx.roles_of(account, entity.id).await?.contains(&role.id) {
            return Err(UseCaseFault::RoleNotAssigned { entity: entity.id.0, role: role.id.0 });
        }
        if !role.may_log_in_with_tokens() {
            return Err(UseCaseFault::RoleCannotLogIn(role.id.0));
        }
        Ok(format!("{} - {}, {}", integration.name, entity.name, role.name))
    }
}

fn token_fact(token: &AccessToken) -> Fact {
    Fact::Token(TokenFact {
        token_id: token.token_id,
        secret: token.token_secret,
        secret_version: token.secret_version,
        account: token.account,
        number: token.number,
        installation: token.installation,
        entity: token.entity,
        role: token.role,
        state: token.state,
    })
}
