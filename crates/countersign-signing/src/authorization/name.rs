//! Names of the header's parameters.
//!
//! Belongs here: which names mean something to us. Does not: their values.

use std::fmt;

/// A parameter of the `Authorization` header, by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterName {
    /// `realm`, in any case (RFC 5849 section 3.5.1; RFC 2617 section 1.2).
    Realm,
    /// `oauth_consumer_key`
    ConsumerKey,
    /// `oauth_token`
    Token,
    /// `oauth_nonce`
    Nonce,
    /// `oauth_timestamp`
    Timestamp,
    /// `oauth_signature_method`
    SignatureMethod,
    /// `oauth_version`
    Version,
    /// `oauth_signature`
    Signature,
    /// `oauth_callback`
    Callback,
    /// `oauth_verifier`
    Verifier,
    /// Any other name, with `oauth_` (as `oauth_body_hash`) or without (as `role`).
    Other,
}

impl ParameterName {
    /// How many names have a meaning of their own.
    pub(crate) const KNOWN: usize = ParameterName::Other as usize;

    /// The meaning of a decoded name.
    #[must_use]
    pub fn of(name: &[u8]) -> ParameterName {
        match name {
            b"oauth_consumer_key" => ParameterName::ConsumerKey,
            b"oauth_token" => ParameterName::Token,
            b"oauth_nonce" => ParameterName::Nonce,
            b"oauth_timestamp" => ParameterName::Timestamp,
            b"oauth_signature_method" => ParameterName::SignatureMethod,
            b"oauth_version" => ParameterName::Version,
            b"oauth_signature" => ParameterName::Signature,
            b"oauth_callback" => ParameterName::Callback,
            b"oauth_verifier" => ParameterName::Verifier,
            _ if name.eq_ignore_ascii_case(b"realm") => ParameterName::Realm,
            _ => ParameterName::Other,
        }
    }

    /// The name on the wire; for [`ParameterName::Other`] words that say so.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ParameterName::Realm => "realm",
            ParameterName::ConsumerKey => "oauth_consumer_key",
            ParameterName::Token => "oauth_token",
            ParameterName::Nonce => "oauth_nonce",
            ParameterName::Timestamp => "oauth_timestamp",
            ParameterName::SignatureMethod => "oauth_signature_method",
            ParameterName::Version => "oauth_version",
            ParameterName::Signature => "oauth_signature",
            ParameterName::Callback => "oauth_callback",
            ParameterName::Verifier => "oauth_verifier",
            ParameterName::Other => "another parameter",
        }
    }
}

impl fmt::Display for ParameterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
