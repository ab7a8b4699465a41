//! Data keys, and keys that sign assertions.

use async_trait::async_trait;
use countersign_authority::{ReadKeys, StoreFault, WrappedDataKey, WriteKeys};
use countersign_model::{AssertionKey, AssertionKeyNumber};

use super::{RecordTransaction, run};
use crate::{assertion_keys, data_keys};

#[async_trait]
impl ReadKeys for RecordTransaction {
    async fn assertion_keys(&mut self) -> Result<Vec<AssertionKey>, StoreFault> {
        run!(self, "finding assertion keys", assertion_keys::all())
    }
}

#[async_trait]
impl WriteKeys for RecordTransaction {
    async fn add_data_key(&mut self, key: &WrappedDataKey) -> Result<(), StoreFault> {
        run!(self, "adding a data key", data_keys::add(key))
    }

    async fn count_seal(&mut self, data_key: u32) -> Result<u64, StoreFault> {
        run!(self, "counting a seal", data_keys::count_seal(data_key))
    }

    async fn add_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault> {
        run!(self, "adding an assertion key", assertion_keys::add(key))
    }

    async fn save_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault> {
        run!(self, "saving an assertion key", assertion_keys::save(key))
    }

    async fn remove_assertion_key(&mut self, number: AssertionKeyNumber) -> Result<(), StoreFault> {
        run!(self, "removing an assertion key", assertion_keys::remove(number))
    }
}
