//! One change of the record, or one look at it.
//!
//! Only what the port says is here; the queries are with their aggregates.

mod access_tokens;
mod accounts;
mod entities;
mod environments;
mod events;
mod integrations;
mod keys;
mod links;
mod roles;
mod sessions;

use async_trait::async_trait;
use countersign_authority::{ChangeNumber, Event, Series, Snapshot, StoreFault, Transaction};
use sea_orm::DatabaseTransaction;

use crate::fault::{Fault, during};
use crate::{changes, series};

/// One change of the record, or one look at it.
pub(super) struct RecordTransaction {
    tx: DatabaseTransaction,
    spoiled: bool,
}

impl RecordTransaction {
    pub(super) fn new(tx: DatabaseTransaction) -> Self {
        Self { tx, spoiled: false }
    }

    /// The transaction, unless the database has said no in it: PostgreSQL does nothing more then,
    /// and neither do we on SQLite.
    fn open(&self) -> Result<&DatabaseTransaction, Fault> {
        if self.spoiled {
            let why = "this change has failed already".to_owned();
            return Err(StoreFault::Failed(why).into());
        }
        Ok(&self.tx)
    }

    fn done<T>(&mut self, result: Result<T, Fault>, what: &'static str) -> Result<T, StoreFault> {
        self.spoiled |= matches!(result, Err(Fault::Database(_)));
        result.map_err(during(what))
    }
}

/// Runs a query of an aggregate in the change and says what it was for.
macro_rules! run {
    ($change:ident, $what:literal, $aggregate:ident::$query:ident($($argument:expr),*)) => {{
        let result = match $change.open() {
            Ok(tx) => $aggregate::$query(tx, $($argument),*).await,
            Err(fault) => Err(fault),
        };
        $change.done(result, $what)
    }};
}

use run;

impl Snapshot for RecordTransaction {}

#[async_trait]
impl Transaction for RecordTransaction {
    async fn next(&mut self, series: Series) -> Result<u32, StoreFault> {
        run!(self, "taking a number", series::next(series))
    }

    async fn add_event(&mut self, event: &Event) -> Result<(), StoreFault> {
        run!(self, "writing an event", changes::add(event)).map(|_| ())
    }

    async fn commit(mut self: Box<Self>, event: &Event) -> Result<ChangeNumber, StoreFault> {
        let number = run!(self, "writing an event", changes::add(event))?;
        let committed = self.tx.commit().await.map_err(Fault::from);
        committed.map_err(during("committing a change")).map_err(|why| {
            // Whatever the database says: it may have failed after it was durable.
            StoreFault::Lost { number, why: Box::new(why) }
        })?;
        Ok(number)
    }

    async fn settle(self: Box<Self>) -> Result<(), StoreFault> {
        self.open().map_err(during("settling"))?;
        self.tx.commit().await.map_err(Fault::from).map_err(during("settling"))
    }
}
