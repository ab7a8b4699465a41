//! Data keys, and keys that sign assertions.

use async_trait::async_trait;
use countersign_model::{AssertionKey, AssertionKeyNumber};

use super::StoreFault;
use crate::WrappedDataKey;

/// What can be asked about keys.
#[async_trait]
pub trait ReadKeys {
    /// The keys that sign assertions, oldest first.
    async fn assertion_keys(&mut self) -> Result<Vec<AssertionKey>, StoreFault>;
}

/// How keys are changed.
#[async_trait]
pub trait WriteKeys {
    /// Adds a wrapped data key.
    async fn add_data_key(&mut self, key: &WrappedDataKey) -> Result<(), StoreFault>;
    /// Counts one more seal under a data key; gives the count.
    async fn count_seal(&mut self, data_key: u32) -> Result<u64, StoreFault>;
    /// Adds a key that signs assertions.
    async fn add_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault>;
    /// Saves a key's times.
    async fn save_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault>;
    /// Removes a key.
    async fn remove_assertion_key(&mut self, number: AssertionKeyNumber) -> Result<(), StoreFault>;
}
