//! The one writer of the trail.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_model::Timestamp;
use countersign_verify::{RefusedAttempt, Remembered, SignedAt, TrailUnwritable};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::admissions::{Admissions, Taken, Waiting};
use super::clocks::{Clocks, Reading, Token};
use super::ledger::Ledger;
use super::log_ins::LogInAttempt;
use super::port::{AttemptBatch, AttemptRow, AttemptStore, Keep};
use countersign_authority::{StoreFault, TokenUse};

/// Refusals are committed and answered at multiples of this.
const TICK: Duration = Duration::from_millis(10);
/// Counts and admissions are written this often.
const FLUSH: Duration = Duration::from_secs(1);
/// What is beyond [`Keep`] is forgotten this often.
const TRIM: Duration = Duration::from_secs(60);
/// Clocks are written this often,
const CLOCKS: Duration = Duration::from_secs(10);
/// and so many at once.
const MOST_CLOCKS: usize = 1_000;

/// So many answers go out before others get their turn: in a flood hundreds wait for one tick.
const ANSWERS_AT_ONCE: usize = 8;

type Answer = oneshot::Sender<Result<(), TrailUnwritable>>;

pub(super) enum Message {
    Refused { attempt: Box<RefusedAttempt>, answer: Answer },
    LogIn { attempt: Box<LogInAttempt>, answer: Answer },
    Malformed { source: std::net::IpAddr, at: Timestamp },
    Close,
}

/// What the writer shares with those who tell and ask it.
#[derive(Default)]
pub(super) struct Shared {
    admissions: Mutex<Admissions>,
    clocks: Mutex<Clocks>,
    /// The last write failed.
    failed: AtomicBool,
    /// Rows that the writer has taken and could not write.
    unwritten: AtomicUsize,
}

impl Shared {
    pub(super) fn is_writable(&self) -> bool {
        !self.failed.load(Relaxed)
    }

    pub(super) fn unwritten(&self) -> usize {
        self.unwritten.load(Relaxed)
    }

    pub(super) fn admissions(&self) -> MutexGuard<'_, Admissions> {
        self.admissions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clocks(&self) -> MutexGuard<'_, Clocks> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what [`super::Attempts`] takes in.
pub struct AttemptsTask {
    store: Arc<dyn AttemptStore>,
    inbox: mpsc::Receiver<Message>,
    shared: Arc<Shared>,
    ledger: Ledger,
    unwritten: Vec<AttemptRow>,
    /// What these rows are uses of.
    uses: BTreeMap<Token, TokenUse>,
    remembered: Vec<Remembered>,
    keep: Keep,
    closing: bool,
}

/// Refusals of one tick: those that get a row, and everybody who waits.
#[derive(Default)]
struct Tick {
    rows: Vec<AttemptRow>,
    remembered: Vec<Remembered>,
    waiting: Vec<Answer>,
}

impl AttemptsTask {
    pub(super) fn new(
        store: Arc<dyn AttemptStore>,
        inbox: mpsc::Receiver<Message>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            store,
            inbox,
            shared,
            ledger: Ledger::default(),
            unwritten: Vec::new(),
            uses: BTreeMap::new(),
            remembered: Vec::new(),
            keep: Keep::default(),
            closing: false,
        }
    }

    /// Keeps another number of rows and counts than usual.
    #[must_use]
    pub fn keeping(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// Runs until [`super::Attempts::close`], or until nobody can send any more.
    pub async fn run(mut self) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut flush = interval(FLUSH);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut trim = interval(TRIM);
        trim.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut clocks = interval(CLOCKS);
        clocks.set_missed_tick_behavior(MissedTickBehavior::Delay);

        while !self.closing {
            tokio::select! {
                message = self.inbox.recv() => match message {
                    Some(message) => self.commit(message, &mut tick).await,
                    None => self.closing = true,
                },
                _ = flush.tick() => self.flush().await,
                _ = trim.tick() => self.trim().await,
                _ = clocks.tick() => {
                    self.save_clocks().await;
                }
            }
        }
        self.flush().await;
        while self.save_clocks().await {}
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
        let Tick { rows, remembered, waiting } = gathered;
        let counts = if waiting.is_empty() { Vec::new() } else { self.ledger.counts() };
        let has_counts = !counts.is_empty();
        let batch = AttemptBatch { rows, counts, uses: Vec::new(), remembered };
        let written = self.write(batch).await;
        if written.is_ok() && has_counts {
            self.ledger.counts_written();
        }
        if !self.closing {
            tick.tick().await;
        }
        for (place, answer) in waiting.into_iter().enumerate() {
            if place % ANSWERS_AT_ONCE == ANSWERS_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
            // Whoever hung up does not wait for an answer.
            let _ = answer.send(written.clone().map_err(|_| TrailUnwritable));
        }
    }

