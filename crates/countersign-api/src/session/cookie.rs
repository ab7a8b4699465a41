//! The cookie that holds a session's secret.
//!
//! Over TLS its name begins with `__Host-`, so that a browser takes it from this host alone, and no
//! sibling name can plant one. Not all browsers take that prefix, or `Secure`, over plain HTTP, so
//! on this machine without TLS it has another name. Elsewhere without TLS there is none.

use countersign_model::Session;
use http::HeaderMap;
use http::header::{COOKIE, HeaderValue};
use zeroize::Zeroizing;

use super::visit::Arrival;
use crate::problem::Problem;

/// Its name over TLS.
pub(crate) const OVER_TLS: &str = Session::COOKIE_OVER_TLS;
const ON_LOOPBACK: &str = Session::COOKIE_ON_LOOPBACK;

/// What our secrets are at most: the rest is not looked at.
const LONGEST: usize = 128;

/// The name that counts for a request; none where no session can be.
fn name(arrival: &Arrival) -> Option<&'static str> {
    match arrival {
        Arrival { is_https: true, .. } => Some(OVER_TLS),
        Arrival { is_loopback: true, .. } => Some(ON_LOOPBACK),
        _ => None,
    }
}

/// Whether a request has one, by either name.
pub(crate) fn is_there(headers: &HeaderMap) -> bool {
    pairs(headers).any(|(name, _)| name == OVER_TLS.as_bytes() || name == ON_LOOPBACK.as_bytes())
}

/// The secret that a request's cookie holds, as it came.
pub(crate) fn read(
    headers: &HeaderMap,
    arrival: &Arrival,
) -> Result<Option<Zeroizing<String>>, Problem> {
    let Some(counts) = name(arrival) else { return Ok(None) };
    let mut found = pairs(headers).filter(|(name, _)| *name == counts.as_bytes());
    let Some((_, value)) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(wrong("came twice"));
    }
    if value.len() > LONGEST {
        return Err(wrong("is too long"));
    }
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    match str::from_utf8(value) {
        Ok(text) if value.iter().all(is_plain) => Ok(Some(Zeroizing::new(text.to_owned()))),
        _ => Err(wrong("holds what no session of ours has")),
    }
}

fn wrong(how: &str) -> Problem {
    let detail = format!("the session's cookie {how}: remove this site's cookies, and log in");
    Problem::new("invalid-cookie", detail).at("Cookie")
}

/// Names and values, over all lines: HTTP/2 may have one for each pair (RFC 9113 section 8.2.3).
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    lines.flat_map(|line| line.split(|byte| *byte == b';')).filter_map(|pair| {
        let end = pair.iter().position(|byte| *byte == b'=')?;
        Some((pair[..end].trim_ascii(), pair[end + 1..].trim_ascii()))
    })
}

/// `Set-Cookie` with a new secret. `None` where no session can be.
pub(crate) fn set(arrival: &Arrival, secret: &str) -> Option<HeaderValue> {
    written(arrival, secret, "")
}

/// `Set-Cookie` that has a browser forget it.
pub(crate) fn forget(arrival: &Arrival) -> Option<HeaderValue> {
    written(arrival, "", "; Max-Age=0")
}

fn written(arrival: &Arrival, value: &str, more: &str) -> Option<HeaderValue> {
    let name = name(arrival)?;
    let secure = if arrival.is_https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/{secure}; HttpOnly; SameSite=Strict{more}");
    let mut value = HeaderValue::try_from(&*Zeroizing::new(text)).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(is_https: bool, is_loopback: bool) -> Arrival {
        let client = std::net::Ipv4Addr::LOCALHOST.into();
        Arrival { client, is_https, is_loopback, host: "localhost".into() }
    }

    fn secret_of(cookies: &[&[u8]], arrival: &Arrival) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_bytes(cookie).unwrap());
        }
        let read = read(&headers, arrival);
        read.map(|it| it.map(|it| it.to_string())).map_err(|_| ())
    }

    #[test]
    fn one_cookie_of_the_right_name_counts_and_odd_ones_are_refused() {
        let (tls, plain) = (arrival(true, false), arrival(false, true));
        let long = format!("__Host-countersign-session={}", "a".repeat(129));
        for (cookies, expected) in [
            (
                &[b"a=b; __Host-countersign-session=session_1; c=d" as &[u8]][..],
                Ok(Some("session_1")),
            ),
            (&[b"a=b", b"__Host-countersign-session=x"], Ok(Some("x"))),
            (&[b"countersign-session=x"], Ok(None)),
            (&[b"__host-countersign-session=x"], Ok(None)),
            (&[b"x=__Host-countersign-session=x"], Ok(None)),
            (&[b"other=\xff\xfe; nonsense"], Ok(None)),
            (&[], Ok(None)),
            (&[b"__Host-countersign-session=x; __Host-countersign-session=x"], Err(())),
            (&[b"__Host-countersign-session=x", b"__Host-countersign-session=y"], Err(())),
            (&[b"__Host-countersign-session=\xff"], Err(())),
            (&[b"__Host-countersign-session=\"x\""], Err(())),
            (&[b"__Host-countersign-session=a b"], Err(())),
            (&[long.as_bytes()], Err(())),
        ] {
            let read = secret_of(cookies, &tls);
            assert_eq!(read, expected.map(|it| it.map(str::to_owned)), "{cookies:?}");
        }
        assert_eq!(secret_of(&[b"countersign-session=x"], &plain), Ok(Some("x".into())));
        assert_eq!(secret_of(&[b"__Host-countersign-session=x"], &plain), Ok(None));
        assert_eq!(secret_of(&[b"countersign-session=x"], &arrival(false, false)), Ok(None));
    }

    #[test]
    fn it_is_for_this_host_over_tls_and_for_no_script_and_no_other_site() {
        let set = |arrival| set(&arrival, "s").map(|it| it.to_str().unwrap().to_owned());
        let tls = "__Host-countersign-session=s; Path=/; Secure; HttpOnly; SameSite=Strict";
        assert_eq!(set(arrival(true, true)).as_deref(), Some(tls));
        let plain = "countersign-session=s; Path=/; HttpOnly; SameSite=Strict";
        assert_eq!(set(arrival(false, true)).as_deref(), Some(plain));
        assert_eq!(set(arrival(false, false)), None);
        let gone = forget(&arrival(true, false)).unwrap();
        assert!(gone.to_str().unwrap().ends_with("; Max-Age=0"));
    }
}
