//! Access tokens.

use async_trait::async_trait;
use countersign_authority::{ReadTokens, Slice, StoreFault, TokenFilter, TokenPart, WriteTokens};
use countersign_model::{AccessToken, AccountNumber, TokenNumber};

use super::{RecordTransaction, run};
use crate::access_tokens::{self, list};

#[async_trait]
impl ReadTokens for RecordTransaction {
    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault> {
        run!(self, "finding a token", access_tokens::find(account, number))
    }

    async fn tokens(
        &mut self,
        account: AccountNumber,
        filter: &TokenFilter,
        slice: Slice,
    ) -> Result<TokenPart, StoreFault> {
        run!(self, "listing tokens", list::list(account, filter, slice))
    }

    async fn count_tokens(
        &mut self,
        account: AccountNumber,
        filter: &TokenFilter,
    ) -> Result<u64, StoreFault> {
        run!(self, "counting tokens", list::count(account, filter))
    }
}

#[async_trait]
impl WriteTokens for RecordTransaction {
    async fn add_token(&mut self, token: &AccessToken) -> Result<(), StoreFault> {
        run!(self, "adding a token", access_tokens::add(token))
    }

    async fn save_token(&mut self, token: &AccessToken) -> Result<(), StoreFault> {
        run!(self, "saving a token", access_tokens::save(token))
    }
}
