//! Whether requests should be sent here: the checks, and what each says to whom.
//!
//! A prober is a stranger: it is told which check does not hold, and in a few words why. Paths,
//! causes of the operating system and numbers are for the log; until when it must wait is not.

use std::fmt;

use countersign_model::Timestamp;
use countersign_telemetry::metrics::{Check, Label};
use serde_json::{Map, Value, json};

/// What is found.
pub(super) struct Condition {
    pub(super) now: Timestamp,
    /// The clock is after the program's release.
    pub(super) is_plausible: bool,
    /// The oldest admissible second.
    pub(super) floor: i64,
    /// All timestamps up to here are refused since the start, and it has not passed.
    pub(super) boundary: Option<i64>,
    pub(super) journal: bool,
    pub(super) trail: bool,
    pub(super) serving: bool,
}

const EARLY: &str = "the clock is before this program was released: set it";
const SET_BACK: &str =
    "the clock was ahead and was set back: all requests are refused until it is there again";
const JOURNAL: &str = "what is admitted can't be remembered, so nothing is: free space on the disk \
                       of the data folder, or make it writable";
const TRAIL: &str = "the login trail can't be written, so nothing is admitted: free space on the \
                     disk of the data folder, or make it writable";
const STOPPING: &str = "the server is stopping: send requests to another one";

/// All checks, each with why it does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Readiness([(Check, Option<Why>); 6]);

/// Why a check does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Said(&'static str),
    /// Until this second is over nobody is admitted.
    Boundary(Timestamp),
}

impl Readiness {
    pub(super) fn of(condition: &Condition) -> Self {
        let clock = if !condition.is_plausible {
            Some(EARLY)
        } else if condition.floor > condition.now.seconds() {
            Some(SET_BACK)
        } else {
            None
        };
        let unless = |holds: bool, sentence| (!holds).then_some(Why::Said(sentence));
        let boundary =
            condition.boundary.map(|until| Why::Boundary(Timestamp::from_seconds(until)));
        Self([
            // Who answers has loaded it: the listener opens after that.
            (Check::Directory, None),
            (Check::Clock, clock.map(Why::Said)),
            (Check::ReplayJournal, unless(condition.journal, JOURNAL)),
            (Check::RestartBoundary, boundary),
            (Check::Trail, unless(condition.trail, TRAIL)),
            (Check::Serving, unless(condition.serving, STOPPING)),
        ])
    }

    /// Each check, with why it does not hold.
    pub(super) fn checks(&self) -> impl Iterator<Item = (Check, Option<Why>)> {
        self.0.into_iter()
    }

    /// Whether all hold.
    pub(crate) fn is_ready(&self) -> bool {
        self.0.iter().all(|(_, fault)| fault.is_none())
    }

    /// For who asks.
    pub(crate) fn to_json(self) -> Value {
        let said =
            |fault: Option<Why>| fault.map_or_else(|| "ok".to_owned(), |why| why.to_string());
        let named = |(check, fault)| (name(check).to_owned(), Value::from(said(fault)));
        let checks: Map<String, Value> = self.checks().map(named).collect();
        json!({ "ready": self.is_ready(), "checks": checks })
    }

    /// Tells the log what is different from `before`.
    pub(super) fn told_since(self, before: &Self) -> Self {
        for ((check, fault), (_, earlier)) in self.checks().zip(before.checks()) {
            match fault {
                _ if fault == earlier => {}
                Some(why) => tracing::warn!(check = name(check), %why, "not ready"),
                None => tracing::info!(check = name(check), "ready again"),
            }
        }
        self
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Said(sentence) => f.write_str(sentence),
            Self::Boundary(until) => write!(
                f,
                "what was admitted before the restart is not known to the end: all timestamps up \
                 to {until} are refused; this server is ready when that second is over"
            ),
        }
    }
}

fn name(check: Check) -> &'static str {
    Check::VALUES[check.index()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Condition {
        Condition {
            now: Timestamp::from_seconds(1_800_000_000),
            is_plausible: true,
            floor: 1_799_999_700,
            boundary: None,
            journal: true,
            trail: true,
            serving: true,
        }
    }

    #[test]
    fn a_server_of_which_all_checks_hold_is_ready() {
        let readiness = Readiness::of(&good());
        assert!(readiness.is_ready());
        let checks = json!({
            "directory": "ok", "clock": "ok", "replay_journal": "ok", "restart_boundary": "ok",
            "trail": "ok", "serving": "ok",
        });
        assert_eq!(readiness.to_json(), json!({ "ready": true, "checks": checks }));
        // Nothing was ever admitted.
        assert!(Readiness::of(&Condition { floor: i64::MIN, ..good() }).is_ready());
    }

    #[test]
    fn each_check_that_does_not_hold_is_named_with_what_to_do() {
        for (condition, check, words) in [
            (Condition { is_plausible: false, ..good() }, "clock", "set it"),
            (Condition { floor: 1_800_000_001, ..good() }, "clock", "set back"),
            (Condition { journal: false, ..good() }, "replay_journal", "free space"),
            (
                Condition { boundary: Some(1_800_000_300), ..good() },
                "restart_boundary",
                "up to 2027-01-15T08:05:00Z are refused",
            ),
            (Condition { trail: false, ..good() }, "trail", "free space"),
            (Condition { serving: false, ..good() }, "serving", "another one"),
        ] {
            let readiness = Readiness::of(&condition);
            assert!(!readiness.is_ready());
            let json = readiness.to_json();
            assert_eq!(json["ready"], false);
            for (name, said) in json["checks"].as_object().unwrap() {
                let said = said.as_str().unwrap();
                let is_right = if name == check { said.contains(words) } else { said == "ok" };
                assert!(is_right, "{name}: {said}");
                assert!(!said.contains('/'), "no path for strangers: {said}");
            }
        }
    }
}
