//! Causes that no signature shows, told by whoever knows them.
//!
//! Belongs here: the words for them. Does not: finding them out (they need a clock, a memory or a
//! database).

use super::Code;

/// Something that the caller knows about a refused request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fact<'f> {
    /// The timestamp lies outside of the window (RFC 5849 section 3.3).
    ClockSkew {
        /// Timestamp minus our time, in seconds: more than zero when the client is ahead.
        seconds: i64,
    },
    /// The nonce was used before (RFC 5849 section 3.3).
    NonceReused {
        /// When and from where, when that is known.
        first: Option<FirstUse<'f>>,
    },
    /// The token is revoked.
    TokenRevoked {
        /// How long ago.
        seconds_ago: u64,
        /// By whom, when that may be told.
        by: Option<&'f str>,
    },
    /// The host is one account's, and realm names another.
    HostOfOtherAccount {
        /// The host that was called, as it came.
        host: &'f str,
        /// The realm, as it came.
        realm: &'f str,
    },
    /// The token is another account's, or another environment's, than the one that is called.
    OtherAccount {
        /// Which of the two.
        code: Code,
        /// The account that the token is of.
        of: &'f str,
    },
    /// Another cause, by its code's own words.
    Known(Code),
    /// Another cause of which more can be said.
    Told(Code, &'f str),
}

/// The first use of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstUse<'f> {
    /// How long ago.
    pub seconds_ago: u64,
    /// The address that it came from.
    pub from: &'f str,
}

impl Fact<'_> {
    /// The code that says the same.
    #[must_use]
    pub fn code(&self) -> Code {
        match *self {
            Fact::ClockSkew { .. } => Code::ClockSkew,
            Fact::NonceReused { .. } => Code::NonceReused,
            Fact::TokenRevoked { .. } => Code::TokenRevoked,
            Fact::HostOfOtherAccount { .. } => Code::HostOfOtherAccount,
            Fact::OtherAccount { code, .. } | Fact::Known(code) | Fact::Told(code, _) => code,
        }
    }

    /// What the client did, or what stands in its way, one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match *self {
            Fact::ClockSkew { seconds } => skew(seconds),
            Fact::NonceReused { first: Some(FirstUse { seconds_ago, from }) } => {
                let ago = in_words(seconds_ago);
                format!("The client sent a nonce that was already used {ago} ago, from {from}.")
            }
            Fact::TokenRevoked { seconds_ago, by } => {
                let by = by.map(|by| format!(" by {by}")).unwrap_or_default();
                let ago = in_words(seconds_ago);
                format!("The client used a token that was revoked {ago} ago{by}.")
            }
            Fact::HostOfOtherAccount { host, realm } => {
                format!(
                    "The client called {host}, which is no host of the account {realm} in realm."
                )
            }
            Fact::OtherAccount { code, of } => {
                format!("{} They are of the account {of}.", code.meaning())
            }
            Fact::Told(_, sentence) => sentence.to_owned(),
            Fact::NonceReused { first: None } | Fact::Known(_) => self.code().meaning().to_owned(),
        }
    }
}

fn skew(seconds: i64) -> String {
    let amount = seconds.unsigned_abs();
    let side = if seconds < 0 { "behind the server's time" } else { "ahead of the server's time" };
    let zone = match whole_hours(amount) {
        Some(_) => ": whole hours, as when local time is sent instead of UTC",
        None => "",
    };
    format!("The timestamp is {} {side}{zone}.", in_words(amount))
}

/// Hours, when the amount is theirs within two minutes. Time zones end at 14.
fn whole_hours(seconds: u64) -> Option<u64> {
    let hours = (seconds + 1800) / 3600;
    let is_near = seconds.abs_diff(hours * 3600) <= 120;
    (is_near && (1..=14).contains(&hours)).then_some(hours)
}

fn in_words(seconds: u64) -> String {
    let units = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];
    let mut rest = seconds;
    let mut words = Vec::new();
    for (unit, length) in units {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
        }
    }
    // Two units are as precise as anybody reads.
    words.truncate(2);
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skew_of_whole_hours_is_a_time_zone() {
        for (seconds, expected) in [
            (
                7_200,
                "The timestamp is 2 hours ahead of the server's time: whole hours, as when local \
                 time is sent instead of UTC.",
            ),
            (
                -18_030,
                "The timestamp is 5 hours 30 seconds behind the server's time: whole hours, as \
                 when local time is sent instead of UTC.",
            ),
            (420, "The timestamp is 7 minutes ahead of the server's time."),
            (-301, "The timestamp is 5 minutes 1 second behind the server's time."),
            (86_400 * 3, "The timestamp is 3 days ahead of the server's time."),
        ] {
            assert_eq!(Fact::ClockSkew { seconds }.sentence(), expected);
        }
    }

    #[test]
    fn a_reused_nonce_says_when_and_from_where() {
        let fact =
            Fact::NonceReused { first: Some(FirstUse { seconds_ago: 65, from: "192.0.2.1" }) };
        let expected =
            "The client sent a nonce that was already used 1 minute 5 seconds ago, from 192.0.2.1.";
        assert_eq!(fact.sentence(), expected);
    }

    #[test]
    fn a_host_of_another_account_is_named_beside_the_realm() {
        let fact = Fact::HostOfOtherAccount { host: "1234567.app.test", realm: "1234567_SB1" };
        let expected = "The client called 1234567.app.test, which is no host of the account \
                        1234567_SB1 in realm.";
        assert_eq!(fact.sentence(), expected);
    }

    #[test]
    fn a_revoked_token_says_since_when() {
        let fact = Fact::TokenRevoked { seconds_ago: 90_000, by: None };
        assert_eq!(fact.sentence(), "The client used a token that was revoked 1 day 1 hour ago.");
    }
}
