//! The port behind which the record is kept. Speaks the domain: no SQL words.
//!
//! One file per aggregate: what can be asked (`Read...`), and how it is changed (`Write...`). One
//! conformance suite (`countersign-store`) holds every implementation to what is said here.

mod access_tokens;
mod accounts;
mod entities;
mod environments;
mod events;
mod evidence;
mod fault;
mod integrations;
mod keys;
mod links;
mod page;
mod roles;
mod series;
mod sessions;
mod uses;

use async_trait::async_trait;
use countersign_model::Timestamp;
use countersign_verify::Fact;

use crate::{Event, WrappedDataKey};

pub use access_tokens::{ReadTokens, StateFilter, TokenFilter, TokenPart, WriteTokens};
pub use accounts::{ReadAccounts, WriteAccounts};
pub use entities::{Assignment, EntityFilter, Holder, ReadEntities, WriteEntities};
pub use environments::{Copied, FormerToken, Pickup, ReadEnvironments, WriteEnvironments};
pub use events::{Concern, EventFilter, KeptEvent, ReadEvents};
pub use evidence::{Evidence, NamedRows, Owner, SealedPair, SealedSecret};
pub use fault::{StoreFault, Unique};
pub use integrations::{
    InstalledIn, InstalledIntegration, IntegrationFilter, ReadIntegrations, WriteIntegrations,
};
pub use keys::{ReadKeys, WriteKeys};
pub use links::{Link, ReadLinks, WriteLinks};
pub use page::{Order, Part, Slice};
pub use roles::{ReadRoles, RoleFilter, RoleUse, WriteRoles};
pub use series::{ChangeNumber, Series};
pub use sessions::{ReadSessions, Sessions, WriteSessions};
pub use uses::{TokenUse, TokenUses, UseMark};

/// The record.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a change. One at a time; nothing is visible to anybody before its commit, and a
    /// transaction that is dropped leaves nothing behind.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreFault>;

    /// The record as it is now: it stays so for this reader, whatever changes meanwhile, and holds
    /// up no change.
    async fn look(&self) -> Result<Box<dyn Snapshot>, StoreFault>;

    /// Tells `learn` every fact that verdicts need, in any order, without holding all of them in
    /// memory at once.
    async fn load(&self, learn: &(dyn Fn(Fact) + Send + Sync)) -> Result<(), StoreFault>;

    /// The wrapped data keys.
    async fn data_keys(&self) -> Result<Vec<WrappedDataKey>, StoreFault>;

    /// Whose refusal it is, and what explains its signature, as far as the record knows: of the
    /// token, else of the integration. Secrets are given only where the integration is the token's
    /// own, or was not known; the one before the last reset only until its end, and only for a
    /// token that is not revoked.
    async fn evidence(&self, named: NamedRows, now: Timestamp) -> Result<Evidence, StoreFault>;

    /// Erases the secrets from before a reset whose time is over at `now`; gives their number.
    async fn erase_previous_secrets(&self, now: Timestamp) -> Result<u64, StoreFault>;

    /// Erases the token secrets whose time to retire is over at `now`; gives their number.
    async fn erase_retired_secrets(&self, now: Timestamp) -> Result<u64, StoreFault>;
}

/// The record at one moment.
pub trait Snapshot:
    ReadAccounts
    + ReadEntities
    + ReadRoles
    + ReadIntegrations
    + ReadTokens
    + ReadLinks
    + ReadSessions
    + ReadKeys
    + ReadEvents
    + ReadEnvironments
    + Send
{
}

/// One change of the record, and the record as it is within it.
///
/// `add_*` insert what must not exist yet ([`StoreFault::Taken`] otherwise); `save_*` replace what
/// must exist ([`StoreFault::Gone`] otherwise). After any fault but `Gone` a change can only be
/// dropped.
#[async_trait]
pub trait Transaction:
    Snapshot
    + WriteAccounts
    + WriteEntities
    + WriteRoles
    + WriteIntegrations
    + WriteTokens
    + WriteLinks
    + WriteSessions
    + WriteKeys
    + WriteEnvironments
{
    /// The next number of a series. A number is never given twice, also not after its row is gone.
    async fn next(&mut self, series: Series) -> Result<u32, StoreFault>;

    /// Writes an event of this change into the trail of another account that it concerns, under a
    /// number of its own.
    async fn add_event(&mut self, event: &Event) -> Result<(), StoreFault>;

    /// Writes the event, numbers the change without gaps, and makes all of it durable. Where it is
    /// not known whether it is durable, the fault is [`StoreFault::Lost`].
    async fn commit(self: Box<Self>, event: &Event) -> Result<ChangeNumber, StoreFault>;

    /// Makes durable what is no change of the record, so that it has no event and no number: that
    /// somebody logged in, went on, or left.
    async fn settle(self: Box<Self>) -> Result<(), StoreFault>;
}
