//! What may be left out, and what may stand several times.

use std::marker::PhantomData;

use super::{Given, Setting, Wrong};
use crate::document::{Node, Value};
use crate::shown::Shown;

/// A setting that may be left out.
#[derive(Clone, Copy, Debug)]
pub struct Optional<S>(PhantomData<S>);

impl<S: Setting> Setting for Optional<S> {
    type Value = Option<S::Value>;
    const EXAMPLE: &'static str = S::EXAMPLE;

    fn kind() -> String {
        S::kind()
    }

    fn read(given: Given<'_>) -> Result<Self::Value, Vec<Wrong>> {
        S::read(given).map(Some)
    }

    fn show(value: &Self::Value) -> Shown {
        value.as_ref().map_or(Shown::Nothing, S::show)
    }

    fn unset() -> Option<Self::Value> {
        Some(None)
    }
}

/// Several of a kind, at least one.
#[derive(Clone, Copy, Debug)]
pub struct OneOrMore<S>(PhantomData<S>);

impl<S: Setting> Setting for OneOrMore<S> {
    type Value = Vec<S::Value>;
    // Of the only kind that there must be one of; a constant can't be put together.
    const EXAMPLE: &'static str = "[\"http://127.0.0.1:9000\"]";

    fn kind() -> String {
        List::<S>::kind()
    }

    fn read(given: Given<'_>) -> Result<Self::Value, Vec<Wrong>> {
        let values = List::<S>::read(given)?;
        if values.is_empty() {
            return Err(given.wrong_unseen("the list", "is empty: write at least one"));
        }
        Ok(values)
    }

    fn show(value: &Self::Value) -> Shown {
        List::<S>::show(value)
    }
}

/// Several of a kind. In a variable they stand between commas.
#[derive(Clone, Copy, Debug)]
pub struct List<S>(PhantomData<S>);

impl<S: Setting> Setting for List<S> {
    type Value = Vec<S::Value>;
    const EXAMPLE: &'static str = "[]";

    fn kind() -> String {
        format!("list: {}", S::kind())
    }

    fn read(given: Given<'_>) -> Result<Self::Value, Vec<Wrong>> {
        let values: Vec<_> = match given {
            Given::Plain(text) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                parts.map(|part| S::read(Given::Plain(part))).collect()
            }
            Given::Node(Node { value: Value::List(nodes), .. }) => {
                nodes.iter().map(|node| S::read(Given::Node(node))).collect()
            }
            Given::Node(_) => {
                let sentence =
                    format!("is no list: write it in brackets, such as [{}]", S::EXAMPLE);
                return Err(given.wrong(sentence));
            }
        };
        let mut read: Self::Value = Vec::new();
        let mut wrongs = Vec::new();
        for value in values {
            match value {
                Ok(value) if read.contains(&value) => {
                    let twice = S::show(&value).to_string();
                    wrongs.extend(given.wrong_unseen(&twice, "stands in the list twice"));
                }
                Ok(value) => read.push(value),
                Err(wrong) => wrongs.extend(wrong),
            }
        }
        if wrongs.is_empty() { Ok(read) } else { Err(wrongs) }
    }

    fn show(value: &Self::Value) -> Shown {
        Shown::List(value.iter().map(S::show).collect())
    }

    fn unset() -> Option<Self::Value> {
        Some(Vec::new())
    }
}
