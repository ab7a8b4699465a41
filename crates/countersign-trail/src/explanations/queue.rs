//! The way in: a refusal gets a place in the queue at once, or none.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_signing::diagnose::Explanation;
use countersign_verify::{Came, Explainer, Explaining, FirstUses, RefusedAttempt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::Explanations;
use super::copy::Copy;
use super::limiter::Limiter;
use super::notes::{Notes, Why};
use super::places::{Place, Places};
use super::worker::ExplanationWorker;
use countersign_authority::Vault;

/// Refusals that may wait to be explained: with what is copied of each, 5 MB at the most.
pub(super) const MOST_WAITING: usize = 128;
/// Dropped ones are told of in the log this often.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// For whom refusals are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// One developer's stand-in: every refusal, at once, without rest.
    Dev,
    /// A deployment: refusals that name somebody known, and so many a second, in a share of one
    /// core.
    Serve,
}

/// A refusal that waits.
pub(super) struct Job {
    pub(super) attempt: RefusedAttempt,
    pub(super) copy: Copy,
    pub(super) upstream: Option<String>,
    pub(super) taken: Instant,
    pub(super) answer: oneshot::Sender<Option<Explanation>>,
    /// Held until it is explained; in a stand-in all places are its developer's.
    pub(super) place: Option<Place>,
}

/// Takes refusals in.
pub struct ExplanationQueue {
    occasion: Occasion,
    jobs: mpsc::Sender<Job>,
    limiter: Mutex<Limiter>,
    places: Places,
    notes: Arc<Notes>,
    start: Instant,
    dropped: Dropped,
}

impl ExplanationQueue {
    /// A queue whose results `explanations` finds, and the worker that must run for anything to be
    /// explained. `vault` opens the evidence, `first_uses` knows where nonces were used first.
    pub fn new(
        explanations: &Explanations,
        vault: Arc<Vault>,
        first_uses: Arc<dyn FirstUses>,
        occasion: Occasion,
    ) -> (Self, ExplanationWorker) {
        let (jobs, inbox) = mpsc::channel(MOST_WAITING);
        let worker =
            ExplanationWorker::new(explanations.clone(), vault, first_uses, occasion, inbox);
        let queue = Self {
            occasion,
            jobs,
            limiter: Mutex::default(),
            places: Places::default(),
            notes: Arc::clone(&explanations.notes),
            start: Instant::now(),
            dropped: Dropped::default(),
        };
        (queue, worker)
    }

    /// How many refusals wait to be explained.
    pub fn waiting(&self) -> usize {
        self.jobs.max_capacity() - self.jobs.capacity()
    }

    /// How many found no place, since the start.
    pub fn dropped(&self) -> u64 {
        self.dropped.ever.load(Relaxed)
    }

    /// Whether it is to be explained at all. Nothing of the request is touched before.
    fn admits(&self, attempt: &RefusedAttempt) -> bool {
        if self.occasion == Occasion::Dev {
            return true;
        }
        if !attempt.refused.named.is_somebody() {
            return false;
        }
        let second = self.start.elapsed().as_secs();
        let mut limiter = self.limiter.lock().unwrap_or_else(PoisonError::into_inner);
        let admitted = limiter.admits(attempt, second);
        drop(limiter);
        if !admitted {
            self.notes.put(attempt.reference.to_string(), Why::TooMany);
        }
        admitted
    }

    /// A place for it, unless too many wait, of its token, of its source or altogether.
    fn place(&self, attempt: &RefusedAttempt) -> Option<(mpsc::Permit<'_, Job>, Option<Place>)> {
        let place = match self.occasion {
            Occasion::Dev => None,
            Occasion::Serve => Some(self.places.take(attempt)?),
        };
        Some((self.jobs.try_reserve().ok()?, place))
    }
}

impl Explainer for ExplanationQueue {
    fn take(
        &self,
        attempt: &RefusedAttempt,
        came: &Came<'_>,
        upstream: Option<&str>,
    ) -> Option<Explaining> {
        if !self.admits(attempt) {
            return None;
        }
        let Some((permit, place)) = self.place(attempt) else {
            self.notes.put(attempt.reference.to_string(), Why::NoPlace);
            self.dropped.one_more();
            return None;
        };
        let (answer, answered) = oneshot::channel();
        self.notes.put(attempt.reference.to_string(), Why::Waiting);
        permit.send(Job {
            attempt: attempt.clone(),
            copy: Copy::of(came),
            upstream: upstream.map(str::to_owned),
            taken: Instant::now(),
            answer,
            place,
        });
        Some(Box::pin(async move { answered.await.ok().flatten() }))
    }
}

/// Refusals that found no place since the log last said so.
#[derive(Default)]
struct Dropped {
    untold: Mutex<(u64, Option<Instant>)>,
    ever: AtomicU64,
}

impl Dropped {
    fn one_more(&self) {
        self.ever.fetch_add(1, Relaxed);
        let mut dropped = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, told) = &mut *dropped;
        *count += 1;
        if told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
            tracing::warn!(
                count,
                "refusals are not explained: as many wait as may, of one or of all"
            );
            (*count, *told) = (0, Some(Instant::now()));
        }
    }
}
