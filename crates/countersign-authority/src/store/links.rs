//! One-time links.

use async_trait::async_trait;
use countersign_model::{AccountNumber, EntityId, Timestamp};

use super::StoreFault;

/// What can be asked about links.
#[async_trait]
pub trait ReadLinks {
    /// A link that is neither used nor expired at `now`, by the SHA-256 of its secret.
    async fn link(&mut self, digest: &[u8; 32], now: Timestamp)
    -> Result<Option<Link>, StoreFault>;
}

/// How links are made and used up.
#[async_trait]
pub trait WriteLinks {
    /// Adds a one-time link.
    async fn add_link(&mut self, link: &Link) -> Result<(), StoreFault>;
    /// Removes the links of an entity.
    async fn remove_links(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<(), StoreFault>;
    /// Uses a link up. `false` when it was used already, has expired (at `expires` it no longer
    /// works), or never existed.
    async fn use_link(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<bool, StoreFault>;
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
