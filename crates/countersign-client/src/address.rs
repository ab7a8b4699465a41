//! Where a request goes: what a URL says, byte for byte as it is signed and sent.
//!
//! Belongs here: taking a URL apart. Does not: putting one together, tidying one up.

use std::fmt;
use std::str::FromStr;

use countersign_signing::Scheme;
use http::Uri;
use http::uri::{Authority, PathAndQuery};
use thiserror::Error;

/// Scheme, authority and target of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    scheme: Scheme,
    authority: Authority,
    target: PathAndQuery,
}

impl Address {
    /// Takes a URL apart and keeps its bytes.
    ///
    /// What is changed, since it can't be sent otherwise:
    ///
    /// - Blanks around the URL are cut, and so is the fragment (from the first `#` on).
    /// - In path and query, these bytes are percent-encoded: blanks, control characters, everything
    ///   that is not ASCII (as UTF-8), and `"`, `<`, `>` and `` ` ``. An existing `%` stays as it
    ///   is, as does `+`.
    /// - A missing path becomes `/`.
    ///
    /// # Errors
    /// [`InvalidUrl`]
    pub fn parse(url: &str) -> Result<Self, InvalidUrl> {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").ok_or(InvalidUrl::NoScheme)?;
        let scheme = Scheme::parse(scheme).ok_or(InvalidUrl::OtherScheme)?;
        let rest = rest.split_once('#').map_or(rest, |(before, _)| before);
        let (authority, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = parse_authority(authority)?;
        let encoded = encode(target);
        let target = PathAndQuery::from_str(&encoded).map_err(|_| InvalidUrl::Target)?;
        // What the HTTP library would send otherwise than written must not be signed as written.
        if target.as_str() != encoded {
            return Err(InvalidUrl::Target);
        }
        Ok(Self { scheme, authority, target })
    }

    /// The scheme.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host and, where the URL has one, port, as written.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.authority.as_str()
    }

    /// Path and query as they are signed and sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.target.as_str()
    }

    pub(crate) fn uri(&self) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(match self.scheme {
            Scheme::Http => http::uri::Scheme::HTTP,
            Scheme::Https => http::uri::Scheme::HTTPS,
        });
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(self.target.clone());
        // All three parts are there, so this never fails.
        Uri::from_parts(parts).unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme.as_str(), self.authority, self.target)
    }
}

impl FromStr for Address {
    type Err = InvalidUrl;

    fn from_str(url: &str) -> Result<Self, InvalidUrl> {
        Self::parse(url)
    }
}

/// Why a text is not the URL of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidUrl {
    /// It does not begin with a scheme.
    #[error("it does not begin with http:// or https://")]
    NoScheme,
    /// Its scheme is neither `http` nor `https`.
    #[error("its scheme is neither http nor https")]
    OtherScheme,
    /// It names no host, or one with characters that no host has.
    #[error("its host is missing, or has characters that no host name has")]
    Host,
    /// Its host is not ASCII.
    #[error("its host is not ASCII: write it in its xn-- form")]
    HostNotAscii,
    /// Its port is not a number up to 65535.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// It has a user name or a password in it.
    #[error("it has a user name in it, which signed requests have no use for: take it out")]
    UserName,
    /// Its path or query can't be sent.
    #[error("its path or query is too long, or has characters that can't be sent")]
    Target,
}

fn parse_authority(text: &str) -> Result<Authority, InvalidUrl> {
    if !text.is_ascii() {
        return Err(InvalidUrl::HostNotAscii);
    }
    if text.contains('@') {
        return Err(InvalidUrl::UserName);
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    };
    let bracketed = host.starts_with('[') && host.ends_with(']');
    if host.is_empty() || (host.contains(':') && !bracketed) {
        return Err(InvalidUrl::Host);
    }
    if port.is_some_and(|port| !is_port(port)) {
        return Err(InvalidUrl::Port);
    }
    Authority::from_str(text).map_err(|_| InvalidUrl::Host)
}

fn is_port(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && text.parse::<u16>().is_ok_and(|port| port > 0)
}

fn encode(target: &str) -> String {
    let mut encoded = String::with_capacity(target.len() + 1);
    if !target.starts_with('/') {
        encoded.push('/');
    }
    for character in target.chars() {
        if character.is_ascii_graphic() && !matches!(character, '"' | '<' | '>' | '`') {
            encoded.push(character);
        } else {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> String {
        Address::parse(url).unwrap().to_string()
    }

    #[test]
    fn what_can_be_sent_stays_as_it_is() {
        for url in [
            "https://example.com/A/../b//c/./%2f%7E?x=a+b&y=%zz&z=!'()*$,;:@/?[]&&=",
            "http://localhost:8080/?a={b}|c^d\\e",
            "http://[::1]:8080/",
            "https://1234567-sb1.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6",
            "https://EXAMPLE.com:443/",
        ] {
            assert_eq!(parsed(url), url);
            assert_eq!(Address::parse(url).unwrap().uri().to_string(), url);
        }
    }

    #[test]
    fn what_can_not_be_sent_is_encoded_cut_or_added() {
        for (url, expected) in [
            (" https://a.b/x y?q=ü\t\"<>`\u{7f}\n", "https://a.b/x%20y?q=%C3%BC%09%22%3C%3E%60%7F"),
            ("https://a.b/x#y?z", "https://a.b/x"),
            ("https://a.b", "https://a.b/"),
            ("https://a.b?c=d", "https://a.b/?c=d"),
            ("HTTPS://a.b/", "https://a.b/"),
        ] {
            assert_eq!(parsed(url), expected, "{url}");
        }
    }

    #[test]
    fn what_is_not_a_url_of_a_request_is_refused_by_name() {
        for (url, expected) in [
            ("", InvalidUrl::NoScheme),
            ("/path", InvalidUrl::NoScheme),
            ("example.com/x", InvalidUrl::NoScheme),
            ("ftp://example.com/", InvalidUrl::OtherScheme),
            ("https:///x", InvalidUrl::Host),
            ("https://:80/", InvalidUrl::Host),
            ("https://a b/", InvalidUrl::Host),
            ("https://::1/", InvalidUrl::Host),
            ("https://bücher.example/", InvalidUrl::HostNotAscii),
            ("https://a.b:/", InvalidUrl::Port),
            ("https://a.b:http/", InvalidUrl::Port),
            ("https://a.b:65536/", InvalidUrl::Port),
            ("https://a.b:+1/", InvalidUrl::Port),
            ("https://me:secret@a.b/", InvalidUrl::UserName),
        ] {
            assert_eq!(Address::parse(url), Err(expected), "{url}");
        }
        let endless = format!("https://a.b/{}", "x".repeat(70_000));
        assert_eq!(Address::parse(&endless), Err(InvalidUrl::Target));
    }
}
