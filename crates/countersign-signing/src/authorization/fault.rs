//! Why a header can't be read.
//!
//! Belongs here: faults of its text. Does not: faults of what it says (see `proof`).

use std::fmt;

use super::ParameterName;
use crate::limits;

/// Why a header can't be read. NetSuite answers most of these with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderFault {
    /// The header is of another scheme, or empty.
    NotOAuth,
    /// The header is longer than [`limits::HEADER_BYTES`].
    TooLong,
    /// The text is not a list of `name="value"` (RFC 5849 section 3.5.1).
    Syntax {
        /// Where reading stopped, in bytes from the start of the header.
        at: usize,
        /// What was missing or out of place there.
        why: SyntaxFault,
    },
    /// `realm` or an `oauth_` parameter stands there twice (RFC 5849 section 3.1).
    Repeated(ParameterName),
    /// `realm` or an `oauth_` parameter has an empty value.
    Empty(ParameterName),
    /// A name or value has a `%` that two hex digits don't follow (RFC 5849 section 3.6).
    Malformed(ParameterName),
    /// The header has more than [`limits::PARAMETERS`] parameters.
    TooManyParameters,
}

impl fmt::Display for HeaderFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HeaderFault::NotOAuth => f.write_str("the Authorization header is not of scheme OAuth"),
            HeaderFault::TooLong => {
                write!(f, "the Authorization header is longer than {} bytes", limits::HEADER_BYTES)
            }
            HeaderFault::Syntax { at, why } => {
                write!(f, "{why} at byte {at} of the Authorization header")
            }
            HeaderFault::Repeated(name) => {
                write!(f, "{name} stands more than once in the Authorization header")
            }
            HeaderFault::Empty(name) => write!(f, "{name} in the Authorization header is empty"),
            HeaderFault::Malformed(name) => write!(
                f,
                "{name} in the Authorization header has a % that two hex digits don't follow"
            ),
            HeaderFault::TooManyParameters => write!(
                f,
                "the Authorization header has more than {} parameters",
                limits::PARAMETERS
            ),
        }
    }
}

impl std::error::Error for HeaderFault {}

/// What is wrong at a place of the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyntaxFault {
    /// A parameter's name was expected.
    NoName,
    /// `=` was expected after a name.
    NoEquals,
    /// The value is not in double quotes. NetSuite refuses this too.
    NoOpeningQuote,
    /// The header ends inside of a value.
    NoClosingQuote,
    /// A comma was expected after a value.
    NoComma,
    /// A control byte stands in a value.
    ControlByte,
}

impl fmt::Display for SyntaxFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SyntaxFault::NoName => "a parameter's name is missing",
            SyntaxFault::NoEquals => "a = is missing",
            SyntaxFault::NoOpeningQuote => "a value is not in double quotes",
            SyntaxFault::NoClosingQuote => "the quotes of a value are not closed",
            SyntaxFault::NoComma => "a comma is missing",
            SyntaxFault::ControlByte => "a control byte stands in a value",
        })
    }
}
