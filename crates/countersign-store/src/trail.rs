//! The login trail.

mod clocks;
pub(crate) mod counts;
mod explanations;
mod rows;
mod uses;
mod written_uses;

use std::path::Path;

use async_trait::async_trait;
use countersign_authority::{StoreFault, TokenUse, TokenUses};
use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_trail::{
    AttemptBatch, AttemptRow, AttemptStore, ExplanationStore, Keep, KeptExplanation, TokenClock,
    TokenClocks, Written,
};
use sea_orm::DatabaseTransaction;

use crate::columns;
use crate::database::{Database, postgres, sqlite};
use crate::fault::{Fault, during};
use crate::schema::{self, ATTEMPTS};

/// The login trail, in a database of either kind. Apart from the record: attempts come much more
/// often than changes, and need no number.
pub struct Trail {
    database: Database,
}

impl Trail {
    /// Opens `attempts.db` in the folder `dir`, or makes it, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreFault::NewerSchema`]; [`StoreFault::Damaged`] where the file is something else.
    pub async fn sqlite(dir: &Path) -> Result<Self, StoreFault> {
        Ok(Self { database: sqlite::open(dir, &ATTEMPTS).await? })
    }

    /// Opens the PostgreSQL database that `url` names, and brings its schema up to date. The
    /// database has to exist; the record may share it.
    ///
    /// # Errors
    /// [`StoreFault::NewerSchema`]; [`StoreFault::Damaged`] where something else is in it.
    pub async fn postgres(url: &str) -> Result<Self, StoreFault> {
        Ok(Self { database: postgres::open(url, &ATTEMPTS).await? })
    }

    /// Closes the database, so that nothing is left to be recovered at the next start.
    ///
    /// # Errors
    /// [`StoreFault::Failed`].
    pub async fn close(&self) -> Result<(), StoreFault> {
        self.database.close().await.map_err(Fault::from).map_err(during("closing the trail"))
    }

    async fn snapshot(&self) -> Result<DatabaseTransaction, Fault> {
        Ok(self.database.snapshot().await?)
    }

    async fn add(&self, batch: &AttemptBatch) -> Result<(), Fault> {
        let tx = self.database.change().await?;
        rows::add(&tx, &batch.rows).await?;
        counts::add(&tx, &batch.counts).await?;
        uses::add(&tx, &batch.uses).await?;
        written_uses::add(&tx, &batch.remembered).await?;
        Ok(tx.commit().await?)
    }

    async fn forget(&self, keep: Keep) -> Result<(), Fault> {
        let tx = self.database.change().await?;
        rows::trim(&tx, keep.rows).await?;
        counts::trim(&tx, keep.counts).await?;
        Ok(tx.commit().await?)
    }

    async fn sums(&self) -> Result<(u64, u64), Fault> {
        let now = self.snapshot().await?;
        let (admitted, refused) = rows::sums(&now).await?;
        let counted = counts::sum(&now).await?;
        Ok((columns::counted(admitted)?, columns::counted(refused.saturating_add(counted))?))
    }

    async fn keep_clocks(&self, clocks: &[TokenClock]) -> Result<(), Fault> {
        let tx = self.database.change().await?;
        clocks::save(&tx, clocks).await?;
        Ok(tx.commit().await?)
    }

    #[cfg(test)]
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }
}

#[async_trait]
impl AttemptStore for Trail {
    async fn write(&self, batch: &AttemptBatch) -> Result<(), StoreFault> {
        self.add(batch).await.map_err(during("writing the login trail"))
    }

    async fn probe(&self) -> Result<(), StoreFault> {
        let probe = async {
            let tx = self.database.change().await?;
            schema::touch(&tx).await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        probe.await.map_err(during("trying to write the login trail"))
    }

    async fn trim(&self, keep: Keep) -> Result<(), StoreFault> {
        self.forget(keep).await.map_err(during("trimming the login trail"))
    }

    async fn find(&self, reference: &str) -> Result<Option<AttemptRow>, StoreFault> {
        let find = async { rows::find(&self.snapshot().await?, reference).await };
        find.await.map_err(during("reading the login trail"))
    }

    async fn totals(&self) -> Result<(u64, u64), StoreFault> {
        self.sums().await.map_err(during("counting the login trail"))
    }

    async fn save_clocks(&self, clocks: &[TokenClock]) -> Result<(), StoreFault> {
        self.keep_clocks(clocks).await.map_err(during("writing the clocks of clients"))
    }

    async fn written(&self) -> Result<Written, StoreFault> {
        let all = async { written_uses::all(&self.snapshot().await?).await };
        all.await.map_err(during("reading what the login trail holds"))
    }

    async fn clocks(&self) -> Result<Vec<TokenClock>, StoreFault> {
        let all = async { clocks::all(&self.snapshot().await?).await };
        all.await.map_err(during("reading the clocks of clients"))
    }
}

#[async_trait]
impl TokenClocks for Trail {
    async fn token_clock(
        &self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<Option<TokenClock>, StoreFault> {
        let find = async { clocks::find(&self.snapshot().await?, account, token).await };
        find.await.map_err(during("reading the clock of a client"))
    }
}

#[async_trait]
impl TokenUses for Trail {
    async fn token_uses(
        &self,
        account: AccountNumber,
        tokens: &[TokenNumber],
    ) -> Result<Vec<TokenUse>, StoreFault> {
        let find = async { uses::find(&self.snapshot().await?, account, tokens).await };
        find.await.map_err(during("reading the uses of tokens"))
    }
}

#[async_trait]
impl ExplanationStore for Trail {
    async fn keep_explanation(
        &self,
        explanation: &KeptExplanation,
        most: u64,
    ) -> Result<(), StoreFault> {
        let keep = async {
            let tx = self.database.change().await?;
            explanations::add(&tx, explanation, most).await?;
            Ok::<_, Fault>(tx.commit().await?)
        };
        keep.await.map_err(during("keeping an explanation"))
    }

    async fn find_explanation(
        &self,
        reference: &str,
    ) -> Result<Option<KeptExplanation>, StoreFault> {
        let find = async { explanations::find(&self.snapshot().await?, reference).await };
        find.await.map_err(during("reading an explanation"))
    }

    async fn forget_explanations(&self, until: Timestamp) -> Result<u64, StoreFault> {
        let forget = async {
            let tx = self.database.change().await?;
            let forgotten = explanations::forget(&tx, until).await?;
            tx.commit().await?;
            Ok::<_, Fault>(forgotten)
        };
        forget.await.map_err(during("forgetting explanations"))
    }
}

/// Rows per statement, most first. Few sizes, since every size is a statement that a connection
/// keeps prepared; the largest stays below the 32,766 parameters of SQLite.
const CHUNKS: [usize; 4] = [1000, 100, 10, 1];

/// Cuts `rows` into as many as a statement takes.
fn chunks<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = CHUNKS.into_iter().find(|size| *size <= rows.len())?;
        let (chunk, rest) = rows.split_at(size);
        rows = rest;
        Some(chunk)
    })
}

/// Text that callers sent. PostgreSQL refuses a NUL, and with it the whole batch; so that nobody
/// can keep attempts out of the trail, both databases get U+FFFD for it.
fn sent(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
