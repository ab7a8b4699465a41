//! Environments, and the tokens that they had.

use async_trait::async_trait;
use countersign_authority::{
    Copied, FormerToken, Part, Pickup, ReadEnvironments, Slice, StoreFault, WriteEnvironments,
};
use countersign_model::{Account, AccountNumber, SecondFactor, Stamp, Timestamp, TokenNumber};
use countersign_verify::Fact;

use super::{RecordTransaction, run};
use crate::{accounts, environments, former_tokens};

#[async_trait]
impl ReadEnvironments for RecordTransaction {
    async fn environments(
        &mut self,
        production: AccountNumber,
        slice: Slice,
    ) -> Result<Part<Account>, StoreFault> {
        run!(self, "listing environments", accounts::environments(production, slice))
    }

    async fn facts_of(&mut self, account: AccountNumber) -> Result<Vec<Fact>, StoreFault> {
        run!(self, "reading an account", environments::facts(account))
    }

    async fn second_factors(
        &mut self,
        account: AccountNumber,
    ) -> Result<Vec<SecondFactor>, StoreFault> {
        run!(self, "listing second factors", environments::confirmed_factors(account))
    }

    async fn former_tokens(
        &mut self,
        account: AccountNumber,
        slice: Slice,
    ) -> Result<Part<FormerToken>, StoreFault> {
        run!(self, "listing former tokens", former_tokens::part(account, slice))
    }

    async fn former_token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<FormerToken>, StoreFault> {
        run!(self, "finding a former token", former_tokens::find(account, number))
    }

    async fn former_token_of_link(
        &mut self,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<FormerToken>, StoreFault> {
        run!(self, "finding a link", former_tokens::find_by_link(digest, now))
    }
}

#[async_trait]
impl WriteEnvironments for RecordTransaction {
    async fn copy_production(
        &mut self,
        production: AccountNumber,
        environment: AccountNumber,
        stamp: Stamp,
    ) -> Result<Copied, StoreFault> {
        run!(self, "copying an account", environments::copy(production, environment, stamp))
    }

    async fn save_pickup(
        &mut self,
        account: AccountNumber,
        token: TokenNumber,
        pickup: Option<&Pickup>,
    ) -> Result<(), StoreFault> {
        run!(self, "saving a link", former_tokens::save_pickup(account, token, pickup))
    }

    async fn remove_former_token(
        &mut self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<(), StoreFault> {
        run!(self, "removing a former token", former_tokens::remove(account, token))
    }
}
