//! The list of measurements, and running one in a process of its own: with a fresh heap, and
//! nothing left in memory by the one before.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bench::Bench;
use crate::report::Row;
use crate::{
    assertion, child, decision, flood, gate, memory, record, replay, scale, search, steps, ways,
};

/// Longer than the slowest of them takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

pub(crate) struct Measurement {
    /// The name of its first row.
    pub(crate) name: &'static str,
    pub(crate) run: fn(&mut Bench) -> Result<()>,
    allocator: Allocator,
}

#[derive(Clone, Copy)]
enum Allocator {
    Shipped,
    Counting,
}

impl Measurement {
    const fn timed(name: &'static str, run: fn(&mut Bench) -> Result<()>) -> Self {
        Self { name, run, allocator: Allocator::Shipped }
    }

    const fn counted(name: &'static str, run: fn(&mut Bench) -> Result<()>) -> Self {
        Self { name, run, allocator: Allocator::Counting }
    }

    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|measurement| measurement.name == name)
    }
}

pub(crate) const ALL: &[Measurement] = &[
    Measurement::timed("decision_over_hmac", decision::in_memory),
    Measurement::timed("decision_with_journal_over_hmac", decision::with_journal),
    Measurement::timed("steps", steps::run),
    Measurement::counted("allocations_per_decision", decision::allocations),
    Measurement::timed("bytes_per_token", memory::resident),
    Measurement::counted("bytes_per_token_asked_for", memory::asked_for),
    Measurement::timed("replay_bytes_per_request", replay::memory),
    Measurement::timed("replay_reload_seconds", replay::reload),
    Measurement::timed("decision_1m_over_1k", scale::run),
    Measurement::timed("startup_1m_seconds", record::run),
    Measurement::timed("gate_over_hello", gate::run),
    Measurement::timed("assertion_made_us", assertion::run),
    Measurement::timed("tls_over_plain", ways::run),
    Measurement::counted("allocations_per_proxied_request", ways::allocations),
    Measurement::timed("explanation_search_ms", search::run),
    Measurement::timed("good_p99_under_wrong_flood", flood::run),
];

pub(crate) fn names() -> Vec<&'static str> {
    ALL.iter().map(|measurement| measurement.name).collect()
}

/// Runs a measurement in a child; gives its rows.
pub(crate) fn in_own_process(measurement: &Measurement, scratch: &Path) -> Result<Vec<Row>> {
    eprintln!("== {}", measurement.name);
    let began = Instant::now();
    let program = match measurement.allocator {
        Allocator::Shipped => child::this_program()?,
        Allocator::Counting => child::this_program()?.with_file_name("countersign-bench-counted"),
    };
    let room = tempfile::tempdir_in(scratch).context("can't make a folder to measure in")?;
    let result = room.path().join("rows.json");
    let mut command = Command::new(&program);
    command.args(["measure", measurement.name, "--scratch"]).arg(room.path());
    command.arg("--result").arg(&result);
    let status = child::Child::start(&mut command)?.wait(PATIENCE)?;
    ensure!(status.success(), "{} ended with {status}", measurement.name);
    let rows = fs::read(&result).context("a measurement left no rows")?;
    eprintln!("== {}: {:.0} s", measurement.name, began.elapsed().as_secs_f64());
    serde_json::from_slice(&rows).context("the rows of a measurement can't be read")
}
