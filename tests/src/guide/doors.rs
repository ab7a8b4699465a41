//! The two ways to ask: `countersign` on the command line, and signed requests to the JSON API.

mod api;
mod command_line;

use std::fmt;

pub(super) use api::{Api, Badges};
pub(super) use command_line::CommandLine;
use serde_json::Value;

use super::acts::Act;

/// A way to ask for something.
pub(super) trait Door {
    /// What it is called in the list: three letters.
    fn name(&self) -> &'static str;

    /// Asks for `act` as `person`.
    fn ask(&self, person: &Person, act: &Act) -> Result<Value, Refused>;

    /// Asks for all items of the list that `act` looks at.
    fn list(&self, person: &Person, act: &Act) -> Result<Vec<Value>, Refused>;

    /// All tokens of an account are gone, also those that people ask with.
    fn forget_tokens_of(&self, _account: &str) {}
}

/// Somebody in a role of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Person {
    /// The account.
    pub(super) account: String,
    /// The entity's number.
    pub(super) entity: u32,
    /// The role's number.
    pub(super) role: u32,
}

/// What a door says instead of doing something.
#[derive(Clone, Debug)]
pub(super) struct Refused {
    /// The stable name of the cause.
    code: String,
    /// What is to be changed, where a door names it apart from its sentence.
    field: Option<String>,
    /// All that was said.
    said: String,
}

impl Refused {
    /// Asserts the cause.
    pub(super) fn names(&self, code: &str) -> &Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Asserts that the answer names what is to be changed, where the door does that.
    pub(super) fn about(&self, field: &str) -> &Self {
        assert!(self.field.as_deref().is_none_or(|it| it == field), "not about {field}: {self}");
        self
    }

    /// Asserts that the answer says `words`.
    pub(super) fn says(&self, words: &str) -> &Self {
        assert!(self.said.contains(words), "it should say {words:?}: {self}");
        self
    }

    /// Asserts that a permission is missing, and which.
    pub(super) fn lacks(&self, permission: &str) {
        self.names("permission-missing").says(permission);
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {:?} ({:?}): {}", self.code, self.field, self.said)
    }
}
