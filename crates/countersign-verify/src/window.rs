//! The clock window: how far `oauth_timestamp` may be from our clock.

/// How many seconds a timestamp may be off, each way, and still be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance(u32);

impl Tolerance {
    /// Five minutes, as documented for Token-Based Authentication.
    pub const DEFAULT: Self = Self(300);

    /// A tolerance of `seconds` each way.
    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    /// Its seconds, each way.
    pub const fn as_seconds(self) -> u32 {
        self.0
    }

    /// Whether a timestamp of `signed_at` seconds may be admitted at `now` seconds.
    ///
    /// # Errors
    /// [`OutsideWindow`] with the skew.
    pub fn check(self, signed_at: i64, now: i64) -> Result<(), OutsideWindow> {
        let skew = signed_at.saturating_sub(now);
        if skew.unsigned_abs() <= u64::from(self.0) { Ok(()) } else { Err(OutsideWindow { skew }) }
    }
}

/// A timestamp outside the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutsideWindow {
    /// Seconds that the caller's clock is ahead of ours; negative: behind.
    pub skew: i64,
}

/// Seconds that a clock may be off without a word. One that is kept by NTP is never off by so
/// much; one that isn't is on its way out of the window.
pub const NOTABLE_SKEW: u64 = 60;

/// Whether somebody should be told of a clock that is off by so many seconds, either way.
pub fn is_notable_skew(seconds: i64) -> bool {
    seconds.unsigned_abs() > NOTABLE_SKEW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_ends_after_300_seconds_on_either_side() {
        for off in [299, 300] {
            assert_eq!(Tolerance::DEFAULT.check(1000 + off, 1000), Ok(()));
            assert_eq!(Tolerance::DEFAULT.check(1000 - off, 1000), Ok(()));
        }
        assert_eq!(Tolerance::DEFAULT.check(1301, 1000), Err(OutsideWindow { skew: 301 }));
        assert_eq!(Tolerance::DEFAULT.check(699, 1000), Err(OutsideWindow { skew: -301 }));
    }

    #[test]
    fn absurd_timestamps_do_not_overflow() {
        assert!(Tolerance::DEFAULT.check(i64::MAX, i64::MIN).is_err());
        assert!(Tolerance::DEFAULT.check(i64::MIN, i64::MAX).is_err());
    }
}
