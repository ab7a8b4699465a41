//! What a client must send, RFC 5849 sections 3.1 to 3.3, and NetSuite's narrower rules.
//!
//! Belongs here: checks that need no knowledge of the client, and no clock. Does not: whether key,
//! token and signature are right.

use std::fmt;

use super::{Authorization, ParameterName};
use crate::limits;

/// What a header offers as proof, checked for form.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'s> {
    /// Who the client says it is.
    pub consumer_key: &'s [u8],
    /// For whom it says it acts; `None` at [`Step::RequestToken`] only.
    pub token: Option<&'s [u8]>,
    /// What makes the request unique, decoded. Its length is not checked yet.
    pub nonce: Nonce<'s>,
    /// Seconds since 1970, more than zero.
    pub timestamp: i64,
    /// What was sent as signature, percent-decoded: see [`Signature::parse`](crate::Signature).
    pub signature: &'s [u8],
}

/// What is asked for, as far as it decides which parameters are required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Anything that a token gives access to, and the exchange of a request token.
    Resource,
    /// The first step of three: there is no token yet (RFC 5849 section 2.1).
    RequestToken,
}

/// A nonce, decoded, so that `%61bc` and `abc` are the same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nonce<'s>(&'s [u8]);

impl<'s> Nonce<'s> {
    /// The decoded bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &'s [u8] {
        self.0
    }

    /// Checks the length after decoding: [`limits::NONCE_SHORTEST`] to [`limits::NONCE_LONGEST`].
    ///
    /// # Errors
    /// [`NonceFault`], which says on what side it is outside.
    pub fn is_acceptable(&self) -> Result<(), NonceFault> {
        match self.0.len() {
            ..limits::NONCE_SHORTEST => Err(NonceFault::TooShort),
            limits::NONCE_SHORTEST..=limits::NONCE_LONGEST => Ok(()),
            _ => Err(NonceFault::TooLong),
        }
    }
}

/// Why a nonce is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonceFault {
    /// Under [`limits::NONCE_SHORTEST`] bytes.
    TooShort,
    /// Over [`limits::NONCE_LONGEST`] bytes.
    TooLong,
}

impl fmt::Display for NonceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NonceFault::TooShort => {
                write!(f, "oauth_nonce has fewer than {} characters", limits::NONCE_SHORTEST)
            }
            NonceFault::TooLong => {
                write!(f, "oauth_nonce has more than {} characters", limits::NONCE_LONGEST)
            }
        }
    }
}

impl std::error::Error for NonceFault {}

/// Why a readable header offers no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofFault {
    /// A required parameter is not there (RFC 5849 section 3.1).
    Missing(ParameterName),
    /// The declared method is not exactly `HMAC-SHA256`.
    Method {
        /// It is HMAC-SHA1, which NetSuite ended in 2023.
        sha1: bool,
    },
    /// `oauth_version` is there and not `1.0`.
    Version,
    /// The timestamp is not a positive number of seconds.
    Timestamp(TimestampFault),
}

impl fmt::Display for ProofFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProofFault::Missing(name) => write!(f, "{name} is missing"),
            ProofFault::Method { sha1: true } => {
                f.write_str("oauth_signature_method is HMAC-SHA1, and only HMAC-SHA256 is accepted")
            }
            ProofFault::Method { sha1: false } => {
                f.write_str("oauth_signature_method is not exactly HMAC-SHA256")
            }
            ProofFault::Version => f.write_str("oauth_version is not 1.0"),
            ProofFault::Timestamp(why) => write!(f, "oauth_timestamp {why}"),
        }
    }
}

impl std::error::Error for ProofFault {}

/// Why a timestamp is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimestampFault {
    /// It has other characters than digits.
    NotANumber,
    /// It is zero, or a whole number below it.
    NotPositive,
    /// It has 13 digits or more: milliseconds, or something finer.
    Milliseconds,
}

impl fmt::Display for TimestampFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimestampFault::NotANumber => "is not a whole number of seconds",
            TimestampFault::NotPositive => "is not greater than zero",
            TimestampFault::Milliseconds => "has 13 digits or more: milliseconds, not seconds",
        })
    }
}

pub(super) fn proof<'s>(
    authorization: &Authorization<'s>,
    step: Step,
) -> Result<Proof<'s>, ProofFault> {
    let required = |name| authorization.get(name).ok_or(ProofFault::Missing(name));
    let consumer_key = required(ParameterName::ConsumerKey)?;
    let token = match step {
        Step::Resource => Some(required(ParameterName::Token)?),
        Step::RequestToken => authorization.token(),
    };
    let nonce = Nonce(required(ParameterName::Nonce)?);
    let timestamp = required(ParameterName::Timestamp)?;
    let method = required(ParameterName::SignatureMethod)?;
    let signature = required(ParameterName::Signature)?;
    check_method(method)?;
    if authorization.version().is_some_and(|version| version != b"1.0") {
        return Err(ProofFault::Version);
    }
    let timestamp = seconds(timestamp).map_err(ProofFault::Timestamp)?;
    Ok(Proof { consumer_key, token, nonce, timestamp, signature })
}

fn check_method(method: &[u8]) -> Result<(), ProofFault> {
    match method {
        b"HMAC-SHA256" => Ok(()),
        _ => Err(ProofFault::Method { sha1: is_sha1(method) }),
    }
}

/// Whether a declared method is HMAC-SHA1, in any of the spellings that clients have for it.
pub(crate) fn is_sha1(method: &[u8]) -> bool {
    let spellings = [&b"HMAC-SHA1"[..], b"HMAC_SHA1", b"HMAC-SHA-1"];
    spellings.iter().any(|spelling| method.eq_ignore_ascii_case(spelling))
}

/// A timestamp's seconds.
pub(crate) fn seconds(text: &[u8]) -> Result<i64, TimestampFault> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', digits)) => (true, digits),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(TimestampFault::NotANumber);
    }
    let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
    match &digits[zeros..] {
        [] => Err(TimestampFault::NotPositive),
        _ if negative => Err(TimestampFault::NotPositive),
        digits if digits.len() > 12 => Err(TimestampFault::Milliseconds),
        digits => Ok(digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))),
    }
}
