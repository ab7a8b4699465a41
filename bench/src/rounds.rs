//! Time: how long something takes, told by the median of rounds.

use std::time::Instant;

/// What each round gave, such as nanoseconds per request.
#[derive(Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn push(&mut self, sample: f64) {
        self.0.push(sample);
    }

    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Where the middle half of the rounds lies: how much to believe the median.
    pub(crate) fn middle_half(&self) -> String {
        format!("middle half {:.0} to {:.0}", self.quantile(0.25), self.quantile(0.75))
    }

    pub(crate) fn p99(&self) -> f64 {
        self.quantile(0.99)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let place = (last as f64 * part).round() as usize;
        sorted.get(place).copied().unwrap_or(f64::NAN)
    }
}

/// Nanoseconds that `work` takes.
pub(crate) fn nanoseconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as f64
}

/// Does both, the second one first in every other turn, so that neither has the better place.
pub(crate) fn in_turns(turn: usize, first: impl FnOnce(), second: impl FnOnce()) {
    if turn.is_multiple_of(2) {
        first();
        second();
    } else {
        second();
        first();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_of_the_rounds() {
        let mut samples = Samples::default();
        for sample in [9.0, 1.0, 5.0, 100.0, 2.0] {
            samples.push(sample);
        }
        assert_eq!(samples.median(), 5.0);
        assert_eq!(samples.middle_half(), "middle half 2 to 9");
    }
}
