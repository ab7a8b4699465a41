//! What is wrong with a head: for the log in precise words; the caller is told the same.

use thiserror::Error;

/// The first fault of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum HeadFault {
    #[error("the method is not supported")]
    Method,
    #[error("the request target is not a path")]
    Target,
    #[error("the request target names another host than the Host header")]
    OtherAuthority,
    #[error("the Host header is missing")]
    HostMissing,
    #[error("the Host header stands more than once")]
    HostRepeated,
    #[error("the Host header is not a host with an optional port")]
    HostMalformed,
    #[error("the Authorization header stands more than once")]
    AuthorizationRepeated,
    #[error("the Content-Type header stands more than once")]
    ContentTypeRepeated,
    #[error("the only transfer coding is chunked")]
    TransferEncoding,
    #[error("the Connection header names a header that must be forwarded")]
    ConnectionNames,
}

impl HeadFault {
    /// What the caller is told: no id is needed to see any of these, so it is told precisely.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Method => "The method is not supported.",
            Self::Target => "The request target is not a path.",
            Self::OtherAuthority => "The request target names another host than the Host header.",
            Self::HostMissing => "The Host header is missing.",
            Self::HostRepeated => "The Host header stands more than once.",
            Self::HostMalformed => "The Host header is not a host with an optional port.",
            Self::AuthorizationRepeated => "The Authorization header stands more than once.",
            Self::ContentTypeRepeated => "The Content-Type header stands more than once.",
            Self::TransferEncoding => "The only transfer coding is chunked.",
            Self::ConnectionNames => "The Connection header names a header that must be forwarded.",
        }
    }
}
