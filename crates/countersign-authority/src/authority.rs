//! The use cases. One use case, one transaction, one event.

use std::sync::Arc;

use countersign_model::{AccountNumber, Actor, Chance, Clock, InvalidEmail, Timestamp};
use countersign_verify::{Fact, Verifier};
use thiserror::Error;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{
    Act, ChangeNumber, Event, PasswordFault, Store, StoreFault, Transaction, Vault, VaultFault,
};

mod access_tokens;
mod accounts;
mod assertion_keys;
mod entities;
mod integrations;
mod passwords;
mod roles;

pub use access_tokens::{CreatedToken, NewToken};
pub use accounts::{Founding, SetUpLink};
pub use assertion_keys::{PublishedKey, TakeOver};
pub use entities::NewEntity;
pub use integrations::{CreatedIntegration, NewIntegration};
pub use roles::NewRole;

/// Learns what changed, before a change is acknowledged.
pub trait Projection: Send + Sync {
    /// Takes in a fact; requests judged after this returns see it.
    fn learn(&self, fact: Fact);
}

impl Projection for Verifier {
    fn learn(&self, fact: Fact) {
        self.directory().learn(fact);
    }
}

/// Nobody verifies: the command line works on a folder that no server runs on.
pub struct Unattended;

impl Projection for Unattended {
    fn learn(&self, _: Fact) {}
}

/// The one place where the record is changed.
pub struct Authority {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    projection: Arc<dyn Projection>,
    clock: Arc<dyn Clock>,
    chance: Arc<dyn Chance>,
    // Held from a change's beginning until its facts are learned, so that they are learned in the
    // order of the commits.
    order: Arc<Mutex<()>>,
    hashing: Arc<tokio::sync::Semaphore>,
}

impl Authority {
    /// An authority over `store`, whose secrets `vault` opens.
    pub fn new(
        store: Arc<dyn Store>,
        vault: Arc<Vault>,
        projection: Arc<dyn Projection>,
        clock: Arc<dyn Clock>,
        chance: Arc<dyn Chance>,
    ) -> Self {
        let hashing = Arc::new(tokio::sync::Semaphore::new(passwords::AT_ONCE));
        Self { store, vault, projection, clock, chance, order: Arc::default(), hashing }
    }

    async fn begin(&self) -> Result<Change<'_>, UseCaseFault> {
        let order = Arc::clone(&self.order).lock_owned().await;
        let tx = self.store.begin().await?;
        Ok(Change { authority: self, tx, facts: Vec::new(), order })
    }
}

/// A use case at work.
struct Change<'a> {
    authority: &'a Authority,
    tx: Box<dyn Transaction>,
    facts: Vec<Fact>,
    order: OwnedMutexGuard<()>,
}

impl Change<'_> {
    fn learns(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// Commits, and has the directory learn. Both happen, or neither, also when the caller goes
    /// away meanwhile: a change that is durable must not stay unknown to the verdict.
    async fn commit(
        self,
        actor: Actor,
        account: AccountNumber,
        act: Act,
    ) -> Result<ChangeNumber, UseCaseFault> {
        let event = Event { at: self.authority.clock.now(), actor, account, act };
        let projection = Arc::clone(&self.authority.projection);
        let Self { tx, facts, order, .. } = self;
        let committed = tokio::spawn(async move {
            let number = tx.commit(&event).await?;
            facts.into_iter().for_each(|fact| projection.learn(fact));
            drop(order);
            Ok(number)
        });
        committed.await.unwrap_or(Err(UseCaseFault::Interrupted))
    }
}

/// Why a use case was refused. Each sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UseCaseFault {
    /// There is no such thing in the account.
    #[error("there is no {what} {number} in this account")]
    NoSuch {
        /// What was looked for.
        what: &'static str,
        /// Its number.
        number: u32,
    },
    /// There is no such account.
    #[error("there is no account {0} here")]
    NoAccount(String),
    /// The integration can't have new tokens.
    #[error("the integration is not enabled: tokens are created for enabled integrations only")]
    IntegrationNotEnabled,
    /// The integration doesn't use tokens.
    #[error("the integration has Token-Based Authentication unchecked: check it first")]
    TokenBasedOff,
    /// The definition is another account's.
    #[error(
        "integration {0} is installed from another account: only the account that owns it can \
         reset its credentials"
    )]
    NotItsOwner(u32),
    /// The entity doesn't have the role.
    #[error("entity {entity} does not have role {role}: assign it first")]
    RoleNotAssigned {
        /// The entity.
        entity: u32,
        /// The role.
        role: u32,
    },
    /// The entity is switched off.
    #[error("entity {0} is inactive: a token for it could not log in")]
    EntityInactive(u32),
    /// The role may not log in with tokens.
    #[error(
        "role {0} grants neither log-in-using-access-tokens nor user-access-tokens: a token for \
         it could not log in"
    )]
    RoleCannotLogIn(u32),
    /// Tokens of the Administrator role belong to the person.
    #[error(
        "a token for the Administrator role can only be made by that administrator, logged in: \
         choose another role"
    )]
    AdministratorToken,
    /// The token was revoked before.
    #[error("token {0} is revoked already, for good")]
    RevokedAlready(u32),
    /// A name is missing or too long.
    #[error("a name has 1 to {MAX_NAME} characters and no control characters")]
    Name,
    /// The email address is none.
    #[error(transparent)]
    Email(#[from] InvalidEmail),
    /// The password isn't taken.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// The link was used, has expired, or never existed.
    #[error("this link was used already, or has expired: ask for a new one")]
    LinkSpent,
    /// The last administrator must stay one.
    #[error("entity {0} is the last administrator: assign the role to somebody else first")]
    LastAdministrator(u32),
    /// A key waits to take over.
    #[error("a new key is published and signs from {0}: wait, or have it sign at once (--now)")]
    RotationUnderWay(Timestamp),
    /// The program is stopping.
    #[error("the change was interrupted: look whether it was made")]
    Interrupted,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The vault could not do it.
    #[error(transparent)]
    Vault(#[from] VaultFault),
}

/// The longest name, in characters.
const MAX_NAME: usize = 120;

/// A name as people type one: trimmed, not empty, not endless, nothing invisible.
fn name(text: &str) -> Result<String, UseCaseFault> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > MAX_NAME || text.chars().any(char::is_control) {
        return Err(UseCaseFault::Name);
    }
    Ok(text.to_owned())
}

fn found<T>(thing: Option<T>, what: &'static str, number: u32) -> Result<T, UseCaseFault> {
    thing.ok_or(UseCaseFault::NoSuch { what, number })
}

#[cfg(test)]
mod tests;
