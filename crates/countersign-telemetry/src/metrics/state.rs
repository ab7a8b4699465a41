//! What is read when somebody asks: how full, how far behind, how healthy.

use std::sync::atomic::Ordering::Relaxed;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::declaration::{Declaration, Group, Kind, of};
use super::gate::gauge;
use super::label::label;
use super::table::Table;

label! {
    /// What readiness is made of; the same names are in `/countersign/health/ready`.
    Check("check") {
        /// Everything that a verdict needs is in memory.
        Directory = "directory",
        /// The clock can be right.
        Clock = "clock",
        /// What is admitted can be remembered.
        ReplayJournal = "replay_journal",
        /// No start is so near that timestamps of now are refused.
        RestartBoundary = "restart_boundary",
        /// Attempts can be recorded.
        Trail = "trail",
        /// The server was not told to stop.
        Serving = "serving",
    }
}

label! {
    /// What the directory holds.
    Entry("kind") {
        /// Accounts.
        Account = "account",
        /// Integration records.
        Integration = "integration",
        /// Integrations in accounts.
        Installation = "installation",
        /// Users in a role.
        Login = "login",
        /// Access tokens, revoked ones as well.
        Token = "token",
    }
}

label! {
    /// What waits to be written to the login trail.
    Waiting("kind") {
        /// Refusals, whose answers wait with them.
        Refusal = "refusal",
        /// Admissions.
        Admission = "admission",
    }
}

const CHECKS: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_check",
    "Whether a check of `/countersign/health/ready` holds: 1, or 0",
)
.labels(&[of::<Check>()])
.alarm("0 for a minute: `/countersign/health/ready` and the log say what to do");
const MARKS: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_marks",
    "Admitted requests that the replay memory holds",
);
const MARKS_CAPACITY: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_marks_capacity",
    "How many it can hold; one token may have a sixteenth",
)
.alarm("`countersign_replay_marks` above 80 % of it: raise it before requests are refused");
const JOURNAL: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_journal_unsynced",
    "The part of the replay journal that is in files still written to: safe from a crash of the \
     program, not of the machine",
)
.unit("bytes");
const MARK_AHEAD: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_mark_ahead",
    "How far ahead of the clock timestamps would be refused after a crash of the machine",
)
.unit("seconds");
const FLOOR: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_floor_behind",
    "How far behind the clock the oldest admissible timestamp is",
)
.unit("seconds")
.alarm("below 0: the clock was set back, and everything is refused until it is there again");
const BOUNDARY: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_replay_boundary_ahead",
    "How far ahead of the clock timestamps are refused, since the last start can't know what was \
     admitted before it; 0: they are not. Until then nobody is admitted",
)
.unit("seconds")
.alarm(
    "above 0 in more servers than may be left out at a time: start the next one when it is 0 \
     again; above 600: the clock was ahead",
);
const TRAIL: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_trail_waiting",
    "Attempts that wait to be written to the login trail",
)
.labels(&[of::<Waiting>()])
.alarm("rises for a minute: the disk of the data folder is slow or full");
const EXPLANATIONS: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_explanations_waiting",
    "Refusals that wait to be explained",
);
const EXPLANATIONS_DROPPED: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_explanations_dropped",
    "Refusals that are not explained since too many waited",
);
const DIRECTORY: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_directory_entries",
    "What the directory in memory holds",
)
.labels(&[of::<Entry>()]);
const DISK_FREE: Declaration = Declaration::new(
    Kind::Gauge,
    "countersign_data_disk_free",
    "Free space on the disk of the data folder, as this user may use it",
)
.unit("bytes")
.alarm("enough for less than a day: when it is full, nothing is admitted");
const DISK_SIZE: Declaration =
    Declaration::new(Kind::Gauge, "countersign_data_disk", "Size of the disk of the data folder")
        .unit("bytes");
const CLOCK_STEPS: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_clock_steps",
    "How often the clock was set, forward or back, by more than five seconds",
)
.alarm("rises: time synchronisation does not work, or somebody sets the clock by hand");
const TRACES_LOST: Declaration = Declaration::new(
    Kind::Counter,
    "countersign_trace_exports_failed",
    "Sendings of traces that the collector did not take",
);

