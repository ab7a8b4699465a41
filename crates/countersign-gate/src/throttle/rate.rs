//! Requests a second, by the generic cell rate algorithm: each request moves a sender's next due
//! time on by one interval, and may come so much earlier as a burst allows.
//!
//! Ours, since it is forty lines, and the library for it brings fifteen crates and second copies of
//! two that are here already.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// So many in so much time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests.
    pub requests: u32,
    /// In this time.
    pub per: Duration,
    /// So many at once, after a pause.
    pub burst: u32,
}

const SHARDS: usize = 64;
/// Senders that a shard tells apart. Those who are forgotten for lack of room begin anew.
const TOLD_APART: usize = 4_096;

pub(super) struct Rates<K> {
    interval: Duration,
    burst: Duration,
    // Until when each has used up what it may.
    shards: Vec<Mutex<HashMap<K, Instant>>>,
    hasher: RandomState,
}

impl<K: Eq + Hash + Clone> Rates<K> {
    pub(super) fn new(rate: Rate) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        let interval = rate.per / rate.requests.max(1);
        Self { interval, burst: interval * rate.burst, shards, hasher: RandomState::new() }
    }

    /// Lets one through, or says how long it has to wait until the next is.
    pub(super) fn admit(&self, who: K, now: Instant) -> Result<(), Duration> {
        let at = self.hasher.hash_one(&who) as usize % SHARDS;
        let Some(shard) = self.shards.get(at) else { return Ok(()) };
        let mut shard = shard.lock().unwrap_or_else(|held| held.into_inner());
        if shard.len() >= TOLD_APART && !shard.contains_key(&who) {
            make_room(&mut shard, now);
        }
        let due = shard.entry(who).or_insert(now);
        let next = (*due).max(now) + self.interval;
        let wait = next.saturating_duration_since(now + self.burst);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        *due = next;
        Ok(())
    }
}

/// Forgets who has used up nothing. Where that is nobody, all: a flood of senders must not cost
/// memory, and each of them gets a burst more at most.
fn make_room<K: Eq + Hash>(shard: &mut HashMap<K, Instant>, now: Instant) {
    shard.retain(|_, due| *due > now);
    if shard.len() >= TOLD_APART {
        shard.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(rates: &Rates<u32>, who: u32, now: Instant) -> usize {
        (0..100).filter(|_| rates.admit(who, now).is_ok()).count()
    }

    #[test]
    fn each_sender_has_a_burst_and_then_its_rate() {
        let rates = Rates::new(Rate { requests: 10, per: Duration::from_secs(1), burst: 10 });
        let start = Instant::now();
        assert_eq!(admitted(&rates, 1, start), 10);
        assert_eq!(admitted(&rates, 2, start), 10, "another one");
        let wait = rates.admit(1, start + Duration::from_millis(30));
        assert_eq!(wait, Err(Duration::from_millis(70)));
        assert_eq!(admitted(&rates, 1, start + Duration::from_millis(99)), 0);
        assert_eq!(admitted(&rates, 1, start + Duration::from_millis(100)), 1);
        assert_eq!(admitted(&rates, 1, start + Duration::from_millis(400)), 3);
        assert_eq!(
            admitted(&rates, 1, start + Duration::from_secs(60)),
            10,
            "no more than a burst"
        );
    }

    #[test]
    fn the_memory_for_senders_is_bounded() {
        let rates = Rates::new(Rate { requests: 1, per: Duration::from_secs(1), burst: 1 });
        let now = Instant::now();
        for who in 0..1_000_000 {
            assert_eq!(rates.admit(who, now), Ok(()));
        }
        let kept: usize = rates.shards.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert!(kept <= SHARDS * TOLD_APART);
    }
}
