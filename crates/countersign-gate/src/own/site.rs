//! Keeps other web sites away from the pages: DNS rebinding and requests across sites.
//!
//! A name that an attacker points at this machine is not one that we serve. A browser that runs
//! another site's page says so in `Sec-Fetch-Site` or `Origin`; programs send neither.

use countersign_verify::{Directory, HostNames, Refusal};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, ORIGIN};

use super::Owner;
use crate::head::Host;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The hosts that own paths are answered for.
#[derive(Clone, Copy)]
pub(crate) struct Sites<'g> {
    /// Names without a port.
    pub(crate) public_hosts: &'g [String],
    /// Knows the hosts of accounts.
    pub(crate) directory: &'g Directory,
}

impl Sites<'_> {
    /// Whether what is `owner`'s may be answered to a request to `host`.
    pub(crate) fn check(
        self,
        owner: Owner,
        host: Host<'_>,
        headers: &HeaderMap,
    ) -> Result<(), Refusal> {
        let names = self.directory.host_names(host.authority());
        let is_public = host.is_loopback() || self.public_hosts.iter().any(|it| host.is_named(it));
        let is_served = match owner {
            // Clients of an account that is not there are told so at once.
            Owner::Endpoint => names != HostNames::NoAccount,
            // Also by an address, as who scrapes them does.
            Owner::Metrics => is_public || host.is_address(),
            Owner::Page => is_public || names == HostNames::Account,
            Owner::Public | Owner::Upstream => true,
        };
        match owner {
            _ if !is_served => Err(Refusal::HostNotServed),
            Owner::Metrics | Owner::Page => check_origin(host, headers),
            Owner::Endpoint | Owner::Public | Owner::Upstream => Ok(()),
        }
    }
}

fn check_origin(host: Host<'_>, headers: &HeaderMap) -> Result<(), Refusal> {
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    if site.is_some_and(|site| site.eq_ignore_ascii_case(b"cross-site")) {
        return Err(Refusal::CrossSite);
    }
    // A page with the policy `no-referrer` posts to its own origin with `Origin: null`.
    let same_origin = site == Some(b"same-origin");
    for origin in headers.get_all(ORIGIN) {
        let null_of_our_own = same_origin && origin == "null";
        if !null_of_our_own && !is_origin_of(host, origin) {
            return Err(Refusal::CrossSite);
        }
    }
    Ok(())
}

fn is_origin_of(host: Host<'_>, origin: &HeaderValue) -> bool {
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|o| o.split_once("://")) else {
        return false;
    };
    // A browser leaves out the default port of the scheme that it used, which may be another one
    // than ours: something in front of us may speak TLS.
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |authority: &str| {
        authority.strip_suffix(default_port).unwrap_or(authority).to_ascii_lowercase()
    };
    bare(authority) == bare(host.authority())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use countersign_model::{AccountHosts, AccountId, AccountNumber, Binding, Sealed};
    use countersign_verify::{AccountFact, Fact, SecretOpener};
    use zeroize::Zeroizing;

    use super::*;

    struct Unopened;

    impl SecretOpener for Unopened {
        fn open(&self, _: &Sealed, _: &Binding) -> Option<Zeroizing<[u8; 32]>> {
            None
        }
    }

    fn ask(
        owner: Owner,
        host: &str,
        headers: &[(&'static str, &'static str)],
    ) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let public_hosts = ["auth.example.com".to_owned()];
        let hosts = AccountHosts::new("example.com", ["auth.example.com"]);
        let directory = Directory::new(Arc::new(Unopened), &[1; 32]).by_host(hosts);
        directory.learn(Fact::Account(AccountFact {
            number: AccountNumber(1),
            id: AccountId::parse("1234567_SB1").unwrap(),
            token_based_authentication: true,
        }));
        let sites = Sites { public_hosts: &public_hosts, directory: &directory };
        sites.check(owner, Host::parse(host.as_bytes()).unwrap(), &map)
    }

    fn check(host: &str, headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        ask(Owner::Page, host, headers)
    }

    #[test]
    fn pages_answer_for_loopback_the_public_host_and_hosts_of_accounts() {
        for host in [
            "localhost:8080",
            "127.0.0.1",
            "[::1]:8080",
            "AUTH.example.com:443",
            "1234567-sb1.app.example.com",
        ] {
            assert_eq!(check(host, &[]), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "auth.example.com.evil.example",
            "10.0.0.1",
            "localhost.",
            "1234567.app.example.com",
            "system.example.com",
            "example.com",
        ] {
            assert_eq!(check(host, &[]), Err(Refusal::HostNotServed), "{host}");
        }
        let origin = [("origin", "https://1234567-sb1.restlets.api.example.com")];
        assert_eq!(check("1234567-sb1.app.example.com", &origin), Err(Refusal::CrossSite));
    }

    #[test]
    fn endpoints_answer_under_every_host_but_those_of_accounts_that_are_not_there() {
        for host in ["1234567-sb1.example.com", "system.example.com", "elsewhere.test", "10.0.0.1"]
        {
            let asked = ask(Owner::Endpoint, host, &[("origin", "https://else.test")]);
            assert_eq!(asked, Ok(()), "{host}");
        }
        let unknown = ask(Owner::Endpoint, "1234567.restlets.api.example.com", &[]);
        assert_eq!(unknown, Err(Refusal::HostNotServed));
    }

    #[test]
    fn metrics_are_read_under_no_host_of_an_account() {
        for (host, expected) in [
            ("localhost", Ok(())),
            ("10.0.0.1:9090", Ok(())),
            ("auth.example.com", Ok(())),
            ("1234567-sb1.example.com", Err(Refusal::HostNotServed)),
        ] {
            assert_eq!(ask(Owner::Metrics, host, &[]), expected, "{host}");
        }
    }

    #[test]
    fn a_browser_on_another_site_is_refused() {
        let host = "localhost:8080";
        for (headers, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], Ok(())),
            (&[("sec-fetch-site", "none")], Ok(())),
            (&[("sec-fetch-site", "cross-site")], Err(Refusal::CrossSite)),
            (&[("sec-fetch-site", "Cross-Site")], Err(Refusal::CrossSite)),
            (&[("origin", "http://localhost:8080")], Ok(())),
            (&[("origin", "http://LOCALHOST:8080")], Ok(())),
            (&[("origin", "http://localhost:3000")], Err(Refusal::CrossSite)),
            (&[("origin", "http://evil.example")], Err(Refusal::CrossSite)),
            (&[("origin", "null")], Err(Refusal::CrossSite)),
            (&[("origin", "null"), ("sec-fetch-site", "same-site")], Err(Refusal::CrossSite)),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], Ok(())),
            (
                &[("origin", "http://localhost:8080"), ("origin", "http://evil.example")],
                Err(Refusal::CrossSite),
            ),
        ] {
            assert_eq!(check(host, headers), expected, "{headers:?}");
        }
        assert_eq!(check("auth.example.com", &[("origin", "https://auth.example.com")]), Ok(()));
        assert_eq!(
            check("auth.example.com:443", &[("origin", "https://auth.example.com")]),
            Ok(())
        );
    }
}
