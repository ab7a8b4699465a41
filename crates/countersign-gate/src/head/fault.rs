//! What is wrong with a head, in the same words for the log and for its sender.

/// The first fault of a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeadFault {
    Method,
    Target,
    OtherAuthority,
    HostMissing,
    HostRepeated,
    HostMalformed,
    AuthorizationRepeated,
    ContentTypeRepeated,
    ContentTypeAmbiguous,
    ContentLengthRepeated,
    TransferEncoding,
    ConnectionNames,
    ForwardedConflict,
    PathAmbiguous,
}

impl HeadFault {
    /// The fault as a sentence. No id is needed to see any of them, so the sender is told as well.
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
            Self::ContentTypeAmbiguous => {
                "The Content-Type header names the form type, and is not that of a form."
            }
            Self::ContentLengthRepeated => "The Content-Length header stands more than once.",
            Self::TransferEncoding => "The only transfer coding is chunked.",
            Self::ForwardedConflict => {
                "The X-Forwarded-For, X-Forwarded-Proto and Forwarded headers of the proxy in \
                 front contradict each other or can't be read."
            }
            Self::PathAmbiguous => {
                "The path can be read in more than one way: it has an empty segment, a dot \
                 segment, a backslash, or percent-encodes what must not be."
            }
            Self::ConnectionNames => "The Connection header names a header that must be forwarded.",
        }
    }
}
