//! One-time links.

use async_trait::async_trait;
use countersign_authority::{Link, ReadLinks, StoreFault, WriteLinks};
use countersign_model::{AccountNumber, EntityId, Timestamp};

use super::{RecordTransaction, run};
use crate::links;

#[async_trait]
impl ReadLinks for RecordTransaction {
    async fn link(
        &mut self,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Link>, StoreFault> {
        run!(self, "finding a link", links::find(digest, now))
    }
}

#[async_trait]
impl WriteLinks for RecordTransaction {
    async fn add_link(&mut self, link: &Link) -> Result<(), StoreFault> {
        run!(self, "adding a link", links::add(link))
    }

    async fn remove_links(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<(), StoreFault> {
        run!(self, "removing links", links::remove_all(account, entity))
    }

    async fn use_link(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<bool, StoreFault> {
        run!(self, "using a link up", links::spend(digest, now))
    }
}
