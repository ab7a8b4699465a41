//! Access tokens.

use async_trait::async_trait;
use countersign_model::{AccessToken, AccountNumber, TokenNumber};

use super::StoreFault;

/// What can be asked about tokens.
#[async_trait]
pub trait ReadTokens {
    /// A token by number.
    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault>;
}

/// How tokens are changed.
#[async_trait]
pub trait WriteTokens {
    /// Adds a token.
    async fn add_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;
    /// Saves a token's state.
    async fn save_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;
}
