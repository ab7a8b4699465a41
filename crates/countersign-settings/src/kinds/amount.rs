//! Sizes and times: whole numbers with a unit.

use std::fmt::Write;
use std::time::Duration;

use super::{Given, Setting, Wrong};
use crate::shown::Shown;

pub(crate) const KIB: u64 = 1024;
pub(crate) const MIB: u64 = 1024 * KIB;
pub(crate) const GIB: u64 = 1024 * MIB;

const SIZES: &[(&str, u64)] = &[("GiB", GIB), ("MiB", MIB), ("KiB", KIB), ("B", 1)];

/// Thousands, which are easily taken for the others: refused rather than guessed.
const THOUSANDS: &[(&str, &str, u64)] = &[
    ("kb", "KiB", 1_000),
    ("k", "KiB", 1_000),
    ("mb", "MiB", 1_000_000),
    ("m", "MiB", 1_000_000),
    ("gb", "GiB", 1_000_000_000),
    ("g", "GiB", 1_000_000_000),
];

pub(crate) const MS: u64 = 1;
pub(crate) const SEC: u64 = 1000 * MS;
pub(crate) const MIN: u64 = 60 * SEC;
pub(crate) const HOUR: u64 = 60 * MIN;
pub(crate) const DAY: u64 = 24 * HOUR;

const TIMES: &[(&str, u64)] = &[("d", DAY), ("h", HOUR), ("min", MIN), ("s", SEC), ("ms", MS)];

/// What people write instead of a unit of time, by how it begins.
const TIME_WORDS: &[(&str, &str)] =
    &[("ms", "ms"), ("mil", "ms"), ("s", "s"), ("m", "min"), ("h", "h"), ("d", "d")];

/// Bytes, between two bounds.
#[derive(Clone, Copy, Debug)]
pub enum Size<const LEAST: u64, const MOST: u64> {}

impl<const LEAST: u64, const MOST: u64> Setting for Size<LEAST, MOST> {
    type Value = usize;
    const EXAMPLE: &'static str = "\"64 KiB\"";

    fn kind() -> String {
        format!("size, {} to {}", written(LEAST, SIZES), written(MOST, SIZES))
    }

    fn read(given: Given<'_>) -> Result<usize, Vec<Wrong>> {
        let (number, unit) = split(given).ok_or_else(|| {
            given
                .wrong("is no size: write a whole number of B, KiB, MiB or GiB, such as \"64 KiB\"")
        })?;
        let unit = if unit.is_empty() { "B" } else { unit };
        let Some(factor) = factor(unit, SIZES) else {
            return Err(given.wrong(no_size(number, unit)));
        };
        let bytes = number.saturating_mul(factor);
        let bytes = bounded(given, bytes, LEAST, MOST, SIZES)?;
        usize::try_from(bytes).map_err(|_| given.wrong("is too large for this machine"))
    }

    fn show(value: &usize) -> Shown {
        Shown::Text(written(*value as u64, SIZES))
    }
}

fn no_size(number: u64, unit: &str) -> String {
    let unit = unit.to_lowercase();
    if let Some((right, _)) = SIZES.iter().find(|(right, _)| right.to_lowercase() == unit) {
        return format!("is no size: write {number} {right}");
    }
    match THOUSANDS.iter().find(|(wrong, ..)| *wrong == unit) {
        Some((_, right, thousand)) => {
            let mut sentence = format!("is no size: write {number} {right}");
            if let Some(bytes) = number.checked_mul(*thousand) {
                // Can't fail: it is a string that grows.
                let _ = write!(sentence, " or {bytes} B");
            }
            sentence
        }
        None => "is no size: its unit is B, KiB, MiB or GiB".to_owned(),
    }
}

/// A time between two bounds, which are milliseconds.
#[derive(Clone, Copy, Debug)]
pub enum Time<const LEAST: u64, const MOST: u64> {}

impl<const LEAST: u64, const MOST: u64> Setting for Time<LEAST, MOST> {
    type Value = Duration;
    const EXAMPLE: &'static str = "\"30 s\"";

    fn kind() -> String {
        format!("time, {} to {}", written(LEAST, TIMES), written(MOST, TIMES))
    }

    fn read(given: Given<'_>) -> Result<Duration, Vec<Wrong>> {
        let (number, unit) = split(given).ok_or_else(|| {
            given.wrong("is no time: write a whole number of ms, s, min, h or d, such as \"30 s\"")
        })?;
        let Some(factor) = factor(unit, TIMES) else {
            return Err(given.wrong(no_time(number, unit)));
        };
        let milliseconds = number.saturating_mul(factor);
        bounded(given, milliseconds, LEAST, MOST, TIMES).map(Duration::from_millis)
    }

    fn show(value: &Duration) -> Shown {
        Shown::Text(written(u64::try_from(value.as_millis()).unwrap_or(u64::MAX), TIMES))
    }
}

