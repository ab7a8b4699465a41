//! Whether a request with a cookie, or one that logs in, was meant by whoever sits at the browser.
//!
//! The gate has refused what says that it comes from another site (`countersign_gate::own`). Here
//! a request must say that it does not: a browser sends `Sec-Fetch-Site`, or at least `Origin`.

use http::header::{HeaderName, HeaderValue, ORIGIN};
use http::{HeaderMap, Method};

use super::visit::Arrival;
use crate::problem::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what other sites may have caused.
pub(crate) fn check(method: &Method, headers: &HeaderMap, at: &Arrival) -> Result<(), Problem> {
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let only = |name: &HeaderName| {
        let mut values = headers.get_all(name).iter();
        (values.next().map(HeaderValue::as_bytes), values.next().is_some())
    };
    let (site, origin) = (only(&SEC_FETCH_SITE), only(&ORIGIN));
    let own = at.origin();
    let is_own = match (site, origin) {
        ((_, true), _) | (_, (_, true)) => false,
        ((Some(site), _), (origin, _)) => {
            let named = origin.is_none_or(|it| it == own.as_bytes() || it == b"null");
            named && (site == b"same-origin" || (reads && site == b"none"))
        }
        ((None, _), (Some(origin), _)) => origin.eq_ignore_ascii_case(own.as_bytes()),
        ((None, _), (None, _)) => reads,
    };
    if is_own {
        return Ok(());
    }
    let detail = format!(
        "this may come from another site: a browser's request says Sec-Fetch-Site: same-origin; \
         from a program, send Origin: {own}"
    );
    Err(Problem::new("cross-site", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://auth.example.com";

    fn asked(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let client = std::net::Ipv4Addr::LOCALHOST.into();
        let host = "auth.example.com".into();
        let at = Arrival { client, is_https: true, is_loopback: false, host };
        check(&method.parse().unwrap(), &map, &at).is_ok()
    }

    /// All combinations of what the two headers can say, for reading and for changing.
    #[test]
    fn a_request_is_our_own_sites_by_what_its_browser_says() {
        let origins = [
            None,
            Some(OWN),
            Some("null"),
            Some("http://auth.example.com"),
            Some("https://auth.example.com:8443"),
            Some("https://evil.example"),
            Some("https://auth.example.com.evil.example"),
            Some("auth.example.com"),
            Some(""),
        ];
        let sites =
            [None, Some("same-origin"), Some("none"), Some("same-site"), Some("cross-site")];
        let odd = [Some("Same-Origin"), Some(""), Some("same-origin, none")];
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            for site in sites.into_iter().chain(odd) {
                for origin in origins {
                    let reads = ["GET", "HEAD"].contains(&method);
                    let expected = match (site, origin) {
                        (Some("same-origin"), None | Some(OWN | "null")) => true,
                        (Some("none"), None | Some(OWN | "null")) => reads,
                        (None, Some(OWN)) => true,
                        (None, None) => reads,
                        _ => false,
                    };
                    let headers: Vec<_> = [("sec-fetch-site", site), ("origin", origin)]
                        .into_iter()
                        .filter_map(|(name, value)| Some((name, value?)))
                        .collect();
                    assert_eq!(asked(method, &headers), expected, "{method} {headers:?}");
                }
            }
        }
    }

    #[test]
    fn a_header_that_came_twice_says_nothing() {
        for header in [("sec-fetch-site", "same-origin"), ("origin", OWN)] {
            assert!(asked("POST", &[header]));
            assert!(!asked("POST", &[header, header]));
            assert!(!asked("GET", &[header, header]));
        }
    }

    #[test]
    fn an_origin_leaves_out_the_default_port_and_the_case() {
        let at = |host: &str, is_https| {
            let client = std::net::Ipv4Addr::LOCALHOST.into();
            Arrival { client, is_https, is_loopback: false, host: host.into() }.origin()
        };
        assert_eq!(at("Auth.example.com:443", true), OWN);
        assert_eq!(at("localhost:80", false), "http://localhost");
        assert_eq!(at("localhost:8080", false), "http://localhost:8080");
        assert_eq!(at("[::1]:443", false), "http://[::1]:443");
    }
}
