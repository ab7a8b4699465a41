//! From what a folder keeps of a refusal to what is handed out.

use countersign_authority::KeptExplanation;
use countersign_model::Timestamp;

use super::report::{Came, FirstSeen, Report};

impl From<KeptExplanation> for Report {
    fn from(kept: KeptExplanation) -> Self {
        let KeptExplanation { reference, at, owner: _, told } = kept;
        Self {
            reference: Some(reference),
            at: Some(rfc_3339(at)),
            detail: Some(told.detail),
            codes: told.codes,
            certain: told.certain,
            sentence: told.sentence,
            fix: told.fix,
            request: Came {
                method: told.method,
                url: told.url,
                source: Some(told.source),
                user_agent: told.user_agent,
            },
            expected: told.expected,
            signed: told.signed,
            first_difference: told.first_difference.and_then(|at| usize::try_from(at).ok()),
            clock_skew_seconds: told.clock_skew_seconds,
            nonce_first_seen: told.nonce_first_seen.map(|first| FirstSeen {
                at: rfc_3339(Timestamp::from_millis(first.at_ms)),
                from: first.from,
            }),
        }
    }
}

/// A point in time as text, to the second (RFC 3339 section 5.6).
pub(crate) fn rfc_3339(at: Timestamp) -> String {
    const DAY: i64 = 86_400;
    let (year, month, day) = date(at.seconds().div_euclid(DAY));
    let second = at.seconds().rem_euclid(DAY);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day since 1970. Counted in years that begin in March, so that the day
/// of a leap year is the last one.
fn date(day: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let day = day + 719_468;
    let (era, day) = (day.div_euclid(ERA), day.rem_euclid(ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use countersign_authority::{FirstSeen as Seen, Owner, Told};

    use super::*;

    #[test]
    fn a_point_in_time_is_written_as_rfc_3339() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_800_000_000, "2027-01-15T08:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc_3339(Timestamp::from_seconds(seconds)), expected);
        }
    }

    #[test]
    fn everything_that_is_kept_but_its_owner_is_handed_out() {
        let told = Told {
            detail: "nonce_used".into(),
            codes: vec!["nonce-reused".into()],
            certain: true,
            first_difference: Some(4),
            clock_skew_seconds: Some(-2),
            nonce_first_seen: Some(Seen { at_ms: 1_000, from: "192.0.2.1".into() }),
            ..Told::default()
        };
        let kept = KeptExplanation {
            reference: "ref_a".into(),
            at: Timestamp::from_seconds(2),
            owner: Owner::Nobody,
            told,
        };
        let report = serde_json::to_value(Report::from(kept)).unwrap();
        let expected = serde_json::json!({
            "reference": "ref_a", "at": "1970-01-01T00:00:02Z", "detail": "nonce_used",
            "codes": ["nonce-reused"], "certain": true, "sentence": "", "fix": "",
            "request": { "method": "", "url": "", "source": "" },
            "first_difference": 4, "clock_skew_seconds": -2,
            "nonce_first_seen": { "at": "1970-01-01T00:00:01Z", "from": "192.0.2.1" },
        });
        assert_eq!(report, expected);
    }
}
