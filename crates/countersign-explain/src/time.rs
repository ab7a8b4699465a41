//! A point in time as people and programs write it.

use anyhow::Context;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Seconds since 1970, or RFC 3339 (`2026-01-31T12:00:00Z`). In seconds since 1970.
///
/// # Errors
/// It is neither.
pub fn parse(text: &str) -> anyhow::Result<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(seconds);
    }
    let date = OffsetDateTime::parse(text, &Rfc3339);
    let date = date.context("a time is written 2026-01-31T12:00:00Z, or in seconds since 1970")?;
    Ok(date.unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_or_a_date() {
        for (text, expected) in [
            ("1800000000", 1_800_000_000),
            ("2026-01-01T00:00:00Z", 1_767_225_600),
            (" 2026-01-01T01:00:00.999+01:00", 1_767_225_600),
        ] {
            assert_eq!(parse(text).unwrap(), expected, "{text}");
        }
        for text in ["", "yesterday", "2026-01-01"] {
            assert!(parse(text).unwrap_err().to_string().contains("is written 2026"), "{text}");
        }
    }
}
