//! Whether the server stays as it is: the last quarter of a run against the quarter before it.
//!
//! By medians: allocators take memory from the system in steps of half a MiB and more, so a line
//! through the samples says where the last step was rather than what grows.

use std::fmt;
use std::time::Duration;

use super::watch::Sample;

/// Of growth, in KiB a minute: below it is no leak that we can tell. Fragments come and go.
const FLAT: f64 = 128.0;
/// In minutes: in the second half of less than that something may grow by design.
pub(super) const WHOLE: u64 = 10;
/// By how many descriptors a peak may be above the one before: who connects together is chance.
const PEAKS_APART: f64 = 16.0;

/// What two quarters of a run say.
#[derive(Debug)]
pub(super) struct Verdict {
    minutes: u64,
    /// Medians of the memory that is no part of a file, in KiB. Pages of files, such as the
    /// program's own, come and go with what else the machine does.
    memory: [f64; 2],
    /// The most descriptors.
    descriptors: [f64; 2],
    unexpected: Option<u64>,
}

impl Verdict {
    /// Of a run of that many minutes.
    pub(super) fn of(minutes: u64, samples: &[Sample]) -> Self {
        let quarter = Duration::from_secs(minutes * 15);
        let (third, last): (Vec<&Sample>, Vec<&Sample>) = samples
            .iter()
            .filter(|sample| sample.at >= 2 * quarter)
            .partition(|sample| sample.at < 3 * quarter);
        let quarters = [third, last];
        let memory = |part: &Vec<&Sample>| median(part.iter().map(|it| it.own_kib).collect());
        let peak = |part: &Vec<&Sample>| part.iter().map(|it| it.descriptors).fold(0.0, f64::max);
        Self {
            minutes,
            memory: quarters.each_ref().map(memory),
            descriptors: quarters.each_ref().map(peak),
            unexpected: samples.last().map(|sample| sample.unexpected),
        }
    }

    /// What must not be.
    pub(super) fn faults(&self) -> Vec<&'static str> {
        let [before, after] = self.descriptors;
        let is_whole = self.is_whole();
        [
            (is_whole && self.growth() > self.limit(), "the server's memory grows"),
            (is_whole && after - before > PEAKS_APART, "the server holds ever more descriptors"),
            (self.unexpected != Some(0), "some answers were not those that were expected"),
        ]
        .into_iter()
        .filter_map(|(is_so, fault)| is_so.then_some(fault))
        .collect()
    }

    fn is_whole(&self) -> bool {
        self.minutes >= WHOLE
    }

    fn growth(&self) -> f64 {
        self.memory[1] - self.memory[0]
    }

    /// Of the growth, in KiB: from the middle of one quarter to that of the next.
    fn limit(&self) -> f64 {
        FLAT * self.minutes as f64 / 4.0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([before, after], [peak, next]) = (self.memory, self.descriptors);
        let (growth, limit) = (self.growth(), self.limit());
        writeln!(
            f,
            "the third quarter, and the last: RssAnon {before:.0} and {after:.0} KiB (medians), \
             {growth:+.0}, flat is at most {limit:+.0}; descriptors {peak} and {next} (peaks), \
             level is at most {PEAKS_APART:+}"
        )?;
        let faults = self.faults();
        match (faults.is_empty(), self.is_whole()) {
            (true, true) => f.write_str("flat"),
            (false, true) => write!(f, "NOT FLAT: {}", faults.join("; ")),
            (is_well, false) => {
                write!(
                    f,
                    "too short to judge: in less than {WHOLE} minutes memory grows by design"
                )?;
                if is_well { Ok(()) } else { write!(f, "; but {}", faults.join("; ")) }
            }
        }
    }
}

