//! A clock that is set by hand.

use std::sync::atomic::{AtomicI64, Ordering};

use countersign_model::{Clock, Timestamp};

/// A clock that stands still until it is moved.
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// Stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.millis()))
    }

    /// Moves it, forward or back.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