    fn take(&mut self, message: Message, tick: &mut Tick) {
        match message {
            Message::Refused { attempt, answer } => {
                self.note_clock_of(&attempt);
                tick.remembered.extend(attempt.refused.remembered);
                tick.rows.extend(self.ledger.enter(*attempt));
                tick.waiting.push(answer);
            }
            Message::LogIn { attempt, answer } => {
                tick.rows.extend(self.ledger.enter_log_in(*attempt));
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
        let Taken { waiting, remembered } = self.shared.admissions().take();
        let (taken, shown): (Vec<_>, Vec<_>) = waiting.into_iter().map(Waiting::split).unzip();
        self.remembered.extend(remembered);
        self.unwritten.extend(taken);
        let (clocks, uses): (Vec<_>, Vec<_>) = shown.into_iter().unzip();
        self.note_clocks(clocks);
        self.note_uses(uses);
        let (rows, uses) = (self.unwritten.clone(), self.uses.values().copied().collect());
        let (counts, remembered) = (self.ledger.counts(), self.remembered.clone());
        let batch = AttemptBatch { rows, counts, uses, remembered };
        let written = self.write(batch).await.is_ok();
        if written {
            self.unwritten.clear();
            self.uses.clear();
            self.remembered.clear();
            self.ledger.counts_written();
        }
        self.shared.unwritten.store(self.unwritten.len(), Relaxed);
        self.shared.admissions().set_failing(!written);
        // Otherwise nothing would be written any more once nothing waits.
        if written && !self.shared.is_writable() {
            let probed = self.store.probe().await;
            self.note_write(&probed);
        }
    }

    /// One a token, of all that is not written yet: the rows are bounded, and with them these.
    fn note_uses(&mut self, uses: Vec<TokenUse>) {
        for used in uses {
            let of_token = self.uses.entry((used.account, used.token));
            of_token.and_modify(|known| known.add(&used)).or_insert(used);
        }
    }

    /// Only a proven timestamp counts: anybody can claim another.
    fn note_clock_of(&self, attempt: &RefusedAttempt) {
        let Some(signed_at @ SignedAt::Proven(_)) = attempt.refused.signed_at else { return };
        let Some(token) = attempt.refused.named.token else { return };
        let seconds = attempt.caller.skew(signed_at.seconds());
        self.note_clocks([(token, Reading::of(seconds, attempt.caller.at))]);
    }

    fn note_clocks(&self, readings: impl IntoIterator<Item = (Token, Reading)>) {
        let mut clocks = self.shared.clocks();
        for ((account, token), reading) in readings {
            if let Some(skew) = clocks.note((account, token), reading) {
                tracing::warn!(
                    account = account.0,
                    token = token.0,
                    skew_seconds = skew.seconds,
                    "the clock of this token's client is off by more than a minute: at five \
                     minutes its requests are refused"
                );
            }
        }
    }

    /// Writes some of the clocks that were off. False: none are left, or they can't be written.
    async fn save_clocks(&self) -> bool {
        let clocks = self.shared.clocks().take_unwritten(MOST_CLOCKS);
        if clocks.is_empty() {
            return false;
        }
        let saved = self.store.save_clocks(&clocks).await;
        if let Err(fault) = &saved {
            tracing::error!(
                %fault,
                "the clocks of clients can't be written, which is tried again: see whether the \
                 disk of the data folder is full"
            );
            self.shared.clocks().put_back(&clocks);
        }
        saved.is_ok()
    }

    async fn trim(&self) {
        if let Err(fault) = self.store.trim(self.keep).await {
            tracing::error!(
                %fault,
                "old rows of the login trail can't be removed, so it grows: see whether the disk \
                 of the data folder is full, and its files are writable"
            );
        }
    }

    async fn write(&self, batch: AttemptBatch) -> Result<(), StoreFault> {
        if batch == AttemptBatch::default() {
            return Ok(());
        }
        let written = self.store.write(&batch).await;
        if let Err(fault) = &written {
            tracing::error!(
                %fault,
                "the login trail can't be written, so nothing is admitted (503): free space on \
                 the disk of the data folder, or make it writable"
            );
        }
        self.note_write(&written);
        written
    }

    fn note_write(&self, written: &Result<(), StoreFault>) {
        self.shared.failed.store(written.is_err(), Relaxed);
    }
}

/// Without its writer nothing can be recorded, so nothing is admitted, however it ended.
impl Drop for AttemptsTask {
    fn drop(&mut self) {
        self.shared.admissions().set_failing(true);
        self.shared.failed.store(true, Relaxed);
    }
}
