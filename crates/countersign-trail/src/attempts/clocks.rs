//! How far the clocks of clients are off, for each token that has proven a timestamp.
//!
//! Kept by the writer of the trail, beside the hot path: it folds in what admissions and refusals
//! say. One entry for a token that exists, so no stranger makes it grow; and only what a right
//! signature covers counts, so no stranger changes it. (Whoever holds back a signed request can
//! make a clock look slow.)

use std::collections::{HashMap, HashSet};

use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_verify::is_notable_skew;

use super::port::{ClockSkew, TokenClock};

/// A token is warned of once in this time.
const QUIET_SECONDS: i64 = 3600;

pub(super) type Token = (AccountNumber, TokenNumber);

/// What some requests of one token have shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    last: ClockSkew,
    worst: ClockSkew,
}

#[derive(Default)]
pub(super) struct Clocks {
    known: HashMap<Token, Reading>,
    /// Those of notable skew of whom something is to be written.
    unwritten: HashSet<Token>,
    /// When they were last warned of.
    warned: HashMap<Token, Timestamp>,
}

impl Reading {
    pub(super) fn of(seconds: i64, at: Timestamp) -> Self {
        let skew = ClockSkew { seconds, at };
        Self { last: skew, worst: skew }
    }

    /// Adds another reading of the same token, which may be older.
    pub(super) fn add(&mut self, other: Self) {
        if other.last.at >= self.last.at {
            self.last = other.last;
        }
        if other.worst.seconds.unsigned_abs() > self.worst.seconds.unsigned_abs() {
            self.worst = other.worst;
        }
    }
}

impl Clocks {
    /// Takes a reading in. Gives the skew that is to be warned of.
    pub(super) fn note(&mut self, token: Token, reading: Reading) -> Option<ClockSkew> {
        let known = self.known.entry(token).or_insert(reading);
        known.add(reading);
        if !is_notable_skew(known.worst.seconds) {
            return None;
        }
        self.unwritten.insert(token);
        let skew = reading.worst;
        let is_told =
            self.warned.get(&token).is_some_and(|told| skew.at < told.plus_seconds(QUIET_SECONDS));
        if is_told || !is_notable_skew(skew.seconds) {
            return None;
        }
        self.warned.insert(token, skew.at);
        Some(skew)
    }

    /// Takes over what was written before.
    pub(super) fn recall(&mut self, written: Vec<TokenClock>) {
        for clock in written {
            let TokenClock { account, token, last, worst } = clock;
            let earlier = Reading { last, worst };
            let known = self.known.entry((account, token)).or_insert(earlier);
            known.add(earlier);
        }
    }

    pub(super) fn of(&self, token: Token) -> Option<TokenClock> {
        let Reading { last, worst } = *self.known.get(&token)?;
        Some(TokenClock { account: token.0, token: token.1, last, worst })
    }

    /// Up to `most` of what is to be written.
    pub(super) fn take_unwritten(&mut self, most: usize) -> Vec<TokenClock> {
        let taken: Vec<Token> = self.unwritten.iter().take(most).copied().collect();
        for token in &taken {
            self.unwritten.remove(token);
        }
        taken.into_iter().filter_map(|token| self.of(token)).collect()
    }

    /// That could not be written.
    pub(super) fn put_back(&mut self, clocks: &[TokenClock]) {
        self.unwritten.extend(clocks.iter().map(|clock| (clock.account, clock.token)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: Token = (AccountNumber(1), TokenNumber(1));

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(second)
    }

    fn noted(readings: &[(i64, i64)]) -> (Clocks, Vec<i64>) {
        let mut clocks = Clocks::default();
        let warned = readings
            .iter()
            .filter_map(|(seconds, second)| clocks.note(TOKEN, Reading::of(*seconds, at(*second))))
            .map(|skew| skew.seconds)
            .collect();
        (clocks, warned)
    }

    #[test]
    fn the_last_is_the_newest_and_the_worst_the_furthest_off_either_way() {
        let (clocks, _) = noted(&[(2, 100), (-9, 200), (9, 250), (1, 300), (5, 150)]);
        let clock = clocks.of(TOKEN).unwrap();
        assert_eq!(clock.last, ClockSkew { seconds: 1, at: at(300) });
        assert_eq!(clock.worst, ClockSkew { seconds: -9, at: at(200) });
        assert_eq!(clocks.of((AccountNumber(2), TokenNumber(1))), None);
    }

    #[test]
    fn a_clock_is_warned_of_once_an_hour_and_only_beyond_a_minute() {
        assert!(noted(&[(60, 100), (-60, 200)]).1.is_empty());
        let hour = [(61, 100), (90, 3_699), (-75, 3_700), (80, 7_299), (3, 8_000), (62, 9_000)];
        assert_eq!(noted(&hour).1, [61, -75, 62]);
    }

    #[test]
    fn a_flood_of_good_tokens_leaves_nothing_to_be_written() {
        let mut clocks = Clocks::default();
        for number in 0..10_000 {
            let token = (AccountNumber(1), TokenNumber(number));
            assert_eq!(clocks.note(token, Reading::of(60, at(100))), None);
        }
        assert_eq!(clocks.take_unwritten(usize::MAX), []);
        clocks.note(TOKEN, Reading::of(61, at(100)));
        assert_eq!(clocks.take_unwritten(usize::MAX).len(), 1);
        // From then on its good hours are of interest, too.
        clocks.note(TOKEN, Reading::of(1, at(200)));
        assert_eq!(clocks.take_unwritten(usize::MAX)[0].last.seconds, 1);
        assert_eq!(clocks.take_unwritten(usize::MAX), []);
    }

    #[test]
    fn what_is_written_at_once_is_bounded_and_nothing_is_left_out() {
        let mut clocks = Clocks::default();
        for number in 0..2_500 {
            clocks.note((AccountNumber(1), TokenNumber(number)), Reading::of(75, at(100)));
        }
        let first = clocks.take_unwritten(1_000);
        clocks.put_back(&first);
        let sizes: Vec<_> = (0..4).map(|_| clocks.take_unwritten(1_000).len()).collect();
        assert_eq!(sizes, [1_000, 1_000, 500, 0]);
    }

    #[test]
    fn what_was_written_is_taken_over_and_yields_to_what_is_newer() {
        let (mut clocks, _) = noted(&[(3, 500)]);
        let skew = |seconds, second| ClockSkew { seconds, at: at(second) };
        let written = |token: Token, last| TokenClock {
            account: token.0,
            token: token.1,
            last,
            worst: skew(-75, 90),
        };
        let other = (AccountNumber(1), TokenNumber(2));
        clocks.recall(vec![written(TOKEN, skew(8, 100)), written(other, skew(8, 100))]);
        assert_eq!(clocks.of(TOKEN), Some(written(TOKEN, skew(3, 500))));
        assert_eq!(clocks.of(other), Some(written(other, skew(8, 100))));
    }
}
