//! Trusted peers, and what they say of the client: its address, and the scheme that it used.
//!
//! Belongs here: whose word counts, and reading it from `X-Forwarded-For`, `X-Forwarded-Proto` and
//! `Forwarded` (RFC 7239). Does not: the PROXY protocol (see `listener`), the host that is signed,
//! which is always the `Host` header itself: a proxy must pass it on.

mod forwarded;

use std::net::IpAddr;

use countersign_signing::Scheme;
use http::HeaderMap;
use ipnet::IpNet;

use forwarded::Hop;

/// Networks whose word is taken. By default nobody's is.
#[derive(Clone, Debug, Default)]
pub struct Peers(Vec<IpNet>);

/// What is known of where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) source: IpAddr,
    pub(crate) scheme: Scheme,
}

/// A trusted peer contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Conflict;

impl Peers {
    /// Trusts whoever connects from one of these networks.
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether an address is in one of them.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Where a request comes from that a trusted peer at `direct.source` has passed on: the
    /// rightmost address that is not itself a trusted peer's, since who stands further left may
    /// have made up the rest.
    ///
    /// # Errors
    /// [`Conflict`] where what is said can't be read, is said twice, or in two ways.
    pub(crate) fn origin(&self, direct: Origin, headers: &HeaderMap) -> Result<Origin, Conflict> {
        let said = forwarded::read(headers)?;
        let mut source = direct.source;
        for hop in said.hops.iter().rev() {
            let Hop::Address(address) = hop else { break };
            source = *address;
            if !self.has(source) {
                break;
            }
        }
        Ok(Origin { source, scheme: said.scheme.unwrap_or(direct.scheme) })
    }
}

#[cfg(test)]
mod tests {
    use http::header::{HeaderName, HeaderValue};

    use super::*;

    fn origin(headers: &[(&'static str, &'static str)]) -> Result<(String, Scheme), Conflict> {
        let peers = Peers::new(vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        let direct = Origin { source: "10.0.0.1".parse().unwrap(), scheme: Scheme::Http };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        peers.origin(direct, &map).map(|origin| (origin.source.to_string(), origin.scheme))
    }

    #[test]
    fn the_rightmost_address_that_is_no_peers_is_the_client() {
        for (forwarded, client) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.66, 192.0.2.1", "192.0.2.1"),
            ("192.0.2.1,10.0.0.9 , 10.0.0.8", "192.0.2.1"),
            ("10.0.0.9", "10.0.0.9"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("192.0.2.1, unknown", "10.0.0.1"),
            ("192.0.2.1, fd00::7", "192.0.2.1"),
        ] {
            let said = origin(&[("x-forwarded-for", forwarded)]);
            assert_eq!(said, Ok((client.to_owned(), Scheme::Http)), "{forwarded}");
        }
        let two_lines = [("x-forwarded-for", "192.0.2.66"), ("x-forwarded-for", "192.0.2.1")];
        assert_eq!(origin(&two_lines), Ok(("192.0.2.1".into(), Scheme::Http)));
        assert_eq!(origin(&[]), Ok(("10.0.0.1".into(), Scheme::Http)));
    }

    #[test]
    fn forwarded_says_the_same_in_its_own_words() {
        for (forwarded, client, scheme) in [
            ("for=192.0.2.1;proto=https", "192.0.2.1", Scheme::Https),
            ("For=\"[2001:db8::1]:4711\"; Proto=http;host=a", "2001:db8::1", Scheme::Http),
            ("for=192.0.2.66, for=192.0.2.1;proto=https", "192.0.2.1", Scheme::Https),
            ("for=192.0.2.1;proto=https, for=10.1.1.1;proto=https", "192.0.2.1", Scheme::Https),
            ("for=_hidden;proto=https", "10.0.0.1", Scheme::Https),
            ("by=10.0.0.1;proto=https", "10.0.0.1", Scheme::Https),
        ] {
            let said = origin(&[("forwarded", forwarded)]);
            assert_eq!(said, Ok((client.to_owned(), scheme)), "{forwarded}");
        }
    }

    #[test]
    fn who_contradicts_himself_is_not_believed() {
        for headers in [
            &[("x-forwarded-proto", "https"), ("x-forwarded-proto", "http")][..],
            &[("x-forwarded-proto", "https, http")],
            &[("x-forwarded-proto", "ftp")],
            &[("x-forwarded-proto", "")],
            &[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.2")],
            &[("x-forwarded-proto", "https"), ("forwarded", "for=192.0.2.1;proto=http")],
            &[("forwarded", "proto=https;for=192.0.2.1, proto=http;for=10.0.0.1")],
            &[("x-forwarded-for", "192.0.2.1, <script>")],
            &[("x-forwarded-for", "192.0.2.1,,10.0.0.1")],
            &[("forwarded", "for=192.0.2.1;for=192.0.2.2")],
            &[("forwarded", "for=\"192.0.2.1")],
            &[("forwarded", "for")],
        ] {
            assert_eq!(origin(headers), Err(Conflict), "{headers:?}");
        }
        let agreed = [
            ("x-forwarded-for", "192.0.2.1"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=192.0.2.1;proto=https"),
        ];
        assert_eq!(origin(&agreed), Ok(("192.0.2.1".into(), Scheme::Https)));
        let same_twice = [("x-forwarded-proto", "https"), ("x-forwarded-proto", "https")];
        assert_eq!(origin(&same_twice), Ok(("10.0.0.1".into(), Scheme::Https)));
    }
}
