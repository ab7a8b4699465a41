//! What becomes of a consumer pair when there is a new one.

use thiserror::Error;

use crate::{ConsumerKey, Sealed, Timestamp};

/// Which consumer pair a request is signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Pair {
    /// The one that the record has.
    #[default]
    Current,
    /// The one before, which works beside it for a while.
    Retiring,
}

/// The consumer pair before a rotation. It works until its time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetiringPair {
    /// Names it on the wire.
    pub consumer_key: ConsumerKey,
    /// The secret, sealed anew: see [`crate::SecretKind::RetiringConsumer`].
    pub secret: Sealed,
    /// The version that it had.
    pub version: u32,
    /// From when on it is refused.
    pub until: Timestamp,
}

impl RetiringPair {
    /// Whether requests that are signed with it are refused at `now`.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until <= now
    }
}

/// How long the old pair works beside the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap(i64);

impl Overlap {
    /// The shortest one: a minute.
    pub const LEAST_SECONDS: i64 = 60;
    /// The longest one: 90 days.
    pub const MOST_SECONDS: i64 = 90 * 24 * 60 * 60;

    /// An overlap of `seconds`.
    ///
    /// # Errors
    /// [`InvalidOverlap`].
    pub fn seconds(seconds: i64) -> Result<Self, InvalidOverlap> {
        let allowed = Self::LEAST_SECONDS..=Self::MOST_SECONDS;
        if allowed.contains(&seconds) { Ok(Self(seconds)) } else { Err(InvalidOverlap) }
    }

    /// Until when the old pair works if the new one is made at `now`.
    pub fn until(self, now: Timestamp) -> Timestamp {
        now.plus_seconds(self.0)
    }
}

/// A time that no overlap has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the old pair works beside the new one for 1 minute (60 seconds) to 90 days ({} seconds); to \
     end it at once, reset the credentials",
    Overlap::MOST_SECONDS
)]
pub struct InvalidOverlap;

/// A consumer secret that works no more. No request is admitted by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousSecret {
    /// The secret, sealed anew: see [`crate::SecretKind::PreviousConsumer`].
    pub secret: Sealed,
    /// The version that it had.
    pub version: u32,
    /// From when on it may not be used any more, and is erased.
    pub until: Timestamp,
}

impl PreviousSecret {
    /// How long it is kept, to explain who signs with it still.
    pub const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlap_lasts_from_a_minute_to_ninety_days() {
        for (seconds, good) in [(59, false), (60, true), (7_776_000, true), (7_776_001, false)] {
            assert_eq!(Overlap::seconds(seconds).is_ok(), good, "{seconds}");
        }
        assert!(Overlap::seconds(-1).is_err() && Overlap::seconds(i64::MAX).is_err());
        assert!(InvalidOverlap.to_string().contains("7776000"));
    }

    #[test]
    fn a_retiring_pair_is_over_at_its_very_moment() {
        let now = Timestamp::from_seconds(1000);
        let until = Overlap::seconds(60).unwrap().until(now);
        let secret = Sealed { data_key: 1, nonce: [0; 12], ciphertext: [0; 32], tag: [0; 16] };
        let consumer_key = ConsumerKey::from_bytes([0; 32]);
        let pair = RetiringPair { consumer_key, secret, version: 1, until };
        assert!(!pair.is_over(Timestamp::from_millis(1_059_999)));
        assert!(pair.is_over(Timestamp::from_seconds(1060)));
    }
}
