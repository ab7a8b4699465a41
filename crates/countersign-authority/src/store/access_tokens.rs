//! Access tokens.

use async_trait::async_trait;
use countersign_model::{
    AccessToken, AccountNumber, EntityId, InstallationId, RoleId, Timestamp, TokenNumber,
};

use super::{Slice, StoreFault};

/// What can be asked about tokens.
#[async_trait]
pub trait ReadTokens {
    /// A token by number.
    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault>;
    /// Tokens of an account, by their numbers. At most [`Slice::MOST`] of them; a search that finds
    /// few goes through so many that it takes no longer than one that finds many, and says where
    /// it goes on.
    async fn tokens(
        &mut self,
        account: AccountNumber,
        filter: &TokenFilter,
        slice: Slice,
    ) -> Result<TokenPart, StoreFault>;
    /// How many there are.
    async fn count_tokens(
        &mut self,
        account: AccountNumber,
        filter: &TokenFilter,
    ) -> Result<u64, StoreFault>;
}

/// How tokens are changed.
#[async_trait]
pub trait WriteTokens {
    /// Adds a token.
    async fn add_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;
    /// Saves all of a token that can change.
    async fn save_token(&mut self, token: &AccessToken) -> Result<(), StoreFault>;
}

/// Which tokens; what is `None` or false doesn't matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenFilter {
    /// In this state.
    pub state: Option<StateFilter>,
    /// Of this integration.
    pub installation: Option<InstallationId>,
    /// Of this entity.
    pub entity: Option<EntityId>,
    /// In this role.
    pub role: Option<RoleId>,
    /// With this in the name, in whatever case.
    pub text: Option<String>,
    /// Made at this time, or later.
    pub created_from: Option<Timestamp>,
    /// Made before.
    pub created_before: Option<Timestamp>,
    /// Revoked at this time, or later.
    pub revoked_from: Option<Timestamp>,
    /// Revoked before.
    pub revoked_before: Option<Timestamp>,
    /// Ending by themselves before.
    pub expiring_before: Option<Timestamp>,
    /// With a secret of before.
    pub secret_before: Option<Timestamp>,
    /// Made, or woken, before.
    pub awake_before: Option<Timestamp>,
    /// With a rule of its own about rest.
    pub has_idle_days: bool,
    /// Whose time is not over, and which has not run out. With the time that it is.
    pub not_ended: Option<Timestamp>,
    /// Active, and unable to log in at that time.
    pub dormant: Option<Timestamp>,
}

/// The states that a list is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// Active ones.
    Active,
    /// Those that are switched off.
    Inactive,
    /// Those that ended for good.
    Revoked,
    /// Those that did not: active or switched off.
    NotRevoked,
}

/// A part of a list of tokens.
#[derive(Clone, Debug)]
pub struct TokenPart {
    /// The tokens.
    pub rows: Vec<AccessToken>,
    /// Behind which number the list goes on; nothing: it doesn't. There may be such a number
    /// where no row is, since a search goes through so many at a time.
    pub next: Option<u32>,
}
