//! The text that is signed, RFC 5849 section 3.4.1.1.
//!
//! Belongs here: reading and comparing it. Does not: building it (see `canonical`).

use std::fmt;

/// Method, base URI and normalised parameters, each encoded, joined with `&`.
///
/// Holds no secret: it may be shown to whoever may see the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseString(String);

impl BaseString {
    pub(crate) fn new(text: String) -> BaseString {
        BaseString(text)
    }

    /// One that is at hand as text, such as one that was kept.
    #[must_use]
    pub fn from_text(text: &str) -> BaseString {
        BaseString::new(text.to_owned())
    }

    /// The whole text, ASCII only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The method as signed, in upper case.
    #[must_use]
    pub fn method(&self) -> &str {
        self.part(0)
    }

    /// The base string URI as signed, decoded for reading (RFC 5849 section 3.4.1.2).
    #[must_use]
    pub fn base_uri(&self) -> String {
        readable(self.part(1))
    }

    /// The normalised parameters, `name=value` in order (RFC 5849 section 3.4.1.3.2).
    #[must_use]
    pub fn parameters(&self) -> String {
        readable(self.part(2))
    }

    /// The first byte at which two base strings differ; `None` when they are equal.
    #[must_use]
    pub fn first_difference(&self, other: &BaseString) -> Option<usize> {
        let (ours, theirs) = (self.0.as_bytes(), other.0.as_bytes());
        let common = ours.iter().zip(theirs).position(|(ours, theirs)| ours != theirs);
        common.or((ours.len() != theirs.len()).then_some(ours.len().min(theirs.len())))
    }

    fn part(&self, index: usize) -> &str {
        self.0.splitn(3, '&').nth(index).unwrap_or_default()
    }
}

impl fmt::Display for BaseString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn readable(part: &str) -> String {
    let decoded = crate::percent::decode(part.as_bytes()).unwrap_or_else(|_| part.into());
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_string_is_read_part_by_part() {
        let text = "GET&http%3A%2F%2Fa.com%2F&a%3D1%2520x%26b%3D";
        let base = BaseString::new(text.to_owned());
        assert_eq!(base.method(), "GET");
        assert_eq!(base.base_uri(), "http://a.com/");
        assert_eq!(base.parameters(), "a=1%20x&b=");
    }

    #[test]
    fn the_first_difference_is_a_place_in_either_text() {
        let base = |text: &str| BaseString::new(text.to_owned());
        assert_eq!(base("abc").first_difference(&base("abc")), None);
        assert_eq!(base("abc").first_difference(&base("abd")), Some(2));
        assert_eq!(base("abc").first_difference(&base("ab")), Some(2));
    }
}
