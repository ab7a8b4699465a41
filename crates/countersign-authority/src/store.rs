//! The port behind which the record is kept. Speaks the domain: no SQL words.
//!
//! One conformance suite (`countersign-store`) holds every implementation to what is said here.

use async_trait::async_trait;
use countersign_model::{
    AccessToken, Account, AccountId, AccountNumber, Actor, AssertionKey, AssertionKeyNumber,
    Binding, Email, Entity, EntityId, Installation, InstallationId, Integration, IntegrationId,
    PreviousSecret, Role, RoleId, Sealed, Timestamp, TokenNumber,
};
use countersign_verify::Fact;
use thiserror::Error;

use crate::{Event, PasswordHash};

/// The record.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a change. One at a time; nothing is visible to anybody before its commit, and a
    /// transaction that is dropped leaves nothing behind.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreFault>;

    /// Tells `learn` every fact that verdicts need, in any order, without holding all of them in
    /// memory at once.
    async fn load(&self, learn: &(dyn Fn(Fact) + Send + Sync)) -> Result<(), StoreFault>;

    /// The wrapped data keys.
    async fn data_keys(&self) -> Result<Vec<WrappedDataKey>, StoreFault>;

    /// Whose password a link sets that is neither used nor expired at `now`, by the SHA-256 of its
    /// secret. Strangers ask: it must not wait for changes, nor they for it.
    async fn link_owner(
        &self,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Email>, StoreFault>;

    /// Whose refusal it is, and what explains its signature, as far as the record knows: of the
    /// token, else of the integration. Secrets are given only where the integration is the token's
    /// own, or was not known; the one before the last reset only until its end, and only for a
    /// token that is not revoked.
    async fn evidence(&self, named: NamedRows, now: Timestamp) -> Result<Evidence, StoreFault>;

    /// Erases the secrets from before a reset whose time is over at `now`; gives their number.
    async fn erase_previous_secrets(&self, now: Timestamp) -> Result<u64, StoreFault>;
}

/// One change of the record.
///
/// `add_*` insert what must not exist yet ([`StoreFault::Taken`] otherwise); `save_*` replace what
/// must exist ([`StoreFault::Gone`] otherwise). After any fault but `Gone` a change can only be
/// dropped.
#[async_trait]
pub trait Transaction: Send {
    /// The next number of a series. A number is never given twice, also not after its row is gone.
    async fn next(&mut self, series: Series) -> Result<u32, StoreFault>;

    /// An account by its public id.
    async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreFault>;
    /// Adds an account.
    async fn add_account(&mut self, account: &Account) -> Result<(), StoreFault>;

    /// An entity by number.
    async fn entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<Entity>, StoreFault>;
    /// An entity by email.
    async fn entity_by_email(
        &mut self,
        account: AccountNumber,
        email: &Email,
    ) -> Result<Option<Entity>, StoreFault>;
    /// Adds an entity, without a password.
    async fn add_entity(&mut self, entity: &Entity) -> Result<(), StoreFault>;
    /// Sets the password of an entity.
    async fn save_password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
        password: &PasswordHash,
    ) -> Result<(), StoreFault>;
    /// The password of an entity, if it has one.
    async fn password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<PasswordHash>, StoreFault>;

    /// A role by number.
    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault>;
    /// Adds a role with its permissions.
    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault>;
    /// The roles assigned to an entity.
    async fn roles_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<RoleId>, StoreFault>;
    /// The entities that a role is assigned to.
    async fn holders(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<EntityId>, StoreFault>;
    /// Assigns a role. `false` when it was assigned already.
    async fn assign_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault>;
    /// Takes a role away. `false` when it wasn't assigned.
    async fn remove_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault>;

    /// An integration's definition.
    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault>;
    /// Adds a definition.
    async fn add_integration(&mut self, integration: &Integration) -> Result<(), StoreFault>;
    /// Saves the consumer pair of an integration and its version, and what is kept of the one
    /// before; what was kept until now is erased.
    async fn save_consumer_pair(
        &mut self,
        integration: &Integration,
        previous: Option<&PreviousSecret>,
    ) -> Result<(), StoreFault>;
    /// An integration in an account.
    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault>;
    /// Installs a definition in an account.
    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;
    /// Saves an installation's state.
    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;

    /// A token by number.
    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault>;
    /// Adds a token.
    async fn add_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;
    /// Saves a token's state.
    async fn save_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;

    /// Adds a one-time link.
    async fn add_link(&mut self, link: &Link) -> Result<(), StoreFault>;
    /// A link that is neither used nor expired at `now`, by the SHA-256 of its secret.
    async fn link(&mut self, digest: &[u8; 32], now: Timestamp)
    -> Result<Option<Link>, StoreFault>;
    /// Uses a link up. `false` when it was used already, has expired (at `expires` it no longer
    /// works), or never existed.
    async fn use_link(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<bool, StoreFault>;

    /// Adds a wrapped data key.
    async fn add_data_key(&mut self, key: &WrappedDataKey) -> Result<(), StoreFault>;
    /// Counts one more seal under a data key; gives the count.
    async fn count_seal(&mut self, data_key: u32) -> Result<u64, StoreFault>;

    /// The keys that sign assertions, oldest first.
    async fn assertion_keys(&mut self) -> Result<Vec<AssertionKey>, StoreFault>;
    /// Adds a key.
    async fn add_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault>;
    /// Saves a key's times.
    async fn save_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault>;
    /// Removes a key.
    async fn remove_assertion_key(&mut self, number: AssertionKeyNumber) -> Result<(), StoreFault>;

    /// Writes the event, numbers the change without gaps, and makes all of it durable.
    async fn commit(self: Box<Self>, event: &Event) -> Result<ChangeNumber, StoreFault>;
}

/// The series that numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Accounts of the deployment.
    Accounts,
    /// Definitions of the deployment.
    Integrations,
    /// Keys that sign assertions.
    AssertionKeys,
    /// Entities of an account.
    Entities(AccountNumber),
    /// Roles that an account makes itself, from 1000 on.
    Roles(AccountNumber),
    /// Installations in an account.
    Installations(AccountNumber),
    /// Tokens of an account.
    Tokens(AccountNumber),
}

