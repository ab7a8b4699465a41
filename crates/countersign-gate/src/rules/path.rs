//! Paths of routes, and paths that can be read in more than one way.

use std::borrow::Cow;
use std::fmt;

use countersign_signing::percent;
use thiserror::Error;

/// The paths that a route is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern(String);

/// Text that is no path of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidPath {
    /// It has no `/` in front.
    #[error("a path begins with a slash; one that ends with a slash is for all paths below it")]
    NoSlash,
    /// It has dots, empty segments, escapes, a query or other signs that servers read differently.
    #[error(
        "a path of a route has whole segments of letters, digits and -._~!$&'()*+,=:@, and neither \
         `.` nor `..`, nor anything percent-encoded"
    )]
    NotPlain,
}

impl PathPattern {
    /// `/v1/` is for all paths that begin so; `/v1` for itself only.
    ///
    /// # Errors
    /// [`InvalidPath`] where no plain path could ever match.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        if !text.starts_with('/') {
            return Err(InvalidPath::NoSlash);
        }
        if !text.bytes().all(is_of_pattern) || !is_plain(text) {
            return Err(InvalidPath::NotPlain);
        }
        Ok(Self(text.to_owned()))
    }

    /// Every path.
    pub fn all() -> Self {
        Self("/".to_owned())
    }

    pub(super) fn is_all(&self) -> bool {
        self.0 == "/"
    }

    /// What ends with a slash covers its own name without one, too: most servers answer both
    /// alike.
    pub(super) fn covers(&self, path: &str) -> bool {
        match self.0.strip_suffix('/') {
            Some(name) => path.starts_with(&self.0) || path == name,
            None => path == self.0,
        }
    }

    fn covers_in_any_case(&self, path: &str) -> bool {
        match self.0.strip_suffix('/') {
            Some(name) => {
                let head = path.as_bytes().get(..self.0.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(self.0.as_bytes()))
                    || path.eq_ignore_ascii_case(name)
            }
            None => path.eq_ignore_ascii_case(&self.0),
        }
    }

    /// The longer, the more specific; a path itself before what is below it.
    pub(super) fn weight(&self) -> (usize, bool) {
        (self.0.trim_end_matches('/').len(), !self.0.ends_with('/'))
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a server may read a plain path as one of a more specific pattern than ours: servers cut
/// segments at `;`, take capital letters for small ones, and answer with and without the last
/// slash. What a pattern names exactly is meant.
pub(super) fn may_be_read_as_another<'p>(
    path: &str,
    ours: Option<&PathPattern>,
    all: impl Iterator<Item = &'p PathPattern>,
) -> bool {
    if ours.is_some_and(|ours| ours.0 == path) {
        return false;
    }
    let specific = all.filter(|it| ours.is_none_or(|ours| it.weight() > ours.weight()));
    let mut specific = specific.peekable();
    if specific.peek().is_none() {
        return false;
    }
    let read = without_parameters(path);
    let bare = read.trim_end_matches('/');
    specific.any(|pattern| pattern.covers_in_any_case(&read) || pattern.covers_in_any_case(bare))
}

/// The path as servers read it that cut each segment at its `;`.
fn without_parameters(path: &str) -> Cow<'_, str> {
    if !path.contains(';') {
        return path.into();
    }
    let cut: Vec<&str> = path.split('/').map(|it| it.split(';').next().unwrap_or(it)).collect();
    cut.join("/").into()
}

/// Whether all servers read a path alike: no empty segments, none that are `.` or `..` (also before
/// a `;`, where some servers cut), no backslash, and nothing percent-encoded that may stand as it
/// is in a pattern, or that a server may take for a slash or an end.
pub(super) fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else { return false };
    let mut segments = rest.split('/').peekable();
    while let Some(segment) = segments.next() {
        let name = segment.split(';').next().unwrap_or_default();
        let is_empty = name.is_empty() && (segments.peek().is_some() || !segment.is_empty());
        if is_empty || matches!(name, "." | "..") {
            return false;
        }
    }
    !path.contains('\\') && escapes_are_plain(path.as_bytes()) && is_text(path)
}

