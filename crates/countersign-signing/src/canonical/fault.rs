//! Why a request is not signed at all.
//!
//! Belongs here: faults outside of the header. Does not: faults of the header.

use std::fmt;

use crate::limits;

/// Why a request has no canonical form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestFault {
    /// The query or the form has a parameter whose name begins with `oauth_`: the protocol's
    /// parameters belong in one place, and NetSuite's is the header (RFC 5849 section 3.5).
    OAuthParametersElsewhere,
    /// Header and query have more than [`limits::PARAMETERS`] parameters together.
    TooManyParameters,
    /// The form has more than [`limits::FORM_PARAMETERS`] parameters.
    TooManyFormParameters,
}

impl fmt::Display for RequestFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestFault::OAuthParametersElsewhere => f.write_str(
                "the query or the form has oauth_ parameters, which belong in the header only",
            ),
            RequestFault::TooManyParameters => {
                write!(f, "header and query have more than {} parameters", limits::PARAMETERS)
            }
            RequestFault::TooManyFormParameters => {
                write!(f, "the form has more than {} parameters", limits::FORM_PARAMETERS)
            }
        }
    }
}

impl std::error::Error for RequestFault {}
