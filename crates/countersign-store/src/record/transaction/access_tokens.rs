//! Access tokens.

use async_trait::async_trait;
use countersign_authority::{ReadTokens, StoreFault, WriteTokens};
use countersign_model::{AccessToken, AccountNumber, TokenNumber};

use super::{RecordTransaction, run};
use crate::access_tokens;

#[async_trait]
impl ReadTokens for RecordTransaction {
    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault> {
        run!(self, "finding a token", access_tokens::find(account, number))
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
