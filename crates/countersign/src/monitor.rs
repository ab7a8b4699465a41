//! How the server is: for health checks, metrics and the log.
//!
//! Belongs here: asking all parts, and looking after them once a second. Does not: what a check
//! says (see `readiness`), who may ask (`own_paths`).

mod clock;
mod process;
mod readiness;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use countersign_gate::Gate;
use countersign_model::Clock;
use countersign_telemetry::metrics::{
    AttemptMetrics, Entry, GateMetrics, ProcessMetrics, Registry, StateMetrics, Waiting, encode,
};
use countersign_trail::{Attempts, Backlog, ExplanationQueue};
use countersign_verify::{DirectorySizes, Verifier};
use tokio::time::MissedTickBehavior;

use crate::{system, version};
use clock::ClockWatch;

use readiness::Condition;
pub(crate) use readiness::Readiness;

/// Whether the replay folder can be written is tried this often, in seconds; each second while it
/// can't.
const PROBE_SECONDS: u64 = 10;
/// The cause of a failure that lasts is told again after so many seconds.
const TELL_SECONDS: u64 = 60;

/// Whom it asks.
pub(crate) struct Sources {
    verifier: Arc<Verifier>,
    attempts: Arc<Attempts>,
    explanations: Arc<ExplanationQueue>,
    clock: Arc<dyn Clock>,
    folder: PathBuf,
}

impl Sources {
    pub(crate) fn new(
        verifier: &Arc<Verifier>,
        attempts: &Arc<Attempts>,
        explanations: &Arc<ExplanationQueue>,
        clock: &Arc<dyn Clock>,
        folder: PathBuf,
    ) -> Self {
        Self {
            verifier: verifier.clone(),
            attempts: attempts.clone(),
            explanations: explanations.clone(),
            clock: clock.clone(),
            folder,
        }
    }
}

/// Knows how the server is.
pub(crate) struct Monitor {
    sources: Sources,
    serving: AtomicBool,
    registry: Registry,
    gate: GateMetrics,
    measured: OnceLock<Gate>,
    attempts: AttemptMetrics,
    state: StateMetrics,
    process: ProcessMetrics,
}

impl Monitor {
    /// Made when everything is loaded. `state` counts since the start of the program.
    pub(crate) fn new(sources: Sources, state: StateMetrics) -> Self {
        let mut registry = Registry::default();
        let (gate, attempts) = (GateMetrics::default(), AttemptMetrics::default());
        let process = ProcessMetrics::default();
        gate.register(&mut registry);
        attempts.register(&mut registry);
        state.register(&mut registry);
        process.register(version::BUILD, &mut registry);
        process.started(sources.clock.now().seconds());
        let serving = AtomicBool::new(true);
        let measured = OnceLock::new();
        Self { sources, serving, registry, gate, measured, attempts, state, process }
    }

    /// The gate that is measured, too.
    pub(crate) fn attend(&self, gate: &Gate) {
        // There is one for each monitor.
        let _ = self.measured.set(gate.clone());
    }

    /// What the gate counts with.
    pub(crate) fn gate(&self) -> GateMetrics {
        self.gate.clone()
    }

    /// What attempts are counted with.
    pub(crate) fn attempts(&self) -> AttemptMetrics {
        self.attempts.clone()
    }

    /// Whether requests should be sent here, and if not, why.
    pub(crate) fn readiness(&self) -> Readiness {
        let Sources { verifier, attempts, clock, .. } = &self.sources;
        let now = clock.now();
        Readiness::of(&Condition {
            now,
            is_plausible: system::check_clock(&**clock).is_ok(),
            floor: verifier.replay().floor(),
            boundary: verifier.replay().refuses_until(now.seconds()),
            journal: verifier.replay().is_writable(),
            trail: attempts.is_writable(),
            serving: self.serving.load(Relaxed),
        })
    }

    /// From now on no further requests should be sent here.
    pub(crate) fn drain(&self) {
        self.serving.store(false, Relaxed);
    }

    /// All metrics, in the OpenMetrics text format.
    pub(crate) fn metrics(&self) -> String {
        self.read();
        let mut text = String::with_capacity(32 * 1024);
        // A String takes everything.
        let _ = encode(&mut text, &self.registry);
        text
    }

    fn read(&self) {
        let Sources { verifier, attempts, explanations, clock, folder } = &self.sources;
        if let Some(gate) = self.measured.get() {
            gate.measure();
        }
        let (replay, now) = (verifier.replay(), clock.now().seconds());
        for (check, fault) in self.readiness().checks() {
            self.state.check(check, fault.is_none());
        }
        self.state.replay_memory(replay.held(), replay.capacity());
        let floor = Some(replay.floor()).filter(|floor| *floor > i64::MIN);
        self.state.replay_journal(
            replay.unsynced_bytes(),
            replay.mark().map(|mark| mark.saturating_sub(now)),
            floor.map(|floor| now.saturating_sub(floor)),
        );
        let boundary = replay.refuses_until(now);
        self.state.replay_boundary(boundary.map(|until| until.saturating_sub(now)));
        let Backlog { refusals, admissions } = attempts.backlog();
        self.state.trail(Waiting::Refusal, refusals);
        self.state.trail(Waiting::Admission, admissions);
        self.state.explanations(explanations.waiting(), explanations.dropped());
        let DirectorySizes { accounts, integrations, installations, logins, tokens } =
            verifier.directory().sizes();
        for (entry, count) in [
            (Entry::Account, accounts),
            (Entry::Integration, integrations),
            (Entry::Installation, installations),
            (Entry::Login, logins),
            (Entry::Token, tokens),
        ] {
            self.state.directory(entry, count);
        }
        if let Some((free, size)) = process::disk(folder) {
            self.state.disk(free, size);
        }
        self.process.memory(process::memory().unwrap_or_default());
        self.process.files(process::open_files().unwrap_or_default(), process::most_files());
    }

    /// Looks after everything once a second, for ever: tries again what failed, and tells the log
    /// what changes.
    pub(crate) async fn watch(self: Arc<Self>) {
        let mut second = tokio::time::interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut clock = ClockWatch::default();
        let mut before = self.readiness();
        let mut told: Option<u64> = None;
        for count in 0_u64.. {
            second.tick().await;
            if count % PROBE_SECONDS == 0 || !self.sources.verifier.replay().is_writable() {
                self.probe().await;
            }
            let is_time = told.is_none_or(|told| count - told >= TELL_SECONDS);
            if let Some(fault) = self.sources.verifier.replay().take_write_fault()
                && is_time
            {
                tracing::error!(
                    %fault,
                    "the replay memory can't be written, so nothing is admitted (503): free space \
                     on the disk of the data folder, or make it writable"
                );
                told = Some(count);
            }
            if let Some(step) = clock.look(self.sources.clock.now(), system::since_boot()) {
                self.state.clock_stepped();
                tracing::warn!(
                    seconds = step,
                    "the clock was set: time synchronisation should \
                     slow it down or speed it up instead"
                );
            }
            before = self.readiness().told_since(&before);
        }
    }

    /// It may wait for a disk.
    async fn probe(&self) {
        let verifier = Arc::clone(&self.sources.verifier);
        // A failure would be the runtime's end.
        let _ = tokio::task::spawn_blocking(move || verifier.replay().probe()).await;
    }
}
