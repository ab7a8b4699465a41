//! The value of a `Host` header: a name or address, and perhaps a port (RFC 9110 section 7.2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An authority without user, as received.
///
/// Names have letters, digits and `-._~`; what else RFC 3986 allows in a name (percent-encoding,
/// `!$&'()*+,;=`) stands in no host that a client has connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host<'r> {
    authority: &'r str,
    name: &'r str,
}

impl<'r> Host<'r> {
    pub(crate) fn parse(value: &'r [u8]) -> Option<Self> {
        let authority = str::from_utf8(value).ok()?;
        let (name, port) = match authority.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port),
            _ => (authority, ""),
        };
        (is_name(name) && is_port(port)).then_some(Self { authority, name })
    }

    /// As received.
    pub(crate) fn authority(self) -> &'r str {
        self.authority
    }

    /// Whether `authority` is the same, in any case.
    pub(crate) fn is(self, authority: &str) -> bool {
        self.authority.eq_ignore_ascii_case(authority)
    }

    /// Whether `name` is its name, in any case, whatever the port.
    pub(crate) fn is_named(self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether `name` is its name, also where a dot after it says that it is complete (RFC 3986
    /// section 3.2.2): the same server answers both.
    pub(crate) fn is_site(self, name: &str) -> bool {
        match self.address() {
            Some(address) => address_of(name) == Some(address),
            None => self.name.trim_end_matches('.').eq_ignore_ascii_case(name),
        }
    }

    /// Whether it can only mean this machine, whoever resolves it.
    pub(crate) fn is_loopback(self) -> bool {
        self.is_named("localhost") || self.address().is_some_and(|it| it.is_loopback())
    }

    /// Whether it is no name that somebody resolves.
    pub(crate) fn is_address(self) -> bool {
        self.address().is_some()
    }

    fn address(self) -> Option<IpAddr> {
        address_of(self.name)
    }
}

/// The address that a name is, however it is spelled.
fn address_of(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|n| n.strip_suffix(']')) {
        Some(v6) => v6.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn is_name(name: &str) -> bool {
    match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').is_some_and(|v6| v6.parse::<Ipv6Addr>().is_ok()),
        None => {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b))
        }
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit())
        && (port.is_empty() || port.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for good in [
            "localhost",
            "example.com:8080",
            "example.com:",
            "1234567_SB1.example",
            "1234567-sb1.restlets.api.netsuite.com",
            "127.0.0.1:65535",
            "[::1]",
            "[::1]:80",
        ] {
            assert_eq!(Host::parse(good.as_bytes()).map(Host::authority), Some(good));
        }
        for bad in [
            "",
            ":80",
            "user@example.com",
            "a:b@example.com",
            "example.com/",
            "a b",
            "a,b",
            "a?b",
            "a#b",
            "a\\b",
            "a:65536",
            "a:+8",
            "a:8a",
            "a:80:80",
            "[::1",
            "::1",
            "[::1]x",
            "[x]",
            "[fe80::1%25eth0]",
            "%6cocalhost",
            "[v1.x]",
            "exämple",
        ] {
            assert_eq!(Host::parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(Host::parse(b"\xff"), None);
    }

    #[test]
    fn a_site_is_the_same_in_every_spelling() {
        for (site, hosts) in [
            ("api.test", &["api.test", "API.test.", "api.test..", "api.test:80"][..]),
            ("[::1]", &["[::1]", "[0::1]:8080", "[0:0:0:0:0:0:0:1]", "[::0.0.0.1]"]),
            ("127.0.0.1", &["127.0.0.1", "127.0.0.1:1"]),
        ] {
            for host in hosts {
                assert!(Host::parse(host.as_bytes()).unwrap().is_site(site), "{host}");
            }
            for host in ["other.test", "[::2]", "127.0.0.2", "xapi.test"] {
                assert!(!Host::parse(host.as_bytes()).unwrap().is_site(site), "{host}");
            }
        }
    }

    #[test]
    fn loopback_is_meant_by_a_few_spellings_only() {
        for (text, expected) in [
            ("localhost:8080", true),
            ("LocalHost", true),
            ("127.0.0.1:1", true),
            ("127.255.0.9", true),
            ("[::1]:8080", true),
            ("localhost.", false),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("127.1", false),
            ("0.0.0.0", false),
            ("[::]", false),
            ("10.0.0.1", false),
        ] {
            let host = Host::parse(text.as_bytes()).unwrap();
            assert_eq!(host.is_loopback(), expected, "{text}");
        }
    }
}
