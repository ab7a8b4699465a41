//! Which edition of a row somebody has seen.

use std::fmt;

/// Counts the changes of one row of the record: 1 when it is made, one more with each change that
/// somebody made to it. Use does not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

impl Version {
    /// Of a row that was just made.
    pub const FIRST: Self = Self(1);

    /// After one more change.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
