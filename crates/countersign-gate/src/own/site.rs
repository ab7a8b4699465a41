//! Keeps other web sites away from the pages: DNS rebinding and requests across sites.
//!
//! A name that an attacker points at this machine is not one that we serve. A browser that runs
//! another site's page says so in `Sec-Fetch-Site` or `Origin`; programs send neither.

use countersign_verify::Refusal;
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue, ORIGIN};

use crate::head::Host;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether the pages may answer a request to `host`.
pub(crate) fn check_site(
    host: Host<'_>,
    headers: &HeaderMap,
    public_hosts: &[String],
) -> Result<(), Refusal> {
    if !host.is_loopback() && !public_hosts.iter().any(|name| host.is_named(name)) {
        return Err(Refusal::HostNotServed);
    }
    check_origin(host, headers)
}

/// Whether metrics may be read under `host`: also by an address, as who scrapes them does.
pub(crate) fn check_metrics(
    host: Host<'_>,
    headers: &HeaderMap,
    public_hosts: &[String],
) -> Result<(), Refusal> {
    if host.is_address() {
        check_origin(host, headers)
    } else {
        check_site(host, headers, public_hosts)
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
    use super::*;

    fn check(host: &str, headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        check_site(Host::parse(host.as_bytes()).unwrap(), &map, &["auth.example.com".to_owned()])
    }

    #[test]
    fn pages_answer_for_loopback_and_the_public_host() {
        for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "AUTH.example.com:443"] {
            assert_eq!(check(host, &[]), Ok(()), "{host}");
        }
        for host in ["evil.example", "auth.example.com.evil.example", "10.0.0.1", "localhost."] {
            assert_eq!(check(host, &[]), Err(Refusal::HostNotServed), "{host}");
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
