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

    /// All of them, if there are any.
    pub(super) fn into_value(self) -> Option<Value> {
        Some(self.0).filter(|members| !members.is_empty()).map(Value::Object)
    }

    /// Asks for a member to be emptied.
    pub(super) fn empty(&mut self, name: &str, is_asked_for: bool) {
        if is_asked_for {
            self.0.insert(name.to_owned(), Value::Null);
        }
    }
}

/// A time in seconds, as people write one: `90`, `45s`, `30m`, `12h`, `7d`.
pub(super) fn seconds(text: &str) -> Result<i64, String> {
    let count = text.trim_end_matches(|unit: char| unit.is_ascii_alphabetic());
    let unit = match &text[count.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err("a time ends with s, m, h or d".to_owned()),
    };
    let count = count.parse::<u32>().map_err(|_| "a time is written as in 12h or 7d".to_owned())?;
    Ok(i64::from(count) * unit)
}

/// The parameters that were given.
pub(super) fn query<'n>(
    given: impl IntoIterator<Item = (&'n str, Option<String>)>,
) -> Vec<(&'n str, String)> {
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_and_a_unit() {
        for (text, expected) in
            [("0", 0), ("90", 90), ("45s", 45), ("30m", 1800), ("12h", 43_200), ("90d", 7_776_000)]
        {
            assert_eq!(seconds(text), Ok(expected), "{text}");
        }
        for text in ["", "d", "-1", "1.5h", "7 d", "1w", "12hh", "99999999999"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
