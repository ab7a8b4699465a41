//! The use cases. One use case, one transaction, one event.

use std::sync::Arc;
use std::time::Duration;

use countersign_model::{Chance, Clock, Version};
use countersign_verify::{Fact, Verifier};
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::{Act, ChangeNumber, Event, Snapshot, Store, TokenUses, Transaction, Vault};

mod access_tokens;
mod accounts;
mod assertion_keys;
mod consequences;
mod entities;
mod environments;
mod events;
mod fault;
mod integrations;
mod outcome;
mod own_permissions;
mod passwords;
mod policies;
mod requester;
mod roles;
mod sessions;
mod two_factor;

pub use access_tokens::{
    CreatedToken, FormerTokenView, Named, NewOwnToken, NewToken, PickupLink, Replacement,
    RotatedSecret, TokenList, TokenQuery, TokenView,
};
pub use accounts::{AccountEdit, Founding, SetUpLink};
pub use assertion_keys::{PublishedKey, TakeOver, key_id};
pub use consequences::{Consequences, Of};
pub use entities::{EntityChanges, EntityView, LoginView, NewEntity, PeopleFault, RoleOfEntity};
pub use environments::{NewEnvironment, Refreshed};
pub use fault::UseCaseFault;
pub use integrations::{
    CreatedIntegration, IntegrationEdit, IntegrationView, NewIntegration, Patch, Rotation,
};
pub use policies::Enforced;
pub use requester::Requester;
pub use roles::{NewRole, RoleChanges, RoleView};
pub use sessions::{
    ActiveSession, LogIn, LogInFault, LogInNote, LoggedIn, OwnLogin, OwnRole, SessionState,
    SessionView,
};
pub use two_factor::{NewTwoFactor, RecoveryCodes};

use outcome::outcome;
use requester::{Need, Standing};
use sessions::throttle::Throttle;

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

/// So long somebody waits to be told whether their change was made. It goes on without them.
const PATIENCE: Duration = Duration::from_secs(30);

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
    // Who waits for one of those places.
    waiting: tokio::sync::Semaphore,
    throttle: Throttle,
    uses: Option<Arc<dyn TokenUses>>,
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
        Self {
            store,
            vault,
            projection,
            clock,
            chance,
            order: Arc::default(),
            hashing,
            waiting: tokio::sync::Semaphore::new(passwords::MOST_WAITING),
            throttle: Throttle::default(),
            uses: None,
        }
    }

    /// The same authority, which knows from `uses` when tokens were used. Without, nobody is told,
    /// and no token runs out for want of use.
    #[must_use]
    pub fn with_uses(self, uses: Arc<dyn TokenUses>) -> Self {
        Self { uses: Some(uses), ..self }
    }

    /// Begins a use case that changes something, if `requester` has what it needs.
    async fn begin(&self, requester: &Requester, need: Need) -> Result<Change<'_>, UseCaseFault> {
        let order = Arc::clone(&self.order).lock_owned().await;
        let mut tx = self.store.begin().await?;
        let standing = Standing::of(requester, self.clock.now(), &mut *tx).await?;
        standing.meets(need)?;
        Ok(Change {
            authority: self,
            requester: *requester,
            standing,
            tx,
            facts: Vec::new(),
            order,
        })
    }

    /// Begins a use case that only looks, if `requester` has what it needs.
    async fn look(&self, requester: &Requester, need: Need) -> Result<Look, UseCaseFault> {
        let mut record = self.store.look().await?;
        let standing = Standing::of(requester, self.clock.now(), &mut *record).await?;
        standing.meets(need)?;
        Ok(Look { standing, record })
    }
}

/// A use case that only looks.
struct Look {
    standing: Standing,
    record: Box<dyn Snapshot>,
}

/// A use case at work.
struct Change<'a> {
    authority: &'a Authority,
    requester: Requester,
    standing: Standing,
    tx: Box<dyn Transaction>,
    facts: Vec<Fact>,
    order: OwnedMutexGuard<()>,
}

impl Change<'_> {
    fn learns(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// Has the directory learn what is so already; nothing is changed.
    fn heal(self) {
        self.facts.into_iter().for_each(|fact| self.authority.projection.learn(fact));
    }

    /// Commits, and has the directory learn. Both happen, or neither, also when the requester goes
    /// away meanwhile: a change that is durable must not stay unknown to the verdict.
    async fn commit(self, act: Act) -> Result<ChangeNumber, UseCaseFault> {
        let Requester { account, actor, origin } = self.requester;
        let event = Event { at: self.authority.clock.now(), actor, origin, account, act };
        let projection = Arc::clone(&self.authority.projection);
        let Self { tx, facts, order, .. } = self;
        let store = Arc::clone(&self.authority.store);
        let committed = tokio::spawn(async move {
            let is_made = |number| {
                let store = Arc::clone(&store);
                async move { store.look().await?.is_made(number).await }
            };
            let number = outcome(tx.commit(&event).await, is_made).await?;
            facts.into_iter().for_each(|fact| projection.learn(fact));
            drop(order);
            Ok(number)
        });
        match tokio::time::timeout(PATIENCE, committed).await {
            Ok(ended) => ended.unwrap_or(Err(UseCaseFault::Interrupted)),
            Err(_) => Err(UseCaseFault::Interrupted),
        }
    }
}

/// Refuses a change of what somebody else has changed since the requester looked at it.
fn unchanged(
    what: &'static str,
    number: u32,
    seen: Option<Version>,
    now: Version,
) -> Result<(), UseCaseFault> {
    match seen {
        Some(seen) if seen != now => Err(UseCaseFault::Changed { what, number }),
        _ => Ok(()),
    }
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

/// A text that may have several lines, or be empty: trimmed, not endless, no control characters but
/// line ends.
fn optional_text(
    field: &'static str,
    text: &str,
    most: usize,
) -> Result<Option<String>, UseCaseFault> {
    let text = text.trim().replace("\r\n", "\n");
    let odd = text.chars().any(|c| c.is_control() && c != '\n');
    if odd || text.chars().count() > most {
        return Err(UseCaseFault::Text { field, most });
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn found<T>(thing: Option<T>, what: &'static str, number: u32) -> Result<T, UseCaseFault> {
    thing.ok_or(UseCaseFault::NoSuch { what, number })
}

#[cfg(test)]
mod tests;
