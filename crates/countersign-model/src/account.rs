//! Accounts and the one accepted form of their ids.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;

use crate::{AccountNumber, Timestamp, TokenPolicy, Version};

mod environment;
mod hosts;

pub use environment::{Environment, EnvironmentKind, EnvironmentRule};
pub use hosts::{AccountHosts, AccountLabel};

/// A company's space: production, a sandbox or a release preview, each an account of its own.
#[derive(Clone, Debug)]
pub struct Account {
    /// Its number within this deployment.
    pub number: AccountNumber,
    /// The id that clients send as `realm`.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// What it is of a production account; nothing: it is one itself.
    pub environment: Option<Environment>,
    /// The account feature *Token-based Authentication*. Off: every signed request is refused
    /// with `FeatureDisabled`, and tokens are kept.
    pub token_based_authentication: bool,
    /// What it asks of its tokens.
    pub policy: TokenPolicy,
    /// When tokens beyond the policy were last told of.
    pub warned_at: Option<Timestamp>,
    /// Which edition of this row it is.
    pub version: Version,
}

/// An account id: `1234567`, `1234567_SB1`, `1234567_RP`, `TSTDRV123456`. Cheap to clone.
///
/// Upper-case letters and digits, then optionally `_` and a suffix of the same; the host form
/// (`1234567-sb1`) and lower case are not ids, and the sender is told so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(Arc<str>);

impl AccountId {
    /// Longest accepted id, in bytes.
    pub const MAX_LENGTH: usize = 32;

    /// Reads an id as an administrator typed it or a client sent it.
    ///
    /// # Errors
    /// [`InvalidAccountId`] says what an id looks like.
    pub fn parse(text: &str) -> Result<Self, InvalidAccountId> {
        let (company, suffix) = match text.split_once('_') {
            Some((company, suffix)) => (company, Some(suffix)),
            None => (text, None),
        };
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        };
        if text.len() <= Self::MAX_LENGTH && plain(company) && suffix.is_none_or(plain) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidAccountId)
        }
    }

    /// The id that `text` seems to mean: hyphens read as underscores, in upper case. For
    /// explanations only; nothing is admitted by it.
    pub fn meant_by(text: &str) -> Option<Self> {
        Self::parse(&text.trim().replace('-', "_").to_ascii_uppercase()).ok()
    }

    /// Whether both are environments of one company: `1234567`, `1234567_SB1`, `1234567_RP`.
    pub fn is_of_same_company(&self, other: &Self) -> bool {
        self.company() == other.company()
    }

    fn company(&self) -> &str {
        self.0.split_once('_').map_or(&*self.0, |(company, _)| company)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// So that a map keyed by ids can be asked with the bytes of a request.
impl Borrow<str> for AccountId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Text that is no account id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "an account id is digits and upper-case letters, with an optional suffix after one \
     underscore, such as 1234567 or 1234567_SB1"
)]
pub struct InvalidAccountId;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_that_accounts_have_are_ids() {
        for id in ["1234567", "1234567_SB1", "1234567_RP", "TSTDRV123456", "TD12345678"] {
            assert_eq!(AccountId::parse(id).map(|id| id.to_string()), Ok(id.to_owned()));
        }
    }

    #[test]
    fn host_forms_lower_case_and_oddities_are_not() {
        let long = "1".repeat(AccountId::MAX_LENGTH + 1);
        for id in ["1234567-sb1", "1234567_sb1", "", "_SB1", "1_", "1_2_3", "1 2", "é", &long] {
            assert_eq!(AccountId::parse(id), Err(InvalidAccountId), "{id:?}");
        }
    }

    #[test]
    fn environments_of_a_company_share_what_stands_before_the_underscore() {
        let same = |one: &str, other: &str| {
            let [one, other] = [one, other].map(|id| AccountId::parse(id).unwrap());
            one.is_of_same_company(&other)
        };
        assert!(same("1234567", "1234567_SB1"));
        assert!(same("1234567_RP", "1234567_SB1"));
        assert!(!same("1234567", "12345678"));
        assert!(!same("1234567_SB1", "123456_SB1"));
    }

    #[test]
    fn a_host_form_is_recognised_for_explanations() {
        assert_eq!(AccountId::meant_by("1234567-sb1"), AccountId::parse("1234567_SB1").ok());
    }
}