/// Whether it is UTF-8 when it is decoded: longer spellings of a dot or slash (`%C0%AE`) are not,
/// and some servers read them all the same.
fn is_text(path: &str) -> bool {
    !path.contains('%')
        || percent::decode(path.as_bytes()).is_ok_and(|bytes| String::from_utf8(bytes).is_ok())
}

fn escapes_are_plain(path: &[u8]) -> bool {
    let escapes = path.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    escapes.map(|(at, _)| path.get(at + 1..at + 3).and_then(byte_of)).all(|byte| {
        byte.is_some_and(|byte| {
            !is_of_pattern(byte) && !b"\\;%".contains(&byte) && byte >= b' ' && byte != 0x7f
        })
    })
}

/// Whether a byte may stand in the path of a route.
fn is_of_pattern(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,=:@".contains(&byte)
}

fn byte_of(digits: &[u8]) -> Option<u8> {
    let digits = str::from_utf8(digits).ok().filter(|it| it.bytes().all(|b| b.is_ascii_hexdigit()));
    u8::from_str_radix(digits?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_read_alike_by_all() {
        for plain in [
            "/",
            "/a",
            "/a/",
            "/a/b.c",
            "/a/b..c",
            "/...",
            "/a/.well-known/x",
            "/a%20b",
            "/%c3%a4",
            "/a;v=1/b",
            "/a+b",
            "/a:b@c",
            "/a/b%3Fc",
            "/a%5Bb",
        ] {
            assert!(is_plain(plain), "{plain}");
        }
        for other in [
            "",
            "a",
            "//",
            "/a//b",
            "//a",
            "/a/./b",
            "/a/../b",
            "/..",
            "/.",
            "/a/..",
            "/a/..;x/b",
            "/a/.;/b",
            "/;x/a",
            "/a/;x",
            "/a\\b",
            "/a%2fb",
            "/a%2Fb",
            "/a%5cb",
            "/%2e%2e/a",
            "/%61",
            "/a%",
            "/a%2",
            "/a%zz",
            "/a%252fb",
            "/a%00",
            "/a%0a",
            "/a%3bb",
            "/%c0%ae%c0%ae/a",
            "/a%c0%af",
            "/%ff",
        ] {
            assert!(!is_plain(other), "{other}");
        }
    }

    #[test]
    fn a_path_that_some_server_reads_as_a_more_specific_one_is_found() {
        let all = ["/", "/Admin/", "/v1/Users"].map(|text| PathPattern::parse(text).unwrap());
        let found = |path: &str| may_be_read_as_another(path, Some(&all[0]), all.iter());
        for read_otherwise in [
            "/admin",
            "/ADMIN/x",
            "/admin;v=1/x",
            "/admin;v=1",
            "/v1/users",
            "/v1/USERS/",
            "/v1;a/users;b/",
        ] {
            assert!(found(read_otherwise), "{read_otherwise}");
        }
        for read_alike in ["/", "/administer", "/v1/users/x", "/v1", "/x/admin/", "/x;admin/"] {
            assert!(!found(read_alike), "{read_alike}");
        }
        assert!(!may_be_read_as_another("/v1/Users", Some(&all[2]), all.iter()), "it is meant");
    }

    #[test]
    fn a_pattern_with_a_slash_at_its_end_covers_what_is_below() {
        let below = PathPattern::parse("/v1/").unwrap();
        assert!(below.covers("/v1/") && below.covers("/v1/a/b"));
        assert!(below.covers("/v1") && !below.covers("/v10/") && !below.covers("/V1/a"));
        let one = PathPattern::parse("/v1").unwrap();
        assert!(one.covers("/v1") && !one.covers("/v1/") && !one.covers("/v1/a"));
        for (bad, fault) in [
            ("", InvalidPath::NoSlash),
            ("v1/", InvalidPath::NoSlash),
            ("/v1/../", InvalidPath::NotPlain),
            ("/v1//", InvalidPath::NotPlain),
            ("/v1/*", InvalidPath::NotPlain),
            ("/a%20b", InvalidPath::NotPlain),
            ("/a?b", InvalidPath::NotPlain),
            ("/ä", InvalidPath::NotPlain),
        ] {
            let parsed = PathPattern::parse(bad).map(|_| ());
            let expected = if bad == "/v1/*" { Ok(()) } else { Err(fault) };
            assert_eq!(parsed, expected, "{bad}");
        }
    }
}
