//! Names as a careless upstream may read them.
//!
//! Gateways to CGI, PHP and WSGI read `-`, `_`, `.` and other signs alike, so a header that differs
//! from one of ours only in these counts as ours. Names come in lower case from the HTTP library.

use http::HeaderMap;
use http::header::{CONNECTION, HeaderName};

use crate::head::connection_names;

/// Whether `name` begins with `prefix` when every sign is read as `-`.
pub(super) fn begins(name: &HeaderName, prefix: &str) -> bool {
    let name = name.as_str().as_bytes();
    name.len() >= prefix.len()
        && name.iter().zip(prefix.as_bytes()).all(|(byte, wanted)| read(*byte) == *wanted)
}

/// Whether `name` is `wanted` when every sign is read as `-`.
pub(super) fn is(name: &HeaderName, wanted: &str) -> bool {
    name.as_str().len() == wanted.len() && begins(name, wanted)
}

/// Whether a header says something about one connection only (RFC 9110 section 7.6.1), or is
/// Countersign's own word.
pub(super) fn never_passes(name: &HeaderName) -> bool {
    // The first letter decides for most names.
    match name.as_str().as_bytes().first() {
        Some(b'c') => *name == CONNECTION || begins(name, "countersign-"),
        Some(b'k') => name == "keep-alive",
        Some(b'p') => begins(name, "proxy-"),
        Some(b't') => matches!(name.as_str(), "te" | "trailer" | "transfer-encoding"),
        Some(b'u') => name == "upgrade",
        _ => false,
    }
}

/// Takes off every header that `goes`, and those that `Connection` names.
pub(super) fn remove(headers: &mut HeaderMap, goes: impl Fn(&HeaderName) -> bool) {
    let mut doomed: Vec<HeaderName> = headers.keys().filter(|name| goes(name)).cloned().collect();
    for value in headers.get_all(CONNECTION) {
        doomed.extend(connection_names(value).filter_map(|n| HeaderName::from_bytes(n).ok()));
    }
    for name in &doomed {
        headers.remove(name);
    }
}

fn read(byte: u8) -> u8 {
    if byte.is_ascii_alphanumeric() { byte } else { b'-' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(name: &str) -> bool {
        !never_passes(&HeaderName::from_bytes(name.as_bytes()).unwrap())
    }

    #[test]
    fn every_spelling_of_our_prefix_is_ours() {
        for name in [
            "countersign-entity",
            "Countersign-Entity",
            "COUNTERSIGN_ENTITY",
            "countersign.entity",
            "countersign-entity_",
            "countersign_x.y",
            "countersign!role",
            "countersign--",
            "countersign-",
        ] {
            assert!(!passes(name), "{name}");
        }
        for name in ["countersign", "countersigned-by", "x-countersign-entity", "cookie"] {
            assert!(passes(name), "{name}");
        }
    }

    #[test]
    fn headers_of_one_connection_do_not_pass() {
        for name in [
            "connection",
            "keep-alive",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
        ] {
            assert!(!passes(name), "{name}");
        }
        for name in ["content-length", "accept", "test", "user-agent", "priority", "trailers"] {
            assert!(passes(name), "{name}");
        }
    }
}
