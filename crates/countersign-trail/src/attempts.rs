//! The login audit trail's writer: which attempt gets a row, which is counted, and when it is
//! durable.
//!
//! - A refusal that names a known consumer key or token is a row, durable before it is answered.
//!   Rows are committed together, and every refusal, whatever its cause, is answered at a tick of
//!   10 ms after the commit, so that timing tells nothing.
//! - A refusal that names nobody is counted per minute, source network, door and detail, and so is
//!   what exceeds 100 rows a second for one token or source. Counts are exact; they are written
//!   every second.
//! - Who logs in, or tries to, as somebody known is a row, durable before it is answered; all
//!   others are counted like refusals.
//! - Admissions are rows, or under load rows that stand for several; written every second.
//! - With them, in the same transaction: when, from where and how often each token was used, and
//!   what stands for these uses in the replay journal, so that a start completes what a kill took.
//! - Beside them: how far the clock of each token's client is off, kept where it ever passed a
//!   minute; and in memory only, where the newest admissions came from.
//!
//! Everything that waits is bounded, and so is what is kept. What can't be recorded is not answered
//! as if it had been: while the store fails, no refusal of a tick is, so that this tells nothing
//! about which ids exist either.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_verify::replay::Fingerprint;
use countersign_verify::{
    Admitted, AttemptSink, FirstUse, FirstUses, RefusedAttempt, TrailUnwritable,
};
use tokio::sync::{mpsc, oneshot};

mod admissions;
mod clocks;
mod completing;
mod ledger;
mod log_ins;
mod port;
mod recent;
mod task;
#[cfg(test)]
mod tests;

use task::{Message, Shared};

pub use completing::{KEPT, complete};
pub use log_ins::{LogInAttempt, LogIns};
pub use port::{
    AttemptBatch, AttemptCount, AttemptRow, AttemptStore, ClockSkew, Keep, Outcome, TokenClock,
    TokenClocks, Written,
};
pub use task::AttemptsTask;

use countersign_authority::StoreFault;

/// Refusals that may wait for their commit.
const MOST_WAITING: usize = 10_000;

/// What waits to be written to the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Refusals, and the answers with them.
    pub refusals: usize,
    /// Rows of admissions.
    pub admissions: usize,
}

/// Takes attempts in from the hot path.
pub struct Attempts {
    messages: mpsc::Sender<Message>,
    shared: Arc<Shared>,
}

impl Attempts {
    /// A writer to `store`, and the task that must run for anything to be written.
    pub fn new(store: Arc<dyn AttemptStore>) -> (Self, AttemptsTask) {
        let (messages, inbox) = mpsc::channel(MOST_WAITING);
        let shared = Arc::new(Shared::default());
        let task = AttemptsTask::new(store, inbox, Arc::clone(&shared));
        (Self { messages, shared }, task)
    }

    /// Takes over from `store` what is kept of clocks: at the start.
    ///
    /// # Errors
    /// [`StoreFault`].
    pub async fn recall_clocks(&self, store: &dyn AttemptStore) -> Result<(), StoreFault> {
        let kept = store.clocks().await?;
        self.shared.clocks().recall(kept);
        Ok(())
    }

    /// Whether the last write to the trail was done.
    pub fn is_writable(&self) -> bool {
        self.shared.is_writable()
    }

    /// What waits to be written.
    pub fn backlog(&self) -> Backlog {
        Backlog {
            refusals: self.messages.max_capacity() - self.messages.capacity(),
            admissions: self.shared.admissions().waiting() + self.shared.unwritten(),
        }
    }

    /// Has the task write what is left, and end.
    pub async fn close(&self) {
        // An error means that the task has ended already.
        let _ = self.messages.send(Message::Close).await;
    }
}

#[async_trait]
impl AttemptSink for Attempts {
    async fn refused(&self, attempt: RefusedAttempt) -> Result<(), TrailUnwritable> {
        let (answer, answered) = oneshot::channel();
        self.messages
            .try_send(Message::Refused { attempt: Box::new(attempt), answer })
            .map_err(|_| TrailUnwritable)?;
        answered.await.map_err(|_| TrailUnwritable)?
    }

    fn admitted(&self, attempt: Admitted) -> Result<(), TrailUnwritable> {
        self.shared.admissions().add(attempt)
    }

    fn malformed(&self, source: IpAddr, at: Timestamp) {
        // What doesn't fit is lost from the count, not from memory: a flood of garbage.
        let _ = self.messages.try_send(Message::Malformed { source, at });
    }
}

#[async_trait]
impl LogIns for Attempts {
    async fn told(&self, attempt: LogInAttempt) -> Result<(), TrailUnwritable> {
        let (answer, answered) = oneshot::channel();
        self.messages
            .try_send(Message::LogIn { attempt: Box::new(attempt), answer })
            .map_err(|_| TrailUnwritable)?;
        answered.await.map_err(|_| TrailUnwritable)?
    }
}

impl FirstUses for Attempts {
    fn first_use(&self, fingerprint: Fingerprint) -> Option<FirstUse> {
        self.shared.admissions().first_use(fingerprint)
    }
}

#[async_trait]
impl TokenClocks for Attempts {
    async fn token_clock(
        &self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<Option<TokenClock>, StoreFault> {
        Ok(self.shared.clocks().of((account, token)))
    }
}
