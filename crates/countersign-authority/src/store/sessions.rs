//! Sessions, and second factors.

use async_trait::async_trait;
use countersign_model::{
    AccountNumber, EntityId, RoleId, SecondFactor, Session, SessionNumber, Timestamp,
};

use super::StoreFault;

/// Which sessions of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    /// Every one.
    All,
    /// Every one but this.
    Except(SessionNumber),
    /// Those in this role.
    InRole(RoleId),
}

/// What can be asked about sessions and second factors.
#[async_trait]
pub trait ReadSessions {
    /// A session by the SHA-256 of its secret, also one whose time is over.
    async fn session(&mut self, digest: &[u8; 32]) -> Result<Option<Session>, StoreFault>;
    /// The sessions of an entity, oldest first, also those whose time is over.
    async fn sessions_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<Session>, StoreFault>;
    /// The second factor of an entity, also one that isn't confirmed.
    async fn second_factor(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Option<SecondFactor>, StoreFault>;
    /// How many recovery codes an entity has left.
    async fn recovery_codes(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<u64, StoreFault>;
}

/// How sessions and second factors are changed.
#[async_trait]
pub trait WriteSessions {
    /// Adds a session, found by `digest` from then on.
    async fn add_session(&mut self, session: &Session, digest: &[u8; 32])
    -> Result<(), StoreFault>;
    /// Saves a session.
    async fn save_session(&mut self, session: &Session) -> Result<(), StoreFault>;
    /// Ends one session. `false` where the entity has none of that number.
    async fn end_session(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        number: SessionNumber,
    ) -> Result<bool, StoreFault>;
    /// Ends sessions of an entity; gives their number.
    async fn end_sessions(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        which: Sessions,
    ) -> Result<u64, StoreFault>;
    /// Removes the sessions of an account that began, or were last used, at these times or before.
    async fn forget_sessions(
        &mut self,
        account: AccountNumber,
        started: Timestamp,
        used: Timestamp,
    ) -> Result<u64, StoreFault>;
    /// Saves the second factor of an entity, whether it had one or not.
    async fn save_second_factor(&mut self, factor: &SecondFactor) -> Result<(), StoreFault>;
    /// Removes the second factor of an entity and its recovery codes. `false` where it has none.
    async fn remove_second_factor(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<bool, StoreFault>;
    /// Replaces all recovery codes of an entity, kept as the SHA-256 of each.
    async fn save_recovery_codes(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        digests: &[[u8; 32]],
    ) -> Result<(), StoreFault>;
    /// Uses a recovery code up. `false` where the entity has no such code.
    async fn use_recovery_code(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        digest: &[u8; 32],
    ) -> Result<bool, StoreFault>;
}
