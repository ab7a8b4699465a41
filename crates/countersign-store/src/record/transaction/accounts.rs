//! Accounts.

use async_trait::async_trait;
use countersign_authority::{Part, ReadAccounts, Slice, StoreFault, WriteAccounts};
use countersign_model::{Account, AccountId, AccountNumber};

use super::{RecordTransaction, run};
use crate::accounts;

#[async_trait]
impl ReadAccounts for RecordTransaction {
    async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreFault> {
        run!(self, "finding an account", accounts::find(id))
    }

    async fn account_of(&mut self, number: AccountNumber) -> Result<Option<Account>, StoreFault> {
        run!(self, "finding an account", accounts::find_by_number(number))
    }

    async fn account_list(&mut self, slice: Slice) -> Result<Part<Account>, StoreFault> {
        run!(self, "listing accounts", accounts::page(slice))
    }

    async fn accounts(&mut self) -> Result<Vec<Account>, StoreFault> {
        run!(self, "listing accounts", accounts::all())
    }
}

#[async_trait]
impl WriteAccounts for RecordTransaction {
    async fn add_account(&mut self, account: &Account) -> Result<(), StoreFault> {
        run!(self, "adding an account", accounts::add(account))
    }

    async fn save_account(&mut self, account: &Account) -> Result<(), StoreFault> {
        run!(self, "saving an account", accounts::save(account))
    }
}
