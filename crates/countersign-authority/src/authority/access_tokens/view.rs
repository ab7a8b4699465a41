//! A token as lists and pages show it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use countersign_model::{
    AccessToken, AccountNumber, Assigned, Breach, Dormancy, EntityId, InstallationId,
    InstallationState, Lapsed, Login, Role, RoleId, Surroundings, Timestamp, TokenHistory,
    TokenLimits, TokenNumber, TokenPolicy, TokenState, Version,
};

use crate::authority::{Authority, UseCaseFault};
use crate::{Assignment, Snapshot, TokenUse};

/// A number and the name that goes with it; none: it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<N> {
    /// The number.
    pub id: N,
    /// The name.
    pub name: Option<String>,
}

/// A token, with names. No secret, and no token id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenView {
    /// Its number in the account.
    pub number: TokenNumber,
    /// What people call it.
    pub name: String,
    /// The integration it is for.
    pub installation: Named<InstallationId>,
    /// Who acts.
    pub entity: Named<EntityId>,
    /// In which role.
    pub role: Named<RoleId>,
    /// Whether it works.
    pub state: TokenState,
    /// Until when, after which rest and from where it works.
    pub limits: TokenLimits,
    /// Whether it has run out.
    pub lapsed: Option<Lapsed>,
    /// Why it can't log in though it is active.
    pub dormant: Option<Dormancy>,
    /// What the account's policy has against it.
    pub breach: Option<Breach>,
    /// Until when the secret before works.
    pub retires_at: Option<Timestamp>,
    /// When and by whom it came to be as it is.
    pub history: TokenHistory,
    /// Its last use; none: it was never used, or nobody counts.
    pub used: Option<TokenUse>,
    /// Which edition of the row it is.
    pub version: Version,
}

/// What several tokens of a list hang on, looked up once each.
#[derive(Default)]
struct Around {
    feature: bool,
    policy: TokenPolicy,
    installations: HashMap<InstallationId, Option<(InstallationState, bool, String)>>,
    entities: HashMap<EntityId, Option<(countersign_model::Entity, Vec<Assignment>)>>,
    roles: HashMap<RoleId, Option<Role>>,
}

/// The tokens with their names and uses.
pub(in crate::authority) async fn views(
    authority: &Authority,
    record: &mut dyn Snapshot,
    account: AccountNumber,
    tokens: Vec<AccessToken>,
) -> Result<Vec<TokenView>, UseCaseFault> {
    let numbers: Vec<_> = tokens.iter().map(|token| token.number).collect();
    let mut uses = authority.uses(account, &numbers).await?;
    let now = authority.clock.now();
    let mut around = Around::of(record, account).await?;
    let mut views = Vec::with_capacity(tokens.len());
    for token in tokens {
        around.look_up(record, &token).await?;
        let used = uses.remove(&token.number);
        views.push(around.view(token, used, now));
    }
    Ok(views)
}

impl Around {
    async fn of(record: &mut dyn Snapshot, number: AccountNumber) -> Result<Self, UseCaseFault> {
        let account = record.account_of(number).await?;
        let policy = account.as_ref().map(|account| account.policy).unwrap_or_default();
        let feature = account.is_some_and(|account| account.token_based_authentication);
        Ok(Self { feature, policy, ..Self::default() })
    }

    async fn look_up(
        &mut self,
        record: &mut dyn Snapshot,
        token: &AccessToken,
    ) -> Result<(), UseCaseFault> {
        let AccessToken { account, installation, entity, role, .. } = *token;
        if let Entry::Vacant(place) = self.installations.entry(installation) {
            let installed = record.installation(account, installation).await?;
            let mut known = None;
            if let Some(installed) = installed
                && let Some(it) = record.integration(installed.integration).await?
            {
                known = Some((installed.state, it.authentication.token_based, installed.name));
            }
            place.insert(known);
        }
        if let Entry::Vacant(place) = self.entities.entry(entity) {
            let mut known = None;
            if let Some(it) = record.entity(account, entity).await? {
                known = Some((it, record.assignments(account, entity).await?));
            }
            place.insert(known);
        }
        if let Entry::Vacant(place) = self.roles.entry(role) {
            place.insert(record.role(account, role).await?);
        }
        Ok(())
    }

    fn view(&self, token: AccessToken, used: Option<TokenUse>, now: Timestamp) -> TokenView {
        let installation = self.installations.get(&token.installation).and_then(Option::as_ref);
        let entity = self.entities.get(&token.entity).and_then(Option::as_ref);
        let role = self.roles.get(&token.role).and_then(Option::as_ref);
        let login = match (entity, role) {
            (Some((entity, roles)), Some(role)) => {
                let has = roles.iter().find(|has| has.role == role.id);
                Login::of(entity, role, has.map_or(Assigned::No, |has| has.as_assigned()))
            }
            _ => Login::RoleRemoved,
        };
        let surroundings = Surroundings {
            feature: self.feature,
            installation: installation.map(|it| it.0),
            token_based: installation.is_some_and(|it| it.1),
            login,
        };
        let dormant = Dormancy::of(&token, &surroundings, now);
        let last = used.as_ref().map(|used| used.last.at);
        let breach = self.policy.breach(&token, last, now).filter(|_| !token.is_revoked());
        TokenView {
            number: token.number,
            installation: Named {
                id: token.installation,
                name: installation.map(|it| it.2.clone()),
            },
            entity: Named { id: token.entity, name: entity.map(|it| it.0.name.clone()) },
            role: Named { id: token.role, name: role.map(|role| role.name.clone()) },
            state: token.state,
            lapsed: token.lapsed,
            dormant,
            breach,
            retires_at: token.retiring.map(|retiring| retiring.until).filter(|until| *until > now),
            history: token.history,
            used,
            version: token.version,
            limits: token.limits,
            name: token.name,
        }
    }
}
