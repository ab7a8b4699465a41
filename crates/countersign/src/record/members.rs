//! Options, as members of a body and as parameters of a query: what is not given is not sent.

use serde::Serialize;
use serde_json::{Map, Value};

/// The members of a body.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// Puts in what was given.
    pub(super) fn put(&mut self, name: &str, given: Option<impl Into<Value>>) {
        if let Some(given) = given {
            self.0.insert(name.to_owned(), given.into());
        }
    }

    /// Asks for a member to be emptied.
    pub(super) fn empty(&mut self, name: &str, is_asked_for: bool) {
        if is_asked_for {
            self.0.insert(name.to_owned(), Value::Null);
        }
    }
}

/// The parameters that were given.
pub(super) fn query<'n>(
    given: impl IntoIterator<Item = (&'n str, Option<String>)>,
) -> Vec<(&'n str, String)> {
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
