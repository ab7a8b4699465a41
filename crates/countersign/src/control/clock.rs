//! What `countersign token clock` shows.

use countersign_authority::TokenClock;
use countersign_model::TokenNumber;
use countersign_verify::is_notable_skew;

use super::Field;

const NOTHING: &str = "nothing is known: since the server started, no request proved when it was \
                       signed; earlier ones are kept only where the clock was off by more than a \
                       minute";
const OFF: &str = "the client's clock is off by more than a minute: have it set by NTP; at five \
                   minutes its requests are refused";
const WAS_OFF: &str = "the client's clock was off by more than a minute once, and is right again";

/// The clock of who uses that token.
pub(super) fn shown(token: TokenNumber, clock: Option<&TokenClock>) -> Vec<Field> {
    let token = Field::new("token", &token);
    let Some(TokenClock { last, worst, .. }) = clock else {
        return vec![token, Field::new("note", &NOTHING)];
    };
    let mut fields = vec![
        token,
        Field::new("last_seconds", &last.seconds),
        Field::new("last_at", &last.at),
        Field::new("worst_seconds", &worst.seconds),
        Field::new("worst_at", &worst.at),
    ];
    if is_notable_skew(last.seconds) {
        fields.push(Field::new("warning", &OFF));
    } else if is_notable_skew(worst.seconds) {
        fields.push(Field::new("note", &WAS_OFF));
    }
    fields
}

#[cfg(test)]
mod tests {
    use countersign_authority::ClockSkew;
    use countersign_model::{AccountNumber, Timestamp};

    use super::*;

    /// Names and values of what is shown after these skews: the last, the worst.
    fn after(last: i64, worst: i64) -> Vec<(String, String)> {
        let skew = |seconds| ClockSkew { seconds, at: Timestamp::from_seconds(1_800_000_000) };
        let clock = TokenClock {
            account: AccountNumber(1),
            token: TokenNumber(7),
            last: skew(last),
            worst: skew(worst),
        };
        let fields = shown(TokenNumber(7), Some(&clock));
        fields.iter().map(|field| (field.name.clone(), field.value.clone())).collect()
    }

    #[test]
    fn a_clock_is_shown_with_a_word_where_it_is_or_was_off() {
        let fields = after(-75, 90);
        let values: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
        let at = "2027-01-15T08:00:00Z";
        assert_eq!(values, ["7", "-75", at, "90", at, OFF]);
        assert_eq!(after(2, -90).last(), Some(&("note".to_owned(), WAS_OFF.to_owned())));
        assert_eq!(after(2, 60).len(), 5);
    }

    #[test]
    fn of_an_unknown_clock_it_is_said_why() {
        let fields = shown(TokenNumber(7), None);
        assert!(fields[1].value.starts_with("nothing is known"));
    }
}
