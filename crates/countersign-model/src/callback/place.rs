//! The parts of a callback URL, or of an address that is asked for: one reader for both.

use std::net::Ipv4Addr;

use super::{CallbackUrl, InvalidCallbackUrl};

/// A URL in parts.
pub(super) struct Place<'u> {
    pub(super) scheme: Scheme,
    pub(super) host: Host<'u>,
    pub(super) port: Port,
    /// Empty, or from its first slash on.
    pub(super) path: &'u str,
    /// Without its question mark.
    pub(super) query: Option<&'u str>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Https,
    Http,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Host<'u> {
    Exactly(&'u str),
    /// `*.` and this.
    AnyLabelOf(&'u str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    Number(u16),
    Any,
}

const LOCALHOST: &str = "localhost";
/// The longest host name and label, by RFC 1035.
const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;

impl<'u> Place<'u> {
    /// What a record stores.
    pub(super) fn pattern(text: &'u str) -> Result<Self, InvalidCallbackUrl> {
        if text.len() > CallbackUrl::MAX_LENGTH {
            return Err(InvalidCallbackUrl::TooLong);
        }
        if text.contains('#') {
            return Err(InvalidCallbackUrl::Fragment);
        }
        if !text.bytes().all(may_stand_in_a_url) {
            return Err(InvalidCallbackUrl::Character);
        }
        let (scheme, rest) = scheme(text)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (host, port) = host_and_port(authority)?;
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let port = port_of(scheme, host, port)?;
        let host = read_host(host)?;
        if scheme == Scheme::Http && host != Host::Exactly(LOCALHOST) {
            return Err(InvalidCallbackUrl::Scheme);
        }
        check_path(path)?;
        check_encoding(path, b"./\\")?;
        check_encoding(query.unwrap_or_default(), b"")?;
        if rest.contains('*') {
            return Err(InvalidCallbackUrl::Wildcard);
        }
        Ok(Self { scheme, host, port, path, query })
    }

    /// What a request asks for: the same without wildcards.
    pub(super) fn address(text: &'u str) -> Result<Self, InvalidCallbackUrl> {
        if text.contains('*') {
            return Err(InvalidCallbackUrl::Wildcard);
        }
        Self::pattern(text)
    }
}

/// RFC 3986's characters without brackets, which only IPv6 addresses need, and without the
/// apostrophe, which browsers encode in a query. `#` is looked for before.
fn may_stand_in_a_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?@!$&()*+,;=%".contains(&byte)
}

fn scheme(text: &str) -> Result<(Scheme, &str), InvalidCallbackUrl> {
    if let Some(rest) = text.strip_prefix("https://") {
        return Ok((Scheme::Https, rest));
    }
    let rest = text.strip_prefix("http://").ok_or(InvalidCallbackUrl::Scheme)?;
    Ok((Scheme::Http, rest))
}

fn host_and_port(authority: &str) -> Result<(&str, Option<&str>), InvalidCallbackUrl> {
    if authority.contains('@') {
        return Err(InvalidCallbackUrl::UserName);
    }
    match authority.split_once(':') {
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((authority, None)),
    }
}

fn port_of(scheme: Scheme, host: &str, port: Option<&str>) -> Result<Port, InvalidCallbackUrl> {
    let Some(port) = port else {
        return Ok(Port::Number(match scheme {
            Scheme::Https => 443,
            Scheme::Http => 80,
        }));
    };
    if port == "*" {
        let is_local = scheme == Scheme::Http && host == LOCALHOST;
        return if is_local { Ok(Port::Any) } else { Err(InvalidCallbackUrl::PortWildcard) };
    }
    let digits = port.bytes().all(|byte| byte.is_ascii_digit()) && !port.starts_with('0');
    let number = port.parse().ok().filter(|_| digits);
    number.map(Port::Number).ok_or(InvalidCallbackUrl::Port)
}

fn read_host(host: &str) -> Result<Host<'_>, InvalidCallbackUrl> {
    if host.len() > LONGEST_HOST {
        return Err(InvalidCallbackUrl::Host);
    }
    let Some(parent) = host.strip_prefix("*.") else {
        if host.contains('*') {
            return Err(InvalidCallbackUrl::Wildcard);
        }
        let is_name = is_name(host) || is_address(host);
        return if is_name { Ok(Host::Exactly(host)) } else { Err(InvalidCallbackUrl::Host) };
    };
    if parent.contains('*') {
        return Err(InvalidCallbackUrl::Wildcard);
    }
    if !is_name(parent) {
        return Err(InvalidCallbackUrl::Host);
    }
    // The list has a rule for every name; of an unknown one the last label is the suffix.
    let suffix = psl::suffix(parent.as_bytes());
    if suffix.is_none_or(|suffix| suffix.as_bytes() == parent.as_bytes()) {
        return Err(InvalidCallbackUrl::PublicSuffix);
    }
    Ok(Host::AnyLabelOf(parent))
}

/// Labels of lower-case letters, digits and inner hyphens, the last of which is no number: a
/// browser reads `1.2.3`, `127.1` and `0x7f.1` as addresses.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_hex = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_number = is_hex || last.bytes().all(|byte| byte.is_ascii_digit());
    host.split('.').all(is_label) && !is_number
}

/// Four numbers without leading zeros.
fn is_address(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok_and(|address| address.to_string() == host)
}

fn check_path(path: &str) -> Result<(), InvalidCallbackUrl> {
    if path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err(InvalidCallbackUrl::DotSegment);
    }
    Ok(())
}

/// Each `%` begins an encoded byte, which is no control character and none of `others`: a browser,
/// a proxy or a server may take it for itself.
fn check_encoding(text: &str, others: &[u8]) -> Result<(), InvalidCallbackUrl> {
    for encoded in text.split('%').skip(1) {
        let byte = encoded.get(..2).filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = byte.and_then(|it| u8::from_str_radix(it, 16).ok());
        let byte = byte.ok_or(InvalidCallbackUrl::Encoding)?;
        if byte.is_ascii_control() || others.contains(&byte) {
            return Err(InvalidCallbackUrl::Encoding);
        }
    }
    Ok(())
}
