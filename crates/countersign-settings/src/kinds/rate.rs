//! So many in a time.

use std::fmt::{self, Display};
use std::time::Duration;

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

/// How often something may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// So many,
    pub count: u32,
    /// evenly in this time.
    pub per: Duration,
    /// So many at once, after a pause.
    pub burst: u32,
}

const UNITS: &[(&str, u64)] = &[("s", 1), ("min", 60), ("h", 60 * 60)];

/// A rate, `100/s` or `100/s burst 200`. Without a burst, the count may come at once.
#[derive(Clone, Copy, Debug)]
pub enum Rate {}

impl Setting for Rate {
    type Value = RateLimit;
    const EXAMPLE: &'static str = "\"100/s\"";

    fn kind() -> String {
        "rate, `\"100/s\"`, `\"600/min\"` or `\"1000/h\"`, which may end in `burst 200`".to_owned()
    }

    fn read(given: Given<'_>) -> Result<RateLimit, Vec<Wrong>> {
        let wrong =
            || given.wrong("is no rate: write \"100/s\", /min or /h, or \"100/s burst 200\"");
        let rate = given.text().and_then(parse).ok_or_else(wrong)?;
        if rate.count == 0 || rate.burst == 0 {
            return Err(given.wrong("lets nothing through: write at least 1"));
        }
        Ok(rate)
    }

    fn show(value: &RateLimit) -> Shown {
        Shown::text(value)
    }
}

fn parse(text: &str) -> Option<RateLimit> {
    let (rate, burst) = match text.split_once(" burst ") {
        Some((rate, burst)) => (rate, Some(number(burst.trim())?)),
        None => (text, None),
    };
    let (count, unit) = rate.split_once('/')?;
    let (count, unit) = (number(count.trim())?, unit.trim());
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let per = Duration::from_secs(*seconds);
    Some(RateLimit { count, per, burst: burst.unwrap_or(count) })
}

/// Digits alone: no sign.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

impl Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, seconds)| *seconds == self.per.as_secs());
        write!(f, "{}/{}", self.count, unit.map_or("?", |(name, _)| name))?;
        if self.burst != self.count {
            write!(f, " burst {}", self.burst)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_a_count_a_time_and_perhaps_a_burst() {
        let rate = |count, seconds, burst| {
            Some(RateLimit { count, per: Duration::from_secs(seconds), burst })
        };
        for (text, expected) in [
            ("100/s", rate(100, 1, 100)),
            ("600 / min", rate(600, 60, 600)),
            ("5/h burst 20", rate(5, 3600, 20)),
            ("100", None),
            ("100/d", None),
            ("+1/s", None),
            ("/s", None),
            ("1/s burst", None),
            ("1/s burst x", None),
            ("99999999999/s", None),
        ] {
            assert_eq!(Rate::read(Given::Plain(text)).ok(), expected, "{text}");
            if let Some(rate) = expected {
                assert_eq!(Rate::read(Given::Plain(&rate.to_string())), Ok(rate));
            }
        }
        assert!(Rate::read(Given::Plain("0/s")).is_err());
    }
}
