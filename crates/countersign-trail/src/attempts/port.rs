//! Where the login audit trail is kept: the port, and what is written through it.

use std::net::IpAddr;

use async_trait::async_trait;
use countersign_model::{AccountNumber, EntityId, InstallationId, RoleId, Timestamp, TokenNumber};
use countersign_verify::replay::Fingerprint;
use countersign_verify::{Remembered, Surface};

use countersign_authority::{StoreFault, TokenUse};

/// Where the trail is kept.
#[async_trait]
pub trait AttemptStore: Send + Sync {
    /// Writes a batch: all of it, durably, or nothing.
    async fn write(&self, batch: &AttemptBatch) -> Result<(), StoreFault>;

    /// Writes something that changes nothing, to know whether that can be done.
    async fn probe(&self) -> Result<(), StoreFault>;

    /// Forgets the oldest rows and counts beyond what is to be kept.
    async fn trim(&self, keep: Keep) -> Result<(), StoreFault>;

    /// The refusal with a reference, where it has a row of its own.
    async fn find(&self, reference: &str) -> Result<Option<AttemptRow>, StoreFault>;

    /// How many attempts the trail holds, rows and counts together: admitted, refused.
    async fn totals(&self) -> Result<(u64, u64), StoreFault>;

    /// Keeps these clocks: one a token, in place of what was kept of it. All or nothing.
    async fn save_clocks(&self, clocks: &[TokenClock]) -> Result<(), StoreFault>;

    /// Which uses the newest batches hold: enough to complete the trail from the replay journal.
    async fn written(&self) -> Result<Written, StoreFault>;

    /// All clocks that are kept.
    async fn clocks(&self) -> Result<Vec<TokenClock>, StoreFault>;
}

/// Knows how far the clocks of clients are off.
#[async_trait]
pub trait TokenClocks: Send + Sync {
    /// What is known of the clock of who uses that token. `None`: nothing.
    async fn token_clock(
        &self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<Option<TokenClock>, StoreFault>;
}

/// How far the clock of a token's client was off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenClock {
    /// The account.
    pub account: AccountNumber,
    /// The token in it.
    pub token: TokenNumber,
    /// When it was last seen.
    pub last: ClockSkew,
    /// When it was off the furthest, ahead or behind.
    pub worst: ClockSkew,
}

/// A signed timestamp, seen from our clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew {
    /// Seconds that it was ahead; negative: behind.
    pub seconds: i64,
    /// When its request arrived.
    pub at: Timestamp,
}

/// How much the trail keeps: it must not fill the disk, whoever knocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The newest rows that are kept.
    pub rows: u64,
    /// The newest counts that are kept, to the minute.
    pub counts: u64,
}

impl Default for Keep {
    fn default() -> Self {
        Self { rows: 5_000_000, counts: 1_000_000 }
    }
}

/// What is written at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptBatch {
    /// Rows of their own.
    pub rows: Vec<AttemptRow>,
    /// Counts to be added to those that stand.
    pub counts: Vec<AttemptCount>,
    /// Uses to be added to those that stand: those of the admissions in `rows`. One a token.
    pub uses: Vec<TokenUse>,
    /// Uses that the batch holds, admitted or refused after their proof, as they are remembered.
    pub remembered: Vec<Remembered>,
}

/// What the newest batches hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The newest use of the newest batch that holds any.
    pub until: Option<Timestamp>,
    /// What stands for the uses of batches whose newest is at most [`KEPT`](super::KEPT)
    /// milliseconds older.
    pub fingerprints: Vec<Fingerprint>,
}

/// One attempt, or several admissions that were merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// When; of merged ones the first.
    pub at: Timestamp,
    /// How many attempts the row stands for.
    pub count: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// The account that it named, or acted in.
    pub account: Option<AccountNumber>,
    /// The integration in that account.
    pub installation: Option<InstallationId>,
    /// The token, and the account it belongs to.
    pub token: Option<(AccountNumber, TokenNumber)>,
    /// Who acted, where it was admitted.
    pub entity: Option<EntityId>,
    /// In which role.
    pub role: Option<RoleId>,
    /// The peer's address.
    pub source: IpAddr,
    /// Which kind of door.
    pub surface: Surface,
    /// The method, as sent. Empty, like the path, where the row is one of the replay journal's,
    /// after a `kill -9`.
    pub method: String,
    /// The path, as sent, without the query.
    pub path: String,
    /// The user agent, as sent.
    pub user_agent: Option<String>,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was admitted.
    Admitted,
    /// It was refused.
    Refused {
        /// Under which the caller can ask about it.
        reference: String,
        /// Our code for the cause.
        code: String,
        /// The official detail.
        detail: String,
    },
}

/// Refusals that named nobody, or too many: counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptCount {
    /// The minute since 1970 in which they came.
    pub minute: i64,
    /// The source network (/24 or /64), or `rest` where a minute had too many groups.
    pub network: String,
    /// Which kind of door; `None` where the bytes were no HTTP.
    pub surface: Option<Surface>,
    /// The official detail.
    pub detail: String,
    /// How many more.
    pub count: u64,
    /// The first three references of the group since the last write.
    pub references: Vec<String>,
}
