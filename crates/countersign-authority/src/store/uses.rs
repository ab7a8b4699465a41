//! How tokens are used: told by whoever keeps the login trail.

use std::net::IpAddr;

use async_trait::async_trait;
use countersign_model::{AccountNumber, Timestamp, TokenNumber};

use super::StoreFault;

/// Knows when, from where and how often tokens were used.
#[async_trait]
pub trait TokenUses: Send + Sync {
    /// The uses of these tokens, in any order; of one that was never used nothing.
    async fn token_uses(
        &self,
        account: AccountNumber,
        tokens: &[TokenNumber],
    ) -> Result<Vec<TokenUse>, StoreFault>;
}

/// How a token was used, admitted requests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenUse {
    /// The account.
    pub account: AccountNumber,
    /// The token in it.
    pub token: TokenNumber,
    /// How often.
    pub count: u64,
    /// The last time.
    pub last: UseMark,
    /// The last time with a token secret that was about to retire.
    pub retiring_secret: Option<UseMark>,
    /// The last time with a consumer pair that was about to retire.
    pub retiring_pair: Option<UseMark>,
}

/// One use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseMark {
    /// When.
    pub at: Timestamp,
    /// From where.
    pub source: IpAddr,
}

impl TokenUse {
    /// Whether the last use was with a consumer pair that was about to retire.
    pub fn is_of_old_pair(&self) -> bool {
        self.retiring_pair.is_some_and(|old| old.at >= self.last.at)
    }

    /// Adds other uses of the same token, which may be older.
    pub fn add(&mut self, other: &Self) {
        let later = |one: Option<UseMark>, other: Option<UseMark>| match (one, other) {
            (Some(one), Some(other)) => Some(if other.at >= one.at { other } else { one }),
            (one, other) => one.or(other),
        };
        self.count = self.count.saturating_add(other.count);
        if other.last.at >= self.last.at {
            self.last = other.last;
        }
        self.retiring_secret = later(self.retiring_secret, other.retiring_secret);
        self.retiring_pair = later(self.retiring_pair, other.retiring_pair);
    }
}
