//! What is known of the clock of who uses a token.

use countersign_model::TokenNumber;
use countersign_trail::TokenClock;
use countersign_verify::is_notable_skew;
use serde::Serialize;
use utoipa::ToSchema;

const NOTHING: &str = "nothing is known: since the server started, no request proved when it was \
                       signed; earlier ones are kept only where the clock was off by more than a \
                       minute";
const OFF: &str = "the client's clock is off by more than a minute: have it set by NTP; at five \
                   minutes its requests are refused";
const WAS_OFF: &str = "the client's clock was off by more than a minute once, and is right again";

/// How far a client's clock is off.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenClock)]
pub(super) struct ClockShown {
    /// The token's number in the account.
    #[schema(minimum = 1)]
    token: u32,
    /// By the last request; negative where it is behind.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seconds: Option<i64>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_at: Option<String>,
    /// At worst.
    #[serde(skip_serializing_if = "Option::is_none")]
    worst_seconds: Option<i64>,
    /// When that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    worst_at: Option<String>,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    /// What is to be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

impl ClockShown {
    /// The clock of who uses that token.
    pub(super) fn of(token: TokenNumber, clock: Option<&TokenClock>) -> Self {
        let last = clock.map(|clock| clock.last);
        let worst = clock.map(|clock| clock.worst);
        let (warning, note) = match (last, worst) {
            (Some(last), _) if is_notable_skew(last.seconds) => (Some(OFF), None),
            (_, Some(worst)) if is_notable_skew(worst.seconds) => (None, Some(WAS_OFF)),
            (Some(_), _) => (None, None),
            (None, _) => (None, Some(NOTHING)),
        };
        Self {
            token: token.0,
            last_seconds: last.map(|skew| skew.seconds),
            last_at: last.map(|skew| skew.at.to_string()),
            worst_seconds: worst.map(|skew| skew.seconds),
            worst_at: worst.map(|skew| skew.at.to_string()),
            warning,
            note,
        }
    }
}

#[cfg(test)]
mod tests {
    use countersign_model::{AccountNumber, Timestamp};
    use countersign_trail::ClockSkew;

    use super::*;

    /// What is shown after these skews: the last, the worst.
    fn after(last: i64, worst: i64) -> ClockShown {
        let skew = |seconds| ClockSkew { seconds, at: Timestamp::from_seconds(1_800_000_000) };
        let clock = TokenClock {
            account: AccountNumber(1),
            token: TokenNumber(7),
            last: skew(last),
            worst: skew(worst),
        };
        ClockShown::of(TokenNumber(7), Some(&clock))
    }

    #[test]
    fn a_clock_is_shown_with_a_word_where_it_is_or_was_off() {
        let off = after(-75, 90);
        assert_eq!((off.last_seconds, off.worst_seconds), (Some(-75), Some(90)));
        assert_eq!(off.last_at.as_deref(), Some("2027-01-15T08:00:00Z"));
        assert_eq!((off.warning, off.note), (Some(OFF), None));
        let was_off = after(2, -90);
        assert_eq!((was_off.warning, was_off.note), (None, Some(WAS_OFF)));
        let right = after(2, 60);
        assert_eq!((right.warning, right.note), (None, None));
    }

    #[test]
    fn of_an_unknown_clock_it_is_said_why() {
        let unknown = ClockShown::of(TokenNumber(7), None);
        assert_eq!((unknown.last_seconds, unknown.note), (None, Some(NOTHING)));
    }
}