/// Of none: 0.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values[..] {
        [] => 0.0,
        _ if values.len().is_multiple_of(2) => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A look each ten seconds.
    fn run(minutes: u64, of: impl Fn(u64) -> (f64, f64)) -> Vec<Sample> {
        let sample = |second| {
            let (own_kib, descriptors) = of(second);
            Sample { at: Duration::from_secs(second), own_kib, descriptors, ..Sample::default() }
        };
        (0..=minutes * 6).map(|turn| sample(turn * 10)).collect()
    }

    fn grown(minutes: u64, by: f64) -> Vec<&'static str> {
        let last = minutes * 45;
        let memory = |second| if second < last { 20_000.0 } else { 20_000.0 + by };
        Verdict::of(minutes, &run(minutes, |second| (memory(second), 200.0))).faults()
    }

    #[test]
    fn a_quarter_may_be_as_much_above_the_one_before_as_it_has_minutes() {
        assert!(grown(20, 640.0).is_empty());
        assert_eq!(grown(20, 641.0), ["the server's memory grows"]);
        assert!(grown(10, 320.0).is_empty());
        assert_eq!(grown(10, 321.0), ["the server's memory grows"]);
        assert!(grown(20, -5_000.0).is_empty());
    }

    #[test]
    fn growth_in_the_first_half_is_by_design() {
        let memory = |second: u64| second.min(600) as f64 * 100.0;
        assert!(Verdict::of(20, &run(20, |second| (memory(second), 200.0))).faults().is_empty());
    }

    #[test]
    fn a_step_at_an_edge_does_not_decide() {
        // The slope through the second half is more than 128 KiB a minute with each of them.
        for early in [600..700, 800..900, 1_110..1_201] {
            let memory = |second| if early.contains(&second) { 24_000.0 } else { 20_000.0 };
            let samples = run(20, |second| (memory(second), 200.0));
            assert!(Verdict::of(20, &samples).faults().is_empty(), "{early:?}");
        }
    }

    #[test]
    fn steady_growth_is_seen() {
        let faults = |kib_a_minute: f64| {
            let memory = |second: u64| second as f64 / 60.0 * kib_a_minute;
            Verdict::of(20, &run(20, |second| (memory(second), 200.0))).faults()
        };
        assert!(faults(100.0).is_empty());
        assert_eq!(faults(140.0), ["the server's memory grows"]);
    }

    #[test]
    fn peaks_of_descriptors_are_level() {
        let peak = |last: f64| {
            let descriptors = |second| match second {
                700 => 230.0,
                1_000 => last,
                _ => 200.0,
            };
            Verdict::of(20, &run(20, |second| (20_000.0, descriptors(second)))).faults()
        };
        assert!(peak(246.0).is_empty());
        assert_eq!(peak(247.0), ["the server holds ever more descriptors"]);
    }

    #[test]
    fn an_unexpected_answer_is_a_fault_of_any_run() {
        let mut samples = run(1, |_| (20_000.0, 200.0));
        assert!(Verdict::of(1, &samples).faults().is_empty());
        samples[6].unexpected = 1;
        let expected = ["some answers were not those that were expected"];
        assert_eq!(Verdict::of(1, &samples).faults(), expected);
        assert_eq!(Verdict::of(1, &[]).faults(), expected);
    }

    #[test]
    fn a_short_run_is_not_judged_by_its_memory() {
        assert!(grown(9, 9_000.0).is_empty());
        let said = |minutes, unexpected| {
            let mut samples = run(minutes, |_| (1.0, 1.0));
            samples.last_mut().unwrap().unexpected = unexpected;
            let said = Verdict::of(minutes, &samples).to_string();
            said.lines().last().unwrap().to_owned()
        };
        let short = "too short to judge: in less than 10 minutes memory grows by design";
        assert_eq!(said(9, 0), short);
        let fault = "some answers were not those that were expected";
        assert_eq!(said(9, 1), format!("{short}; but {fault}"));
        assert_eq!(said(10, 0), "flat");
        assert_eq!(said(10, 1), format!("NOT FLAT: {fault}"));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![9.0, 1.0, 2.0, 4.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
