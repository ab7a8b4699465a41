//! The kinds of values that settings have: each can be read, shown and described.
//! Belongs here: what all kinds are. Does not: a kind (one module for each family).

mod address;
mod amount;
mod choice;
mod network;
mod number;
mod rate;
mod route;
mod several;
mod text;
mod url;

use std::fmt::Debug;

use crate::document::{Node, Value};
use crate::shown::{self, Shown};

pub use address::{HostName, SocketAddress};
pub(crate) use amount::{DAY, GIB, HOUR, KIB, MIB, MIN, MS, SEC};
pub use amount::{Size, Time};
pub(crate) use choice::choice;
pub use network::Cidr;
pub use number::{Count, Flag, Ratio};
pub use rate::{Rate, RateLimit};
pub use route::{Level, Method, Permission, Permitted, RequestPath, RoutePath, is_own_path};
pub use several::{List, OneOrMore, Optional};
pub use text::{FilePath, Folder, LogFilter, Name, SecretFile, Text};
pub use url::{Endpoint, PublicUrl, Scheme, ServerUrl, Url, WebOrigin};

/// A kind of value.
pub trait Setting {
    /// The value itself.
    type Value: Clone + Debug + PartialEq;
    /// One that is right, as the file writes it.
    const EXAMPLE: &'static str;
    /// What can be written, for the reference.
    fn kind() -> String;
    /// Reads it.
    ///
    /// # Errors
    /// Says what is [`Wrong`], and what would be right.
    fn read(given: Given<'_>) -> Result<Self::Value, Vec<Wrong>>;
    /// Shows it, so that it reads back to the same.
    fn show(value: &Self::Value) -> Shown;
    /// What it is when it is not set and has no default. Nothing: it has to be set.
    fn unset() -> Option<Self::Value> {
        None
    }
}

/// A value as it was written.
#[derive(Clone, Copy, Debug)]
pub enum Given<'v> {
    /// In an environment variable, or as a default.
    Plain(&'v str),
    /// In the file.
    Node(&'v Node),
}

impl<'v> Given<'v> {
    /// The text, of a variable or of a string in the file.
    pub(crate) fn text(self) -> Option<&'v str> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Node(Node { value: Value::Text(text), .. }) => Some(text),
            Self::Node(_) => None,
        }
    }

    /// A whole number, of a variable or of the file.
    pub(crate) fn integer(self) -> Option<i64> {
        match self {
            Self::Plain(text) => text.parse().ok(),
            Self::Node(Node { value: Value::Integer(number), .. }) => Some(*number),
            Self::Node(_) => None,
        }
    }

    /// That it is wrong, and why.
    pub(crate) fn wrong(self, sentence: impl Into<String>) -> Vec<Wrong> {
        vec![Wrong { subject: self.subject(), line: self.line(), sentence: sentence.into() }]
    }

    /// The same without repeating the value, which may hold a secret.
    pub(crate) fn wrong_unseen(self, subject: &str, sentence: &str) -> Vec<Wrong> {
        let subject = subject.to_owned();
        vec![Wrong { subject, line: self.line(), sentence: sentence.to_owned() }]
    }

    fn line(self) -> Option<usize> {
        match self {
            Self::Plain(_) => None,
            Self::Node(node) => Some(node.line),
        }
    }

    fn subject(self) -> String {
        match self {
            Self::Plain(text) => shown::excerpt(text),
            Self::Node(node) => match &node.value {
                Value::Text(text) => shown::excerpt(text),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => format!("{number:?}"),
                Value::Boolean(flag) => flag.to_string(),
                Value::Odd(text) => text.chars().take(60).collect(),
                Value::List(_) => "a list".to_owned(),
                Value::Table(_) => "a table".to_owned(),
            },
        }
    }
}

/// A value that can't be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The value, or what it is if it must not be repeated.
    pub(crate) subject: String,
    /// Where it stands, if in the file.
    pub(crate) line: Option<usize>,
    /// What it is not, and what would be right; the subject stands before it.
    pub(crate) sentence: String,
}
