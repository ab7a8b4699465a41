//! Accounts.

use async_trait::async_trait;
use countersign_model::{Account, AccountId};

use super::StoreFault;

/// What can be asked about accounts.
#[async_trait]
pub trait ReadAccounts {
    /// An account by its public id.
    async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreFault>;
}

/// How accounts are changed.
#[async_trait]
pub trait WriteAccounts {
    /// Adds an account.
    async fn add_account(&mut self, account: &Account) -> Result<(), StoreFault>;
}
