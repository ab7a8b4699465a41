//! Accounts.

use async_trait::async_trait;
use countersign_model::{Account, AccountId, AccountNumber};

use super::{Part, Slice, StoreFault};

/// What can be asked about accounts.
#[async_trait]
pub trait ReadAccounts {
    /// An account by its public id.
    async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreFault>;
    /// An account by its number.
    async fn account_of(&mut self, number: AccountNumber) -> Result<Option<Account>, StoreFault>;
    /// A part of the list of all accounts.
    async fn account_list(&mut self, slice: Slice) -> Result<Part<Account>, StoreFault>;
    /// All accounts, by their numbers.
    async fn accounts(&mut self) -> Result<Vec<Account>, StoreFault>;
}

/// How accounts are changed.
#[async_trait]
pub trait WriteAccounts {
    /// Adds an account.
    async fn add_account(&mut self, account: &Account) -> Result<(), StoreFault>;
    /// Saves an account's name, feature and policy.
    async fn save_account(&mut self, account: &Account) -> Result<(), StoreFault>;
}
