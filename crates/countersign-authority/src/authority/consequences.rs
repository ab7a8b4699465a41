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
    /// How many that are not revoked an integration that the account owns has in other accounts:
    /// its deletion and new credentials hit them as well.
    pub in_other_accounts: u64,
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
        if let Of::Token(number) = of {
            return Ok(of_token(self.get_token(requester, number).await?));
        }
        let need = match of {
            Of::Integration(_) => Need::OneOf(&[TOKENS, INTEGRATIONS]),
            Of::Entity(_) | Of::Role(_) | Of::Assignment(..) => Need::OneOf(&[TOKENS, PEOPLE]),
            Of::Refresh(_) => Need::Administrator,
            Of::Token(_) | Of::Feature | Of::Policy(_) => Need::OneOf(&[TOKENS]),
        };
        let account = match of {
            Of::Refresh(environment) => environment,
            _ => requester.account,
        };
        let mut look = self.look(requester, need).await?;
        let record = &mut *look.record;
        check(record, requester, of).await?;
        if let Of::Policy(policy) = of {
            let beyond = self.beyond(requester, policy.checked()?, TOLD.into()).await?;
            let first = views(self, record, account, beyond.first).await?;
            let (tokens, active) = (beyond.count, beyond.active);
            return Ok(Consequences { tokens, active, in_other_accounts: 0, first });
        }
        let filter = filter(of);
        let active = TokenFilter { state: Some(StateFilter::Active), ..filter.clone() };
        let rows = record.tokens(account, &filter, Slice { most: TOLD, ..ALL }).await?.rows;
        let in_other_accounts = match of {
            Of::Integration(id) => in_other_accounts(record, requester, id).await?,
            _ => 0,
        };
        Ok(Consequences {
            tokens: record.count_tokens(account, &filter).await?,
            active: record.count_tokens(account, &active).await?,
            in_other_accounts,
            first: views(self, record, account, rows).await?,
        })
    }
}

const TOKENS: (Permission, Level) = (Permission::AccessTokenManagement, Level::View);
const INTEGRATIONS: (Permission, Level) = (Permission::IntegrationApplication, Level::View);
const PEOPLE: (Permission, Level) = (Permission::CoreAdministration, Level::View);

const ALL: Slice = Slice { after: None, most: Slice::MOST, order: Order::OldestFirst };

fn of_token(token: TokenView) -> Consequences {
    let is_revoked = matches!(token.state, TokenState::Revoked(_));
    Consequences {
        tokens: u64::from(!is_revoked),
        active: u64::from(token.state == TokenState::Active),
        in_other_accounts: 0,
        first: if is_revoked { Vec::new() } else { vec![token] },
    }
}

fn filter(of: Of) -> TokenFilter {
    let not_revoked = TokenFilter { state: Some(StateFilter::NotRevoked), ..Default::default() };
    match of {
        Of::Integration(id) => TokenFilter { installation: Some(id), ..not_revoked },
        Of::Entity(entity) => TokenFilter { entity: Some(entity), ..not_revoked },
        Of::Role(role) => TokenFilter { role: Some(role), ..not_revoked },
        Of::Assignment(entity, role) => {
            TokenFilter { entity: Some(entity), role: Some(role), ..not_revoked }
        }
        Of::Token(_) | Of::Feature | Of::Policy(_) | Of::Refresh(_) => not_revoked,
    }
}

/// Tokens that are not revoked of an integration that the account owns, in other accounts.
async fn in_other_accounts(
    record: &mut dyn Snapshot,
    requester: &Requester,
    id: InstallationId,
) -> Result<u64, UseCaseFault> {
    let account = requester.account;
    let integration = record.installed_integration(account, id).await?;
    let integration = found(integration, "integration", id.0)?;
    let (mut tokens, mut slice) = (0, ALL);
    while integration.is_owned() {
        let part = record.installed_in(integration.installation.integration, slice).await?;
        for there in part.rows.iter().filter(|there| there.account != account) {
            let filter = filter(Of::Integration(there.installation));
            tokens += record.count_tokens(there.account, &filter).await?;
        }
        slice.after = part.rows.last().map(|last| last.account.0);
        if !part.more {
            break;
        }
    }
    Ok(tokens)
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
        Of::Refresh(number) => {
            let environment = record.account_of(number).await?.and_then(|it| it.environment);
            let own = environment.filter(|it| it.production == account);
            found(own, "environment", number.0)?;
        }
        Of::Token(_) | Of::Feature | Of::Policy(_) => {}
    }
    Ok(())
}
