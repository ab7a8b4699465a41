//! The record: accounts, entities, roles, integrations, tokens, and the trail of changes.

mod transaction;

use std::path::Path;

use async_trait::async_trait;
use countersign_authority::{
    Evidence, NamedRows, Snapshot, Store, StoreFault, Transaction, WrappedDataKey,
};
use countersign_model::Timestamp;
use countersign_verify::Fact;
use sea_orm::DatabaseTransaction;

use crate::database::{Database, postgres, sqlite};
use crate::fault::{Fault, during};
use crate::schema::RECORD;
use crate::{
    Learn, access_tokens, accounts, assertion_keys, changes, data_keys, evidence, installations,
    integrations, previous_secrets, role_assignments,
};
use transaction::RecordTransaction;

/// The record, in a database of either kind.
pub struct Record {
    database: Database,
}

impl Record {
    /// Opens `record.db` in the folder `dir`, or makes it, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreFault::NewerSchema`]; [`StoreFault::Damaged`] where the file is something else.
    pub async fn sqlite(dir: &Path) -> Result<Self, StoreFault> {
        Ok(Self { database: sqlite::open(dir, &RECORD).await? })
    }

    /// Opens the PostgreSQL database that `url` names, and brings its schema up to date. The
    /// database has to exist; the trail may share it.
    ///
    /// # Errors
    /// [`StoreFault::NewerSchema`]; [`StoreFault::Damaged`] where something else is in it.
    pub async fn postgres(url: &str) -> Result<Self, StoreFault> {
        Ok(Self { database: postgres::open(url, &RECORD).await? })
    }

    /// Closes the database, so that nothing is left to be recovered at the next start.
    ///
    /// # Errors
    /// [`StoreFault::Failed`].
    pub async fn close(&self) -> Result<(), StoreFault> {
        self.database.close().await.map_err(Fault::from).map_err(during("closing the record"))
    }

    async fn snapshot(&self) -> Result<DatabaseTransaction, Fault> {
        Ok(self.database.snapshot().await?)
    }

    async fn change(&self) -> Result<DatabaseTransaction, Fault> {
        let tx = self.database.change().await?;
        changes::take_turn(&tx).await?;
        Ok(tx)
    }

    async fn tell(&self, learn: Learn<'_>) -> Result<(), Fault> {
        let now = self.snapshot().await?;
        accounts::tell(&now, None, learn).await?;
        integrations::tell(&now, learn).await?;
        installations::tell(&now, None, learn).await?;
        role_assignments::tell(&now, None, learn).await?;
        access_tokens::tell(&now, None, learn).await?;
        assertion_keys::tell(&now, learn).await
    }

    #[cfg(test)]
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }
}

#[async_trait]
impl Store for Record {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreFault> {
        let tx = self.change().await.map_err(during("beginning a change"))?;
        Ok(Box::new(RecordTransaction::new(tx)))
    }

    async fn load(&self, learn: &(dyn Fn(Fact) + Send + Sync)) -> Result<(), StoreFault> {
        self.tell(learn).await.map_err(during("loading the record"))
    }

    async fn data_keys(&self) -> Result<Vec<WrappedDataKey>, StoreFault> {
        let find = async { data_keys::all(&self.snapshot().await?).await };
        find.await.map_err(during("reading the data keys"))
    }

    async fn look(&self) -> Result<Box<dyn Snapshot>, StoreFault> {
        let tx = self.snapshot().await.map_err(during("looking at the record"))?;
        Ok(Box::new(RecordTransaction::new(tx)))
    }

    async fn evidence(&self, named: NamedRows, now: Timestamp) -> Result<Evidence, StoreFault> {
        let find = async { evidence::find(&self.snapshot().await?, named, now).await };
        find.await.map_err(during("looking for evidence"))
    }

    async fn erase_previous_secrets(&self, now: Timestamp) -> Result<u64, StoreFault> {
        let erase = async {
            let tx = self.database.change().await?;
            let erased = previous_secrets::erase(&tx, now).await?;
            tx.commit().await?;
            Ok::<_, Fault>(erased)
        };
        erase.await.map_err(during("erasing secrets from before a reset"))
    }

    async fn erase_retired_secrets(&self, now: Timestamp) -> Result<u64, StoreFault> {
        let erase = async {
            let tx = self.database.change().await?;
            let erased = access_tokens::erase_retired(&tx, now).await?;
            tx.commit().await?;
            Ok::<_, Fault>(erased)
        };
        erase.await.map_err(during("erasing secrets that have retired"))
    }
}