pub(super) const GROUP: Group = Group {
    title: "State",
    families: &[
        CHECKS,
        MARKS,
        MARKS_CAPACITY,
        JOURNAL,
        MARK_AHEAD,
        FLOOR,
        BOUNDARY,
        TRAIL,
        EXPLANATIONS,
        EXPLANATIONS_DROPPED,
        DIRECTORY,
        DISK_FREE,
        DISK_SIZE,
        CLOCK_STEPS,
        TRACES_LOST,
    ],
};

/// Gauges that are set before they are shown. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct StateMetrics {
    checks: Table<Check, Gauge>,
    marks: Gauge,
    marks_capacity: Gauge,
    journal: Gauge,
    mark_ahead: Gauge,
    floor: Gauge,
    boundary: Gauge,
    trail: Table<Waiting, Gauge>,
    explanations: Gauge,
    explanations_dropped: Counter,
    directory: Table<Entry, Gauge>,
    disk_free: Gauge,
    disk_size: Gauge,
    clock_steps: Counter,
    traces_lost: Counter,
}

impl StateMetrics {
    /// Has `registry` serve all of them.
    pub fn register(&self, registry: &mut Registry) {
        CHECKS.register(registry, self.checks.clone());
        MARKS.register(registry, self.marks.clone());
        MARKS_CAPACITY.register(registry, self.marks_capacity.clone());
        JOURNAL.register(registry, self.journal.clone());
        MARK_AHEAD.register(registry, self.mark_ahead.clone());
        FLOOR.register(registry, self.floor.clone());
        BOUNDARY.register(registry, self.boundary.clone());
        TRAIL.register(registry, self.trail.clone());
        EXPLANATIONS.register(registry, self.explanations.clone());
        EXPLANATIONS_DROPPED.register(registry, self.explanations_dropped.clone());
        DIRECTORY.register(registry, self.directory.clone());
        DISK_FREE.register(registry, self.disk_free.clone());
        DISK_SIZE.register(registry, self.disk_size.clone());
        CLOCK_STEPS.register(registry, self.clock_steps.clone());
        TRACES_LOST.register(registry, self.traces_lost.clone());
    }

    /// Whether a check holds.
    pub fn check(&self, check: Check, holds: bool) {
        self.checks.at(check).set(i64::from(holds));
    }

    /// What the replay memory holds, and can.
    pub fn replay_memory(&self, held: usize, capacity: usize) {
        self.marks.set(gauge(held));
        self.marks_capacity.set(gauge(capacity));
    }

    /// Bytes in the replay journal's open files; seconds from now to the reserved mark, and from
    /// the oldest admissible second to now. `None`: there is no such second yet.
    pub fn replay_journal(&self, unsynced: u64, mark_ahead: Option<i64>, behind: Option<i64>) {
        self.journal.set(i64::try_from(unsynced).unwrap_or(i64::MAX));
        self.mark_ahead.set(mark_ahead.unwrap_or_default());
        self.floor.set(behind.unwrap_or_default());
    }

    /// Seconds from now to the restart boundary. `None`: it has passed, or there is none.
    pub fn replay_boundary(&self, ahead: Option<i64>) {
        self.boundary.set(ahead.unwrap_or_default());
    }

    /// What waits to be written to the trail.
    pub fn trail(&self, waiting: Waiting, count: usize) {
        self.trail.at(waiting).set(gauge(count));
    }

    /// Refusals that wait to be explained, and those of this process that never will be.
    pub fn explanations(&self, waiting: usize, dropped: u64) {
        self.explanations.set(gauge(waiting));
        // Counted elsewhere, and read by several at a time: it only rises.
        self.explanations_dropped.inner().fetch_max(dropped, Relaxed);
    }

    /// What the directory holds of a kind.
    pub fn directory(&self, entry: Entry, count: usize) {
        self.directory.at(entry).set(gauge(count));
    }

    /// The disk of the data folder.
    pub fn disk(&self, free: u64, size: u64) {
        self.disk_free.set(i64::try_from(free).unwrap_or(i64::MAX));
        self.disk_size.set(i64::try_from(size).unwrap_or(i64::MAX));
    }

    /// The clock was set.
    pub fn clock_stepped(&self) {
        self.clock_steps.inc();
    }

    /// A sending of traces was not taken.
    pub fn traces_lost(&self) {
        self.traces_lost.inc();
    }
}
