//! Attempts to log in, as the trail is told of them.

use std::fmt;
use std::net::IpAddr;

use async_trait::async_trait;
use countersign_model::{Chance, Timestamp};
use thiserror::Error;

use crate::replay::Fingerprint;
use crate::{Admission, Refused};

/// Where the answer to every attempt goes.
#[async_trait]
pub trait AttemptSink: Send + Sync {
    /// Records a refusal: a row of its own where it names a known key or token, else a count.
    /// Returns at the next commit, whatever the cause, so that timing tells nothing.
    ///
    /// # Errors
    /// [`TrailUnwritable`]: the refusal must not be answered as if it had been recorded.
    async fn refused(&self, attempt: RefusedAttempt) -> Result<(), TrailUnwritable>;

    /// Records an admission, soon.
    ///
    /// # Errors
    /// [`TrailUnwritable`] when as much is waiting to be written as may wait.
    fn admitted(&self, attempt: Admitted) -> Result<(), TrailUnwritable>;

    /// Counts a connection whose bytes the HTTP library rejected.
    fn malformed(&self, source: IpAddr, at: Timestamp);
}

/// The trail can't be written: disk full, or too much waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the login audit trail can't be written")]
pub struct TrailUnwritable;

/// Who called, from where, and what for. Holds the path, never the query's values.
#[derive(Clone, Debug)]
pub struct Caller {
    /// When it arrived.
    pub at: Timestamp,
    /// The peer's address.
    pub source: IpAddr,
    /// Which kind of door it came through.
    pub surface: Surface,
    /// The method, as sent.
    pub method: String,
    /// The path, as sent, cut to what the trail keeps.
    pub path: String,
    /// The user agent, cut to what the trail keeps.
    pub user_agent: Option<String>,
}

/// A refused attempt.
#[derive(Clone, Debug)]
pub struct RefusedAttempt {
    /// Under which the caller can ask about it.
    pub reference: Reference,
    /// Who called.
    pub caller: Caller,
    /// Why, and whom it named.
    pub refused: Refused,
}

/// An admitted attempt.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// Who called.
    pub caller: Caller,
    /// As what it was admitted.
    pub admission: Admission,
}

impl RefusedAttempt {
    /// Seconds that the caller's clock seems ahead of ours; negative: behind. `None` where the
    /// timestamp can't be read.
    pub fn skew(&self) -> Option<i64> {
        Some(self.caller.skew(self.refused.signed_at?.seconds()))
    }
}

impl Admitted {
    /// Seconds that the caller's clock is ahead of ours; negative: behind.
    pub fn skew(&self) -> i64 {
        self.caller.skew(self.admission.signed_at)
    }
}

impl Caller {
    /// Seconds from the arrival to `signed_at`.
    pub fn skew(&self, signed_at: i64) -> i64 {
        signed_at.saturating_sub(self.at.seconds())
    }
}

/// Where a nonce was used first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstUse {
    /// When it arrived.
    pub at: Timestamp,
    /// The peer's address.
    pub source: IpAddr,
}

/// Knows where nonces were used first, for the explanation of a second use.
pub trait FirstUses: Send + Sync {
    /// The use that left `fingerprint`. `None` where it is not known (any more): nothing of this
    /// is kept over a restart.
    fn first_use(&self, fingerprint: Fingerprint) -> Option<FirstUse>;
}

/// The kinds of doors, after the paths of Token-Based Authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Surface {
    /// RESTlets, and every path that is nothing else.
    Restlet,
    /// REST web services: `/services/rest/`.
    Rest,
    /// SOAP web services: `/services/NetSuitePort_*`.
    Soap,
}

impl Surface {
    /// By path.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/services/rest/") {
            Self::Rest
        } else if path.starts_with("/services/NetSuitePort_") {
            Self::Soap
        } else {
            Self::Restlet
        }
    }

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restlet => "restlet",
            Self::Rest => "rest",
            Self::Soap => "soap",
        }
    }
}

/// Names one refusal towards its caller: `ref_` and 128 random bits in Crockford's base 32.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reference([u8; 26]);

impl Reference {
    /// Makes a new one.
    pub fn generate(chance: &dyn Chance) -> Self {
        let mut bytes = [0; 16];
        chance.fill(&mut bytes);
        let mut rest = u128::from_be_bytes(bytes);
        let mut text = [0; 26];
        for digit in text.iter_mut().rev() {
            *digit = b"0123456789abcdefghjkmnpqrstvwxyz"[(rest & 31) as usize];
            rest >>= 5;
        }
        Self(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ref_")?;
        self.0.iter().try_for_each(|digit| fmt::Write::write_char(f, char::from(*digit)))
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;

    impl Chance for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn a_reference_carries_128_bits_and_its_prefix() {
        assert_eq!(Reference::generate(&Ones).to_string(), "ref_7zzzzzzzzzzzzzzzzzzzzzzzzz");
    }

    #[test]
    fn surfaces_go_by_the_path() {
        assert_eq!(Surface::of("/services/rest/record/v1/customer"), Surface::Rest);
        assert_eq!(Surface::of("/services/NetSuitePort_2024_1"), Surface::Soap);
        assert_eq!(Surface::of("/app/site/hosting/restlet.nl"), Surface::Restlet);
        assert_eq!(Surface::of("/anything"), Surface::Restlet);
    }
}
