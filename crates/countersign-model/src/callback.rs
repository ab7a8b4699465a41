//! Callback URLs as a record stores them.

use std::fmt;

use thiserror::Error;

/// Where the authorization flow may return to: `https://...`, or `http://` for `localhost`, whose
/// port may be `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// Longest accepted URL, in bytes.
    pub const MAX_LENGTH: usize = 2048;

    /// Reads a URL as an administrator typed it.
    ///
    /// # Errors
    /// [`InvalidCallbackUrl`] says what a callback URL looks like.
    pub fn parse(text: &str) -> Result<Self, InvalidCallbackUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidCallbackUrl)?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let is_local = host == "localhost";
        let port_is_good = match port {
            None => true,
            Some("*") => is_local,
            Some(port) => port.parse::<u16>().is_ok_and(|port| port > 0),
        };
        let scheme_is_good = scheme == "https" || (scheme == "http" && is_local);
        let hostile = |c: char| c.is_whitespace() || c.is_control() || "#@\\\"<>".contains(c);
        let good = scheme_is_good
            && port_is_good
            && !host.is_empty()
            && text.len() <= Self::MAX_LENGTH
            && !text.chars().any(hostile);
        if good { Ok(Self(text.to_owned())) } else { Err(InvalidCallbackUrl) }
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that is no callback URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a callback URL begins with https://, or with http://localhost and a port, which may be *; it \
     has no user name and no fragment"
)]
pub struct InvalidCallbackUrl;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secure_urls_and_localhost_with_any_port_are_stored() {
        for url in [
            "https://example.com/callback",
            "https://*.example.com/callback",
            "https://my.example.com/TBA/?callbackRequest",
            "http://localhost:*",
            "http://localhost:7777/tba",
        ] {
            assert_eq!(CallbackUrl::parse(url).map(|url| url.to_string()), Ok(url.to_owned()));
        }
    }

    #[test]
    fn other_schemes_cleartext_hosts_fragments_and_user_names_are_refused() {
        for url in [
            "",
            "nonsense",
            "ftp://x",
            "http://example.com/",
            "http://127.0.0.1:*",
            "https://",
            "https://example.com:*/",
            "https://a@b/",
            "https://a/#x",
            "https://a b/",
            "https://a:0/",
            "javascript://x",
        ] {
            assert_eq!(CallbackUrl::parse(url), Err(InvalidCallbackUrl), "{url:?}");
        }
    }
}
