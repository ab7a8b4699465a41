//! Keys that sign assertions: published before they sign, and until all that they signed is over.
//!
//! What a key is at a moment follows from its times, so nothing has to happen for a key to take
//! over or to be withdrawn: a server that was down, or a clock that was set, changes no rule.

use crate::{AssertionKeyNumber, Binding, Sealed, SecretKind, Timestamp};

/// An Ed25519 key pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionKey {
    /// Its number in the deployment.
    pub number: AssertionKeyNumber,
    /// The public key.
    pub public_key: [u8; 32],
    /// The private key (RFC 8032), sealed.
    pub private_key: Sealed,
    /// When it takes over. Published it is from the start.
    pub signs_from: Timestamp,
    /// When it is withdrawn. Known once it has a successor.
    pub until: Option<Timestamp>,
}

impl AssertionKey {
    /// How long an assertion is believed, in seconds.
    pub const ASSERTION_SECONDS: i64 = 60;
    /// How long an upstream may keep the published keys, in seconds.
    pub const KEPT_SECONDS: i64 = 5 * 60;
    /// How long a new key is published before it signs: twice as long as an old list may be kept.
    pub const OVERLAP_SECONDS: i64 = 2 * Self::KEPT_SECONDS;
    /// How long a key stays published after its successor took over: what it signed last is over
    /// then, also where a clock is behind or a list of keys was kept too long.
    pub const RETIRED_SECONDS: i64 = Self::OVERLAP_SECONDS;

    /// The binding of the private key of key `number`. A key pair is never replaced in its row.
    pub fn binding(number: AssertionKeyNumber) -> Binding {
        Binding { kind: SecretKind::Assertion, row: number.0.into(), version: 1 }
    }

    /// Whether it is published at `now`.
    pub fn is_published(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// All keys of a deployment, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssertionKeys(Vec<AssertionKey>);

/// What a published key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssertionKeyState {
    /// It will take over.
    Next,
    /// It signs.
    Current,
    /// It does not sign any more; what it signed is still believed.
    Retired,
}

impl AssertionKeys {
    /// From keys in any order.
    pub fn new(mut keys: Vec<AssertionKey>) -> Self {
        keys.sort_unstable_by_key(|key| key.number);
        Self(keys)
    }

    /// All of them, also those whose time is over.
    pub fn all(&self) -> &[AssertionKey] {
        &self.0
    }

    /// Those that are published at `now`.
    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &AssertionKey> {
        self.0.iter().filter(move |key| key.is_published(now))
    }

    /// The key that signs at `now`: the last that took over. Where the clock was set to before the
    /// first one began, that one.
    pub fn current(&self, now: Timestamp) -> Option<&AssertionKey> {
        self.published(now)
            .filter(|key| key.signs_from <= now)
            .max_by_key(|key| (key.signs_from, key.number))
            .or_else(|| self.published(now).min_by_key(|key| key.signs_from))
    }

    /// Published keys and what they are for.
    pub fn states(
        &self,
        now: Timestamp,
    ) -> impl Iterator<Item = (&AssertionKey, AssertionKeyState)> {
        let current = self.current(now);
        self.published(now).map(move |key| {
            let state = match current {
                Some(current) if current.number == key.number => AssertionKeyState::Current,
                Some(_) if now < key.signs_from => AssertionKeyState::Next,
                _ => AssertionKeyState::Retired,
            };
            (key, state)
        })
    }

    /// The key that will take over after `now`.
    pub fn next(&self, now: Timestamp) -> Option<&AssertionKey> {
        self.states(now).find(|(_, state)| *state == AssertionKeyState::Next).map(|(key, _)| key)
    }

    /// Those whose time is over at `now`.
    pub fn over(&self, now: Timestamp) -> impl Iterator<Item = &AssertionKey> {
        self.0.iter().filter(move |key| !key.is_published(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32, signs_from: i64, until: Option<i64>) -> AssertionKey {
        AssertionKey {
            number: AssertionKeyNumber(number),
            public_key: [number as u8; 32],
            private_key: Sealed { data_key: 1, nonce: [0; 12], ciphertext: [0; 32], tag: [0; 16] },
            signs_from: Timestamp::from_seconds(signs_from),
            until: until.map(Timestamp::from_seconds),
        }
    }

    /// Number and state of what is published at `now`.
    fn states(keys: &[AssertionKey], now: i64) -> Vec<(u32, AssertionKeyState)> {
        let keys = AssertionKeys::new(keys.to_vec());
        let now = Timestamp::from_seconds(now);
        keys.states(now).map(|(key, state)| (key.number.0, state)).collect()
    }

    #[test]
    fn a_key_is_published_before_it_signs_and_after_it_signed() {
        use AssertionKeyState::{Current, Next, Retired};
        let keys = [key(2, 1600, None), key(1, 0, Some(2200))];
        assert_eq!(states(&keys, 1599), [(1, Current), (2, Next)]);
        assert_eq!(states(&keys, 1600), [(1, Retired), (2, Current)]);
        assert_eq!(states(&keys, 2199), [(1, Retired), (2, Current)]);
        assert_eq!(states(&keys, 2200), [(2, Current)]);
    }

    #[test]
    fn of_two_that_begin_at_once_the_newer_signs() {
        use AssertionKeyState::{Current, Retired};
        let keys = [key(1, 5, Some(700)), key(2, 5, None)];
        assert_eq!(states(&keys, 5), [(1, Retired), (2, Current)]);
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_the_oldest_key_to_sign() {
        use AssertionKeyState::{Current, Next};
        let keys = [key(1, 1000, Some(2200)), key(2, 1600, None)];
        assert_eq!(states(&keys, 10), [(1, Current), (2, Next)]);
        assert!(AssertionKeys::default().current(Timestamp::from_seconds(1)).is_none());
    }

    #[test]
    fn what_is_over_is_neither_published_nor_signs() {
        let keys = AssertionKeys::new(vec![key(1, 0, Some(100))]);
        let now = Timestamp::from_seconds(100);
        assert!(keys.current(now).is_none());
        assert_eq!(keys.over(now).count(), 1);
    }
}
