//! The request as it came on the wire, before any of it is interpreted.
//!
//! Belongs here: the five things that a signature depends on beside the header, and taking them
//! apart. Does not: HTTP messages, other headers, bodies that are not forms (they are never signed,
//! RFC 5849 section 3.4.1.3.1).

/// What a client sent, as far as a signature depends on it. All text is as received.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The method, in any case; it is signed in upper case (RFC 5849 section 3.4.1.1).
    pub method: &'r str,
    /// The scheme that the *client* used, which behind a proxy may differ from the connection's.
    pub scheme: Scheme,
    /// The `Host` header as received, which may carry a port (RFC 5849 section 3.4.1.2).
    pub authority: &'r str,
    /// Path and query exactly as received, without a fragment: no folding, no decoding.
    pub target: &'r str,
    /// The body, if and only if its content type is a form ([`is_form`]).
    pub form: Option<&'r [u8]>,
}

impl<'r> Request<'r> {
    /// The target up to the first `?`; empty when the client sent none (it is signed as `/`).
    #[must_use]
    pub fn path(&self) -> &'r str {
        self.target.split_once('?').map_or(self.target, |(path, _)| path)
    }

    /// The target after the first `?`, if there is one.
    #[must_use]
    pub fn query(&self) -> Option<&'r str> {
        self.target.split_once('?').map(|(_, query)| query)
    }
}

/// The scheme of a signed request. OAuth 1.0a knows these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Plain HTTP, default port 80.
    Http,
    /// HTTP over TLS, default port 443.
    Https,
}

impl Scheme {
    /// The scheme as it stands in a base string.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    /// The port that is left out of a base string (RFC 5849 section 3.4.1.2).
    #[must_use]
    pub fn default_port(self) -> &'static str {
        match self {
            Scheme::Http => "80",
            Scheme::Https => "443",
        }
    }

    /// The scheme of this name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Scheme> {
        [Scheme::Http, Scheme::Https].into_iter().find(|it| it.as_str().eq_ignore_ascii_case(name))
    }
}

/// Whether a `Content-Type` names a form, whose parameters are then signed.
///
/// Takes the header's bytes as received. The media type is compared without regard to case and
/// parameters such as `charset` are ignored (RFC 5849 section 3.4.1.3.1; RFC 9110 section 8.3.1).
#[must_use]
pub fn is_form(content_type: &[u8]) -> bool {
    let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    media_type.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

/// Takes a query or a form apart: names and values as they stand there, in order of arrival.
///
/// Only `&` separates, the first `=` splits, components without any text are left out (RFC 5849
/// section 3.4.1.3.1, WHATWG URL section 5.1).
/// [`percent::decode_form`](crate::percent::decode_form) decodes a name or a value.
pub fn split_form(form: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let components = form.split(|byte| *byte == b'&').filter(|component| !component.is_empty());
    components.map(|component| {
        let equals = component.iter().position(|byte| *byte == b'=').unwrap_or(component.len());
        (&component[..equals], component.get(equals + 1..).unwrap_or_default())
    })
}

/// Host and port of an authority; the port is empty when there is none.
///
/// A colon inside the brackets of an IPv6 address separates nothing.
pub(crate) fn split_authority(authority: &str) -> (&str, &str) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_recognised_by_media_type_alone() {
        for (content_type, expected) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-URLEncoded", true),
            ("application/x-www-form-urlencoded; charset=ISO-8859-1", true),
            (" application/x-www-form-urlencoded ;charset=utf-8", true),
            ("application/x-www-form-urlencoded2", false),
            ("application/json", false),
            ("text/plain; type=application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            assert_eq!(is_form(content_type.as_bytes()), expected, "{content_type}");
        }
    }

    #[test]
    fn a_form_splits_at_ampersands_and_first_equals_signs() {
        let form = b"&a=1&b&=c&d=e=f&&g=%26+;h&";
        let expected = [("a", "1"), ("b", ""), ("", "c"), ("d", "e=f"), ("g", "%26+;h")];
        let bytes =
            |(name, value): (&'static str, &'static str)| (name.as_bytes(), value.as_bytes());
        assert!(split_form(form).eq(expected.map(bytes)));
        assert!(split_form(b"").eq([]));
    }

    #[test]
    fn a_port_is_what_follows_the_last_colon_outside_brackets() {
        for (authority, expected) in [
            ("example.com", ("example.com", "")),
            ("example.com:8080", ("example.com", "8080")),
            ("example.com:", ("example.com", "")),
            ("[::1]", ("[::1]", "")),
            ("[::1]:8080", ("[::1]", "8080")),
            ("", ("", "")),
        ] {
            assert_eq!(split_authority(authority), expected, "{authority}");
        }
    }

    #[test]
    fn a_target_splits_at_its_first_question_mark() {
        let request = |target| Request {
            method: "GET",
            scheme: Scheme::Https,
            authority: "example.com",
            target,
            form: None,
        };
        assert_eq!(request("/a?b?c").path(), "/a");
        assert_eq!(request("/a?b?c").query(), Some("b?c"));
        assert_eq!(request("/a").query(), None);
    }
}
