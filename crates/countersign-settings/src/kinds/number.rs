//! Numbers without a unit, and yes or no.

use super::{Given, Setting, Wrong};
use crate::document::{Node, Value};
use crate::shown::Shown;

/// A count between two bounds.
#[derive(Clone, Copy, Debug)]
pub enum Count<const LEAST: u64, const MOST: u64> {}

impl<const LEAST: u64, const MOST: u64> Setting for Count<LEAST, MOST> {
    type Value = usize;
    const EXAMPLE: &'static str = "100";

    fn kind() -> String {
        format!("count, {LEAST} to {MOST}")
    }

    fn read(given: Given<'_>) -> Result<usize, Vec<Wrong>> {
        let Some(number) = given.integer() else {
            if given.text().is_some_and(|text| text.parse::<u64>().is_ok()) {
                return Err(given.wrong("is text: write it without quotes"));
            }
            return Err(given.wrong("is no count: write a whole number, such as 100"));
        };
        let count = u64::try_from(number).unwrap_or(0);
        if number < 0 || count < LEAST {
            return Err(given.wrong(format!("is too small: write at least {LEAST}")));
        }
        if count > MOST {
            return Err(given.wrong(format!("is too large: write at most {MOST}")));
        }
        usize::try_from(count).map_err(|_| given.wrong("is too large for this machine"))
    }

    fn show(value: &usize) -> Shown {
        Shown::Integer(*value as u64)
    }
}

/// A part of the whole.
#[derive(Clone, Copy, Debug)]
pub enum Ratio {}

impl Setting for Ratio {
    type Value = f64;
    const EXAMPLE: &'static str = "0.01";

    fn kind() -> String {
        "ratio, 0.0 to 1.0".to_owned()
    }

    fn read(given: Given<'_>) -> Result<f64, Vec<Wrong>> {
        let ratio = match given {
            Given::Plain(text) => text.parse().ok(),
            Given::Node(Node { value: Value::Float(number), .. }) => Some(*number),
            Given::Node(Node { value: Value::Integer(0), .. }) => Some(0.0),
            Given::Node(Node { value: Value::Integer(1), .. }) => Some(1.0),
            Given::Node(_) => None,
        };
        let within = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
        // Adding zero turns -0.0 into 0.0.
        let within = within.map(|ratio| ratio + 0.0);
        within.ok_or_else(|| given.wrong("is no ratio: write a number from 0.0 to 1.0"))
    }

    fn show(value: &f64) -> Shown {
        Shown::Ratio(*value)
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug)]
pub enum Flag {}

impl Setting for Flag {
    type Value = bool;
    const EXAMPLE: &'static str = "true";

    fn kind() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(given: Given<'_>) -> Result<bool, Vec<Wrong>> {
        match given {
            Given::Plain("true") | Given::Node(Node { value: Value::Boolean(true), .. }) => {
                Ok(true)
            }
            Given::Plain("false") | Given::Node(Node { value: Value::Boolean(false), .. }) => {
                Ok(false)
            }
            Given::Node(Node { value: Value::Text(text), .. })
                if ["true", "false"].contains(&text.as_str()) =>
            {
                Err(given.wrong("is text: write it without quotes"))
            }
            _ => Err(given.wrong("is neither true nor false: write one of the two")),
        }
    }

    fn show(value: &bool) -> Shown {
        Shown::Boolean(*value)
    }
}
