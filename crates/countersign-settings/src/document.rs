//! A file as a tree of values, each with its line.
//! Belongs here: all that is known of the `toml` crate. Does not: what a value means.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The values under their keys.
pub(crate) type Branch = BTreeMap<String, Node>;

/// A value, and the line that it begins on (that of its key, where it has one).
#[derive(Debug)]
pub struct Node {
    pub(crate) line: usize,
    pub(crate) value: Value,
}

/// What stands in the file.
#[derive(Debug)]
pub(crate) enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    /// A date, or a number that is too large: no setting takes one.
    Odd(String),
    List(Vec<Node>),
    Table(Branch),
}

/// What is no TOML, and where.
pub(crate) struct SyntaxFault {
    pub(crate) line: usize,
    pub(crate) sentence: String,
}

/// Reads as much as can be read. Where something is no TOML, what stands behind it may be missing
/// from the tree.
pub(crate) fn parse(text: &str) -> (Branch, Vec<SyntaxFault>) {
    let lines = Lines::of(text);
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors.iter().map(|error| SyntaxFault {
        line: lines.at(error.span().map_or(0, |span| span.start)),
        sentence: sentence(error.message()),
    });
    // What follows on the same line follows from the first.
    let mut faults: Vec<SyntaxFault> = faults.collect();
    faults.dedup_by_key(|fault| fault.line);
    (lines.branch(table.get_ref()), faults)
}

/// The message of the library, and what to do where that says too little.
fn sentence(message: &str) -> String {
    let words = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let advice = if words.contains("duplicate") {
        ": the key or section stands further up, too"
    } else if ["quoted", "float", "boolean"].iter().any(|it| words.contains(it)) {
        ": text stands in quotes, such as \"64 KiB\"; true and false don't"
    } else if words.contains("expected newline") {
        ": each setting has a line of its own"
    } else {
        ""
    };
    format!("no TOML ({words}){advice}")
}

/// Where the lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(breaks.map(|(at, _)| at + 1).collect())
    }

    /// Counted from 1.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|begin| *begin <= byte) + 1
    }

    fn branch(&self, table: &DeTable<'_>) -> Branch {
        let node = |(key, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| {
            let line = self.at(key.span().start);
            (key.get_ref().to_string(), Node { line, value: self.value(value.get_ref()) })
        };
        table.iter().map(node).collect()
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => {
                let read = i64::from_str_radix(number.as_str(), number.radix());
                read.map_or_else(|_| Value::Odd(number.to_string()), Value::Integer)
            }
            DeValue::Float(number) => {
                let read = number.as_str().parse();
                read.map_or_else(|_| Value::Odd(number.to_string()), Value::Float)
            }
            DeValue::Boolean(flag) => Value::Boolean(*flag),
            DeValue::Datetime(date) => Value::Odd(date.to_string()),
            DeValue::Array(values) => {
                let node = |value: &Spanned<DeValue<'_>>| Node {
                    line: self.at(value.span().start),
                    value: self.value(value.get_ref()),
                };
                Value::List(values.iter().map(node).collect())
            }
            DeValue::Table(table) => Value::Table(self.branch(table)),
        }
    }
}
