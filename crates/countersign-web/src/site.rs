//! Keeps forms of other sites away.
//!
//! A browser says where a form came from in `Sec-Fetch-Site`, in `Origin`, or in both; programs
//! send neither, and nobody can make them send anything.

use http::Request;
use http::header::{HOST, HeaderName, HeaderValue, ORIGIN};

use crate::problem::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a form was sent by a page of ours, as far as the browser says.
pub(crate) fn check_site<B>(request: &Request<B>) -> Result<(), Problem> {
    let headers = request.headers();
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    let of_our_site = site.is_some_and(|site| site == b"same-origin" || site == b"none");
    if site.is_some() && !of_our_site {
        return Err(Problem::OtherSite);
    }
    let host = match request.uri().authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
    };
    for origin in headers.get_all(ORIGIN) {
        // Under the policy `no-referrer`, which our pages have, a browser sends `null`.
        let null_of_our_own = of_our_site && origin == "null";
        if !null_of_our_own && !is_origin_of(host, origin) {
            return Err(Problem::OtherSite);
        }
    }
    Ok(())
}

fn is_origin_of(host: &str, origin: &HeaderValue) -> bool {
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|it| it.split_once("://")) else {
        return false;
    };
    // The default port of the browser's scheme, which is not ours where a proxy speaks TLS.
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |text: &str| text.strip_suffix(default_port).unwrap_or(text).to_ascii_lowercase();
    bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(headers: &[(&str, &str)]) -> bool {
        let request = Request::post("/x").header("host", "auth.example.com:8080");
        let add = |request: http::request::Builder, it: &(&str, &str)| request.header(it.0, it.1);
        check_site(&headers.iter().fold(request, add).body(()).unwrap()).is_ok()
    }

    #[test]
    fn a_form_of_another_site_is_told_by_either_header() {
        for (headers, expected) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "")], false),
            (&[("origin", "http://AUTH.example.com:8080")], true),
            (&[("origin", "http://auth.example.com")], false),
            (&[("origin", "http://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], true),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], false),
            (&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")], false),
            (&[("origin", "http://auth.example.com:8080"), ("origin", "http://evil")], false),
        ] {
            assert_eq!(is_ours(headers), expected, "{headers:?}");
        }
        let request = Request::post("/x").header("host", "a.b").header("origin", "https://a.b:443");
        assert!(check_site(&request.body(()).unwrap()).is_ok());
    }
}
