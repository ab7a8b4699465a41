//! Sessions, and second factors.

use async_trait::async_trait;
use countersign_authority::{ReadSessions, Sessions, StoreFault, WriteSessions};
use countersign_model::{AccountNumber, EntityId, SecondFactor, Session, SessionNumber, Timestamp};

use super::{RecordTransaction, run};
use crate::{second_factors, sessions};

#[async_trait]
impl ReadSessions for RecordTransaction {
    async fn session(&mut self, digest: &[u8; 32]) -> Result<Option<Session>, StoreFault> {
        run!(self, "finding a session", sessions::find(digest))
    }

    async fn sessions_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<Session>, StoreFault> {
        run!(self, "listing sessions", sessions::of_entity(account, entity))
    }

    async fn second_factor(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Option<SecondFactor>, StoreFault> {
        run!(self, "finding a second factor", second_factors::find(account, entity))
    }

    async fn recovery_codes(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<u64, StoreFault> {
        run!(self, "counting recovery codes", second_factors::codes_left(account, entity))
    }
}

#[async_trait]
impl WriteSessions for RecordTransaction {
    async fn add_session(
        &mut self,
        session: &Session,
        digest: &[u8; 32],
    ) -> Result<(), StoreFault> {
        run!(self, "adding a session", sessions::add(session, digest))
    }

    async fn save_session(&mut self, session: &Session) -> Result<(), StoreFault> {
        run!(self, "saving a session", sessions::save(session))
    }

    async fn end_session(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        number: SessionNumber,
    ) -> Result<bool, StoreFault> {
        run!(self, "ending a session", sessions::end(account, entity, number))
    }

    async fn end_sessions(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        which: Sessions,
    ) -> Result<u64, StoreFault> {
        run!(self, "ending sessions", sessions::end_some(account, entity, which))
    }

    async fn forget_sessions(
        &mut self,
        account: AccountNumber,
        started: Timestamp,
        used: Timestamp,
    ) -> Result<u64, StoreFault> {
        run!(self, "removing old sessions", sessions::forget(account, started, used))
    }

    async fn save_second_factor(&mut self, factor: &SecondFactor) -> Result<(), StoreFault> {
        run!(self, "saving a second factor", second_factors::save(factor))
    }

    async fn remove_second_factor(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<bool, StoreFault> {
        run!(self, "removing a second factor", second_factors::remove(account, entity))
    }

    async fn save_recovery_codes(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        digests: &[[u8; 32]],
    ) -> Result<(), StoreFault> {
        run!(self, "saving recovery codes", second_factors::save_codes(account, entity, digests))
    }

    async fn use_recovery_code(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        digest: &[u8; 32],
    ) -> Result<bool, StoreFault> {
        run!(self, "using a recovery code", second_factors::spend_code(account, entity, digest))
    }
}
