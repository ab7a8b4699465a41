//! The address of a remote upstream.

use http::Uri;
use http::uri::{Authority, Scheme};
use thiserror::Error;

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    scheme: Scheme,
    authority: Authority,
}

/// Text that is no address of an upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidUpstream {
    /// Not a URL.
    #[error("an upstream is a URL such as http://127.0.0.1:8000")]
    NotAUrl,
    /// Another scheme.
    #[error("an upstream is reached over http:// or https://")]
    NotHttp,
    /// Nothing at all.
    #[error("an upstream has at least one server")]
    NoServer,
    /// A user in front of the host.
    #[error("an upstream has no user in its URL")]
    HasUser,
    /// A path after the host.
    #[error(
        "an upstream has no path: requests are forwarded with the path that was signed, unchanged"
    )]
    HasPath,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, InvalidUpstream> {
        if url.contains('#') {
            return Err(InvalidUpstream::HasPath);
        }
        let uri: Uri = url.parse().map_err(|_| InvalidUpstream::NotAUrl)?;
        let scheme = uri.scheme().ok_or(InvalidUpstream::NotAUrl)?;
        if *scheme != Scheme::HTTP && *scheme != Scheme::HTTPS {
            return Err(InvalidUpstream::NotHttp);
        }
        if !matches!(uri.path_and_query().map(|target| target.as_str()), None | Some("/")) {
            return Err(InvalidUpstream::HasPath);
        }
        let authority = uri.authority().ok_or(InvalidUpstream::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(InvalidUpstream::HasUser);
        }
        let port = authority.as_str().rsplit_once(':').map(|(_, port)| port);
        if port.is_some_and(|port| !port.ends_with(']') && authority.port_u16().is_none()) {
            return Err(InvalidUpstream::NotAUrl);
        }
        Ok(Self { scheme: scheme.clone(), authority: authority.clone() })
    }

    pub(super) fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    pub(super) fn authority(&self) -> &Authority {
        &self.authority
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_http_without_path_and_user() {
        for good in ["http://localhost:8000", "http://10.0.0.1", "http://[::1]:9/", "https://a.b"] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for (bad, fault) in [
            ("", InvalidUpstream::NotAUrl),
            ("localhost:8000", InvalidUpstream::NotAUrl),
            ("/x", InvalidUpstream::NotAUrl),
            ("http://", InvalidUpstream::NotAUrl),
            ("http://a:99999", InvalidUpstream::NotAUrl),
            ("ftp://a", InvalidUpstream::NotHttp),
            ("http://u:p@a", InvalidUpstream::HasUser),
            ("http://a/x", InvalidUpstream::HasPath),
            ("http://a?x", InvalidUpstream::HasPath),
            ("http://a/#x", InvalidUpstream::HasPath),
        ] {
            assert_eq!(Address::parse(bad).map(|_| ()), Err(fault), "{bad}");
        }
    }
}
