//! Which rule a callback URL breaks.

use thiserror::Error;

use super::CallbackUrl;

/// The rule of callback URLs that a text breaks, as a sentence that says what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidCallbackUrl {
    /// Too long.
    #[error("a callback URL has at most {} bytes", CallbackUrl::MAX_LENGTH)]
    TooLong,
    /// A character that no URL has.
    #[error(
        "a callback URL has no spaces, control characters, backslashes, quotes, brackets or \
         letters outside ASCII: write them percent-encoded, and such a host as xn--..."
    )]
    Character,
    /// `%` that encodes nothing, or what a browser would change or drop.
    #[error(
        "`%` in a callback URL is followed by two hexadecimal digits, which encode no control \
         character, and in its path no dot, slash or backslash"
    )]
    Encoding,
    /// Neither `https://` nor `http://localhost`.
    #[error("a callback URL begins with https://, or with http://localhost")]
    Scheme,
    /// A user name or password.
    #[error("a callback URL has no user name: leave out what stands before the @")]
    UserName,
    /// A fragment.
    #[error("a callback URL has no fragment: leave out the # and what follows")]
    Fragment,
    /// The host is none.
    #[error(
        "the host of a callback URL is a name in lower case, whose labels are letters, digits and \
         inner hyphens, or an IPv4 address"
    )]
    Host,
    /// The port is none.
    #[error("the port of a callback URL is a number from 1 to 65535, without leading zeros")]
    Port,
    /// A star at the place of the port of another host than `localhost`.
    #[error("`*` as the port is for http://localhost only")]
    PortWildcard,
    /// A star at a place where it stands for nothing.
    #[error(
        "`*` in a callback URL stands for the whole first label of an https host, or for the port \
         of http://localhost, and nowhere else"
    )]
    Wildcard,
    /// A wildcard over what belongs to many.
    #[error(
        "`*.` is followed by a domain that one organisation holds: under a public suffix such as \
         com, co.uk or github.io everybody can have a name"
    )]
    PublicSuffix,
    /// `.` or `..` as a segment.
    #[error("the path of a callback URL has no segment . or ..: write the path that is meant")]
    DotSegment,
}

impl InvalidCallbackUrl {
    /// All rules.
    pub const ALL: [Self; 12] = [
        Self::TooLong,
        Self::Character,
        Self::Encoding,
        Self::Scheme,
        Self::UserName,
        Self::Fragment,
        Self::Host,
        Self::Port,
        Self::PortWildcard,
        Self::Wildcard,
        Self::PublicSuffix,
        Self::DotSegment,
    ];

    /// The name of the rule.
    pub fn rule(self) -> &'static str {
        match self {
            Self::TooLong => "length",
            Self::Character => "character",
            Self::Encoding => "encoding",
            Self::Scheme => "scheme",
            Self::UserName => "user-name",
            Self::Fragment => "fragment",
            Self::Host => "host",
            Self::Port => "port",
            Self::PortWildcard => "port-wildcard",
            Self::Wildcard => "wildcard",
            Self::PublicSuffix => "public-suffix",
            Self::DotSegment => "dot-segment",
        }
    }
}
