//! Callback URLs: what a record may store, and which addresses of an application match it.
//!
//! A stored URL is held to these rules once, when it is saved; what a request asks for later is
//! held to the same ones and then compared part by part. Nothing is normalised on either side:
//! whatever a browser would read in another way than it is written here is refused.

mod fault;
mod place;

use std::fmt;

pub use fault::InvalidCallbackUrl;
use place::{Host, Place, Port};

/// Where the authorization flow may return to: `https://...`, where the first label of the host
/// may be `*`, or `http://localhost`, whose port may be `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// Longest accepted URL, in bytes.
    pub const MAX_LENGTH: usize = 2048;

    /// Reads a URL as an administrator typed it.
    ///
    /// # Errors
    /// [`InvalidCallbackUrl`] names the rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, InvalidCallbackUrl> {
        Place::pattern(text)?;
        Ok(Self(text.to_owned()))
    }

    /// A URL from the store, which was held to the rules of its time. One that breaks today's
    /// matches nothing.
    pub fn from_store(text: String) -> Self {
        Self(text)
    }

    /// Whether an application may have its user sent to `url`.
    ///
    /// Scheme, host, port, path and query are the stored ones, letter by letter, but for: `*` as
    /// the first label stands for exactly one label; `*` as the port of `localhost` for any; and
    /// `http://localhost:*` without a path for any path. No port means the scheme's own, no path
    /// means `/`.
    pub fn matches(&self, url: &str) -> bool {
        let (Ok(stored), Ok(asked)) = (Place::pattern(&self.0), Place::address(url)) else {
            return false;
        };
        let any_path = stored.port == Port::Any && stored.path.is_empty() && stored.query.is_none();
        stored.scheme == asked.scheme
            && stored.host.matches(asked.host)
            && stored.matches_port(&asked)
            && (any_path || stored.path_or_root() == asked.path_or_root())
            && stored.query == asked.query
    }

    /// The URL as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Host<'_> {
    /// Whether `asked`, which has no wildcard, is this host or below this wildcard.
    fn matches(self, asked: Host<'_>) -> bool {
        match (self, asked) {
            (Host::Exactly(stored), Host::Exactly(asked)) => stored == asked,
            (Host::AnyLabelOf(parent), Host::Exactly(asked)) => {
                asked.split_once('.').is_some_and(|(_, rest)| rest == parent)
            }
            (_, Host::AnyLabelOf(_)) => false,
        }
    }
}

impl Place<'_> {
    fn matches_port(&self, asked: &Place<'_>) -> bool {
        self.port == Port::Any || self.port == asked.port
    }

    fn path_or_root(&self) -> &str {
        if self.path.is_empty() { "/" } else { self.path }
    }
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
