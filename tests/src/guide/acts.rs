//! What is asked for, once in the words of the API and once in those of the command line.
//!
//! Belongs here: routes, members, words and options. Does not: how they are sent (`doors`).

mod of_environments;
mod of_integrations;
mod of_people;
mod of_tokens;

pub(super) use of_environments::*;
pub(super) use of_integrations::*;
pub(super) use of_people::*;
pub(super) use of_tokens::*;
use serde_json::{Value, json};

/// Something that a person asks for.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// The method of the request.
    pub(super) method: &'static str,
    /// Below the account, without a slash in front.
    pub(super) path: String,
    /// What is sent with it.
    pub(super) body: Option<Value>,
    /// The command.
    pub(super) words: Vec<String>,
    /// What it changes, where the request must say which version of it was seen.
    pub(super) changes: Option<String>,
}

impl Act {
    /// A look.
    fn look(path: impl Into<String>, words: &[&str]) -> Self {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        Self { method: "GET", path: path.into(), body: None, words, changes: None }
    }

    /// A look at what has these values; the command has options of the same names.
    fn look_for(path: &str, filter: &[(&str, &str)], words: &[&str]) -> Self {
        let query: Vec<String> =
            filter.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let path =
            if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) };
        let options = filter.iter().flat_map(|(name, value)| option(name, value));
        let mut look = Self::look(path, words);
        look.words.extend(options);
        look
    }

    /// A change that carries nothing.
    fn bare(method: &'static str, path: impl Into<String>, words: &[&str]) -> Self {
        Self { method, ..Self::look(path, words) }
    }

    /// A change that carries `members`; the command has options of the same names.
    fn with(method: &'static str, path: impl Into<String>, members: Value, words: &[&str]) -> Self {
        let mut act = Self::bare(method, path, words);
        act.words.extend(options(&members));
        Self { body: Some(members), ..act }
    }

    /// The same, as a change of what was seen at that path.
    fn seen_at(self, path: String) -> Self {
        Self { changes: Some(path), ..self }
    }

    /// The same, as a change of what was seen at its own path.
    fn seen(self) -> Self {
        let path = self.path.clone();
        self.seen_at(path)
    }

    /// The same with a member that the command takes as a word.
    fn and(mut self, name: &str, value: &str) -> Self {
        self.body.get_or_insert_with(|| json!({}))[name] = value.into();
        self
    }

    /// What it is about, which is the first word of the command and the member with the number.
    pub(super) fn noun(&self) -> &str {
        &self.words[0]
    }
}

/// Members of a body as options: `token_based: true` as `--token-based true`.
fn options(members: &Value) -> Vec<String> {
    let members = members.as_object().expect("a body is an object");
    let of_member = |(name, value): (&String, &Value)| match value {
        Value::Array(items) => items.iter().flat_map(|item| option(name, &text(item))).collect(),
        value => option(name, &text(value)).to_vec(),
    };
    members.iter().flat_map(of_member).collect()
}

fn option(name: &str, value: &str) -> [String; 2] {
    [format!("--{}", name.replace('_', "-")), value.to_owned()]
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