fn no_time(number: u64, unit: &str) -> String {
    if unit.is_empty() {
        return format!("has no unit: write \"{number} s\", or with ms, min, h or d");
    }
    let unit = unit.to_lowercase();
    match TIME_WORDS.iter().find(|(begin, _)| unit.starts_with(begin)) {
        Some((_, right)) => format!("is no time: write {number} {right}"),
        None => "is no time: its unit is ms, s, min, h or d".to_owned(),
    }
}

/// `64 KiB` is 64 and `KiB`; a number of the file has no unit.
fn split(given: Given<'_>) -> Option<(u64, &str)> {
    let Some(text) = given.text() else {
        return Some((u64::try_from(given.integer()?).ok()?, ""));
    };
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = unit.trim_start();
    let is_unit = unit.chars().all(|c| c.is_ascii_alphabetic());
    is_unit.then_some((number.parse().ok()?, unit))
}

fn factor(unit: &str, units: &[(&str, u64)]) -> Option<u64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

fn bounded(
    given: Given<'_>,
    amount: u64,
    least: u64,
    most: u64,
    units: &[(&str, u64)],
) -> Result<u64, Vec<Wrong>> {
    if amount < least {
        return Err(given.wrong(format!("is too small: write at least {}", written(least, units))));
    }
    if amount > most {
        return Err(given.wrong(format!("is too large: write at most {}", written(most, units))));
    }
    Ok(amount)
}

/// In the largest unit that needs no fraction; zero in the smallest but milliseconds.
fn written(amount: u64, units: &[(&str, u64)]) -> String {
    let usable = units.iter().find(|(_, factor)| amount != 0 && amount.is_multiple_of(*factor));
    let (unit, factor) =
        usable.copied().unwrap_or(if units == TIMES { ("s", SEC) } else { ("B", 1) });
    format!("{} {unit}", amount / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(text: &str) -> Result<usize, String> {
        Size::<0, { 4 * GIB }>::read(Given::Plain(text)).map_err(|wrong| wrong[0].sentence.clone())
    }

    fn time(text: &str) -> Result<u128, String> {
        let time = Time::<{ 10 * MS }, { 30 * DAY }>::read(Given::Plain(text));
        time.map(|time| time.as_millis()).map_err(|wrong| wrong[0].sentence.clone())
    }

    #[test]
    fn a_size_has_a_unit_or_is_bytes() {
        for (text, bytes) in [
            ("65536", 65536),
            ("64 KiB", 65536),
            ("64KiB", 65536),
            (" 1 MiB ", 1024 * 1024),
            ("2 GiB", 2 * 1024 * 1024 * 1024),
            ("0 B", 0),
        ] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn a_wrong_size_is_answered_with_a_right_one() {
        for (text, sentence) in [
            ("64 KB", "is no size: write 64 KiB or 64000 B"),
            ("64k", "is no size: write 64 KiB or 64000 B"),
            ("1 kib", "is no size: write 1 KiB"),
            ("1 MB", "is no size: write 1 MiB or 1000000 B"),
            ("5 apples", "is no size: its unit is B, KiB, MiB or GiB"),
            ("5 GiB", "is too large: write at most 4 GiB"),
            ("99999999999 GiB", "is too large: write at most 4 GiB"),
        ] {
            assert_eq!(size(text), Err(sentence.to_owned()), "{text}");
        }
        let form = "is no size: write a whole number of B, KiB, MiB or GiB, such as \"64 KiB\"";
        for text in ["", "KiB", "-1", "1.5 MiB", "1 MiB 1", "99999999999999999999 B"] {
            assert_eq!(size(text), Err(form.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_time_has_a_unit() {
        for (text, milliseconds) in [
            ("30 s", 30_000),
            ("500ms", 500),
            ("5 min", 300_000),
            ("2 h", 7_200_000),
            ("14 d", 1_209_600_000),
        ] {
            assert_eq!(time(text), Ok(milliseconds), "{text}");
        }
    }

    #[test]
    fn a_wrong_time_is_answered_with_a_right_one() {
        for (text, sentence) in [
            ("30", "has no unit: write \"30 s\", or with ms, min, h or d"),
            ("30 sec", "is no time: write 30 s"),
            ("5 m", "is no time: write 5 min"),
            ("5 milliseconds", "is no time: write 5 ms"),
            ("1 Hour", "is no time: write 1 h"),
            ("2 weeks", "is no time: its unit is ms, s, min, h or d"),
            ("1 ms", "is too small: write at least 10 ms"),
            ("31 d", "is too large: write at most 30 d"),
        ] {
            assert_eq!(time(text), Err(sentence.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_amount_is_written_in_its_largest_whole_unit() {
        for (amount, text) in [(0, "0 B"), (1, "1 B"), (1500, "1500 B"), (65536, "64 KiB")] {
            assert_eq!(written(amount, SIZES), text);
        }
        for (amount, text) in [(0, "0 s"), (1500, "1500 ms"), (60_000, "1 min"), (DAY, "1 d")] {
            assert_eq!(written(amount, TIMES), text);
        }
    }
}