impl Series {
    /// The first number of the series.
    pub fn first(self) -> u32 {
        match self {
            Self::Roles(_) => Role::FIRST_OWN.0,
            _ => 1,
        }
    }
}

/// The number of a change: 1, 2, 3, without gaps, in the order of commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangeNumber(pub u64);

/// A data key, enciphered under the key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// Its number.
    pub number: u32,
    /// Nonce, ciphertext, tag.
    pub wrapped: Vec<u8>,
}

/// What a refused request named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NamedRows {
    /// The integration's definition.
    pub integration: Option<IntegrationId>,
    /// The integration as installed in an account, where the definition isn't known.
    pub installation: Option<(AccountNumber, InstallationId)>,
    /// The token.
    pub token: Option<(AccountNumber, TokenNumber)>,
}

/// What the record knows about a refusal.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Whose refusal it is.
    pub owner: Owner,
    /// The secrets that should have signed.
    pub pair: Option<SealedPair>,
    /// The consumer secret before the last reset.
    pub previous: Option<SealedSecret>,
    /// The secrets of other active tokens of the same entity at the same integration, newest first,
    /// at most [`Evidence::MOST_OTHERS`].
    pub other_tokens: Vec<SealedSecret>,
    /// Who revoked the token, where that is known.
    pub revoked_by: Option<Actor>,
}

impl Evidence {
    /// The most other tokens that are looked at.
    pub const MOST_OTHERS: u64 = 16;
}

/// A sealed secret and whose it is.
pub type SealedSecret = (Sealed, Binding);

/// The sealed secrets of one integration and one token.
#[derive(Clone, Debug)]
pub struct SealedPair {
    /// The consumer secret.
    pub consumer: SealedSecret,
    /// The token secret.
    pub token: SealedSecret,
}

/// Whose refusal it is: who may be told what was wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Owner {
    /// The entity that the named token belongs to.
    Entity {
        /// Its account.
        account: AccountNumber,
        /// The entity.
        entity: EntityId,
    },
    /// The account that owns the named consumer key; the token is unknown.
    Account(AccountNumber),
    /// It named nobody.
    #[default]
    Nobody,
}

impl Owner {
    /// The account, if it is somebody's.
    pub fn account(self) -> Option<AccountNumber> {
        match self {
            Self::Entity { account, .. } | Self::Account(account) => Some(account),
            Self::Nobody => None,
        }
    }
}

/// A one-time link with which an entity sets its password. Only the digest of its secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of the secret in the link.
    pub digest: [u8; 32],
    /// Whose password it sets.
    pub account: AccountNumber,
    /// Whose password it sets.
    pub entity: EntityId,
    /// Until when it works.
    pub expires: Timestamp,
}

/// Why the store could not do it. Never holds a row's content: databases like to print it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreFault {
    /// Something with this name or number exists already.
    #[error("{0} is taken")]
    Taken(Unique),
    /// What should be changed is gone.
    #[error("it does not exist any more")]
    Gone,
    /// The disk is full.
    #[error("the disk that holds the data folder is full: free some space")]
    DiskFull,
    /// The database was written by a newer version.
    #[error(
        "the database has schema version {found}, and this program knows {known}: \
         run the version of countersign that wrote it, or a newer one"
    )]
    NewerSchema {
        /// The version found.
        found: u32,
        /// The newest version known.
        known: u32,
    },
    /// The copy that is made before a schema is changed could not be made.
    #[error(
        "{file} is copied before its schema is brought up to date, and that failed ({why}): free \
         about {megabytes} MB on the disk of the data folder and start again; nothing was changed"
    )]
    NotCopied {
        /// The database's file.
        file: &'static str,
        /// How much room the copy may need.
        megabytes: u64,
        /// Why, without data.
        why: String,
    },
    /// The file is another program's, or another of ours.
    #[error("{0}: it was left alone; name the right folder")]
    Foreign(&'static str),
    /// The database is damaged.
    #[error("the database holds something unreadable ({0}): restore a backup")]
    Damaged(&'static str),
    /// Anything else. The text is a code and what was being done, never data.
    #[error("the database failed ({0})")]
    Failed(String),
}

/// What must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// The public id of an account.
    AccountId,
    /// The email of an entity, within its account.
    Email,
    /// The name of a role, within its account.
    RoleName,
    /// Anything else that is a key.
    Key,
}

impl std::fmt::Display for Unique {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AccountId => "this account ID",
            Self::Email => "this email address",
            Self::RoleName => "this role name",
            Self::Key => "this key",
        })
    }
}
