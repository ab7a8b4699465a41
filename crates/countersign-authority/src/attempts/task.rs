//! The one writer of the trail.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_model::Timestamp;
use countersign_verify::{RefusedAttempt, TrailUnwritable};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::admissions::Admissions;
use super::ledger::Ledger;
use super::port::{AttemptBatch, AttemptRow, AttemptStore, Keep};
use crate::StoreFault;

/// Refusals are committed and answered at multiples of this.
const TICK: Duration = Duration::from_millis(10);
/// Counts and admissions are written this often.
const FLUSH: Duration = Duration::from_secs(1);
/// What is beyond [`Keep`] is forgotten this often.
const TRIM: Duration = Duration::from_secs(60);

type Answer = oneshot::Sender<Result<(), TrailUnwritable>>;

pub(super) enum Message {
    Refused { attempt: Box<RefusedAttempt>, answer: Answer },
    Malformed { source: std::net::IpAddr, at: Timestamp },
    Close,
}

/// Writes what [`super::Attempts`] takes in.
pub struct AttemptsTask {
    store: Arc<dyn AttemptStore>,
    inbox: mpsc::Receiver<Message>,
    admissions: Arc<Mutex<Admissions>>,
    ledger: Ledger,
    unwritten: Vec<AttemptRow>,
    closing: bool,
}

/// Refusals of one tick: those that get a row, and everybody who waits.
#[derive(Default)]
struct Tick {
    rows: Vec<AttemptRow>,
    waiting: Vec<Answer>,
}

impl AttemptsTask {
    pub(super) fn new(
        store: Arc<dyn AttemptStore>,
        inbox: mpsc::Receiver<Message>,
        admissions: Arc<Mutex<Admissions>>,
    ) -> Self {
        let ledger = Ledger::default();
        Self { store, inbox, admissions, ledger, unwritten: Vec::new(), closing: false }
    }

    /// Runs until [`super::Attempts::close`], or until nobody can send any more.
    pub async fn run(mut self) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut flush = interval(FLUSH);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut trim = interval(TRIM);
        trim.set_missed_tick_behavior(MissedTickBehavior::Delay);

        while !self.closing {
            tokio::select! {
                message = self.inbox.recv() => match message {
                    Some(message) => self.commit(message, &mut tick).await,
                    None => self.closing = true,
                },
                _ = flush.tick() => self.flush().await,
                _ = trim.tick() => self.trim().await,
            }
        }
        self.flush().await;
    }

    /// Gathers what comes until the next tick, commits it, and answers at the tick after. Something
    /// is committed for every tick, whatever was gathered, so that a slow disk tells nothing.
    async fn commit(&mut self, first: Message, tick: &mut Interval) {
        let mut gathered = Tick::default();
        self.take(first, &mut gathered);
        // Aligns an interval that has slept: its first tick is over at once.
        tick.tick().await;
        while let Ok(message) = self.inbox.try_recv() {
            self.take(message, &mut gathered);
        }
        let Tick { rows, waiting } = gathered;
        let counts = if waiting.is_empty() { Vec::new() } else { self.ledger.counts() };
        let has_counts = !counts.is_empty();
        let written = self.write(AttemptBatch { rows, counts }).await;
        if written.is_ok() && has_counts {
            self.ledger.counts_written();
        }
        if !self.closing {
            tick.tick().await;
        }
        for answer in waiting {
            // Whoever hung up does not wait for an answer.
            let _ = answer.send(written.clone().map_err(|_| TrailUnwritable));
        }
    }

    fn take(&mut self, message: Message, tick: &mut Tick) {
        match message {
            Message::Refused { attempt, answer } => {
                tick.rows.extend(self.ledger.enter(*attempt));
                tick.waiting.push(answer);
            }
            Message::Malformed { source, at } => self.ledger.enter_malformed(source, at),
            Message::Close => self.closing = true,
        }
    }

    /// Writes counts and admissions; what can't be written waits for the next time, and until then
    /// nothing more is admitted.
    async fn flush(&mut self) {
        self.ledger.next_second();
        let taken = self.admissions().take();
        self.unwritten.extend(taken);
        let rows = self.unwritten.clone();
        let written = self.write(AttemptBatch { rows, counts: self.ledger.counts() }).await.is_ok();
        if written {
            self.unwritten.clear();
            self.ledger.counts_written();
        }
        self.admissions().set_failing(!written);
    }

    fn admissions(&self) -> MutexGuard<'_, Admissions> {
        self.admissions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn trim(&self) {
        if let Err(fault) = self.store.trim(Keep::default()).await {
            tracing::error!(%fault, "the login audit trail can't be trimmed");
        }
    }

    async fn write(&self, batch: AttemptBatch) -> Result<(), StoreFault> {
        if batch == AttemptBatch::default() {
            return Ok(());
        }
        let written = self.store.write(&batch).await;
        if let Err(fault) = &written {
            tracing::error!(%fault, "the login audit trail can't be written");
        }
        written
    }
}

/// Without its writer nothing can be recorded, so nothing is admitted, however it ended.
impl Drop for AttemptsTask {
    fn drop(&mut self) {
        self.admissions().set_failing(true);
    }
}
