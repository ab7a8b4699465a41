//! What a change would hit, before it is made.

use countersign_model::{
    AccountNumber, EntityId, InstallationId, Level, Permission, RoleId, TokenNumber, TokenPolicy,
    TokenState,
};

use super::access_tokens::{TokenView, views};
use super::{Authority, Need, Requester, UseCaseFault, found};
use crate::{Order, Slice, Snapshot, StateFilter, TokenFilter};

/// What is about to be blocked, deleted, reset, taken away or switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// An integration in the account.
    Integration(InstallationId),
    /// An entity.
    Entity(EntityId),
    /// A role, for all who have it.
    Role(RoleId),
    /// A role of one entity.
    Assignment(EntityId, RoleId),
    /// One token.
    Token(TokenNumber),
    /// The account's feature *Token-based Authentication*.
    Feature,
    /// A refresh of an environment of the account: what it would end there.
    Refresh(AccountNumber),
    /// Another policy: what it would hit now, were all its dates over.
    Policy(TokenPolicy),
}

/// The tokens that would be hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequences {
    /// How many that are not revoked.
    pub tokens: u64,
    /// How many of these are active.
    pub active: u64,
    /// The first of them: whose they are, and when they were last used.
    pub first: Vec<TokenView>,
}

/// Tokens that are told one by one.
const TOLD: u16 = 50;

impl Authority {
    /// Which tokens a change would hit. Nothing is changed.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`] where there is nothing to be changed;
    /// [`UseCaseFault::PermissionMissing`]: for whoever may make one of these changes.
    pub async fn consequences(
        &self,
        requester: &Requester,
        of: Of,
    ) -> Result<Consequences, UseCaseFault> {
        const TOKENS: (Permission, Level) = (Permission::AccessTokenManagement, Level::View);
        const INTEGRATIONS: (Permission, Level) = (Permission::IntegrationApplication, Level::View);
        let need = match of {
            Of::Integration(_) => Need::OneOf(&[TOKENS, INTEGRATIONS]),
            Of::Refresh(_) => Need::Administrator,
            _ => Need::OneOf(&[TOKENS]),
        };
        let account = match of {
            Of::Refresh(environment) => environment,
            _ => requester.account,
        };
        let mut look = self.look(requester, need).await?;
        let record = &mut *look.record;
        check(record, requester, of).await?;
        let not_revoked =
            TokenFilter { state: Some(StateFilter::NotRevoked), ..TokenFilter::default() };
        let (entity, role) = match of {
            Of::Entity(entity) => (Some(entity), None),
            Of::Role(role) => (None, Some(role)),
            Of::Assignment(entity, role) => (Some(entity), Some(role)),
            _ => (None, None),
        };
        let filter = match of {
            Of::Integration(id) => TokenFilter { installation: Some(id), ..not_revoked },
            Of::Entity(_) | Of::Role(_) | Of::Assignment(..) => {
                TokenFilter { entity, role, ..not_revoked }
            }
            Of::Feature | Of::Refresh(_) => not_revoked,
            Of::Token(number) => {
                let tokens = record.token(account, number).await?;
                let tokens: Vec<_> = tokens.into_iter().filter(|it| !it.is_revoked()).collect();
                let active = tokens.iter().filter(|it| it.state == TokenState::Active).count();
                let (count, active) = (tokens.len() as u64, active as u64);
                let first = views(self, record, account, tokens).await?;
                return Ok(Consequences { tokens: count, active, first });
            }
            Of::Policy(policy) => {
                let policy = policy.checked()?;
                let beyond = self.beyond(requester, policy, TOLD.into()).await?;
                let first = views(self, record, account, beyond.first).await?;
                return Ok(Consequences { tokens: beyond.count, active: beyond.active, first });
            }
        };
        let active = TokenFilter { state: Some(StateFilter::Active), ..filter.clone() };
        let slice = Slice { after: None, most: TOLD, order: Order::OldestFirst };
        let rows = record.tokens(account, &filter, slice).await?.rows;
        Ok(Consequences {
            tokens: record.count_tokens(account, &filter).await?,
            active: record.count_tokens(account, &active).await?,
            first: views(self, record, account, rows).await?,
        })
    }
}

async fn check(
    record: &mut dyn Snapshot,
    requester: &Requester,
    of: Of,
) -> Result<(), UseCaseFault> {
    let account = requester.account;
    match of {
        Of::Integration(id) => {
            found(record.installation(account, id).await?, "integration", id.0)?;
        }
        Of::Entity(id) => {
            found(record.entity(account, id).await?, "entity", id.0)?;
        }
        Of::Role(id) => {
            found(record.role(account, id).await?, "role", id.0)?;
        }
        Of::Assignment(entity, role) => {
            found(record.entity(account, entity).await?, "entity", entity.0)?;
            if !record.roles_of(account, entity).await?.contains(&role) {
                return Err(UseCaseFault::RoleNotAssigned { entity: entity.0, role: role.0 });
            }
        }
        Of::Token(number) => {
            found(record.token(account, number).await?, "token", number.0)?;
        }
        Of::Refresh(number) => {
            let environment = record.account_of(number).await?.and_then(|it| it.environment);
            let own = environment.filter(|it| it.production == account);
            found(own, "environment", number.0)?;
        }
        Of::Feature | Of::Policy(_) => {}
    }
    Ok(())
}
