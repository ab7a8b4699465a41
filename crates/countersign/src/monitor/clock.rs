//! Whether the clock was set while the program runs.

use std::time::Duration;

use countersign_model::Timestamp;

/// A smaller difference may be a pause between two looks at two clocks.
const NOTABLE: i64 = 5;

/// Compares the clock with time since the machine was started, which nobody sets and which goes on
/// while the machine sleeps.
#[derive(Default)]
pub(super) struct ClockWatch {
    /// Seconds between the two.
    difference: Option<i64>,
}

impl ClockWatch {
    /// By how many seconds the clock was set since the last look: forward, or (negative) back.
    pub(super) fn look(&mut self, now: Timestamp, since_boot: Duration) -> Option<i64> {
        let since_boot = i64::try_from(since_boot.as_secs()).unwrap_or(i64::MAX);
        let difference = now.seconds().saturating_sub(since_boot);
        let before = self.difference.replace(difference)?;
        let step = difference.saturating_sub(before);
        (step.unsigned_abs() >= NOTABLE.unsigned_abs()).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_runs_is_not() {
        let mut watch = ClockWatch::default();
        let mut look = |clock: i64, boot| {
            watch.look(Timestamp::from_seconds(1_800_000_000 + clock), Duration::from_secs(boot))
        };
        assert_eq!(look(0, 50), None);
        assert_eq!(look(1, 51), None);
        assert_eq!(look(3, 52), None, "rounding");
        // A machine that slept an hour: both went on.
        assert_eq!(look(3_603, 3_652), None);
        assert_eq!(look(7_204, 3_653), Some(3_600));
        assert_eq!(look(7_205, 3_654), None, "once");
        assert_eq!(look(3_606, 3_655), Some(-3_600));
    }
}
