//! An open database: one connection that writes, a few that read.
//!
//! One writer, so that changes are made one at a time: on SQLite that is all it can do, and on
//! PostgreSQL it keeps waiting changes from taking connections away from each other.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

/// How long to wait for a connection, and for another process that is writing.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a change waits for the changes before it.
const TURN: Duration = Duration::from_secs(15);
const READERS: u32 = 4;

/// An open database.
pub(crate) struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
}

impl Database {
    /// A transaction that may write. Waits for the one before it.
    pub(crate) async fn change(&self) -> Result<DatabaseTransaction, DbErr> {
        begin_change(&self.writer).await
    }

    /// A transaction that reads the database as it is now, whatever is committed meanwhile.
    pub(crate) async fn snapshot(&self) -> Result<DatabaseTransaction, DbErr> {
        self.readers.begin().await
    }

    /// Closes all connections; what waits for one is refused.
    pub(crate) async fn close(&self) -> Result<(), DbErr> {
        self.readers.close_by_ref().await?;
        self.writer.close_by_ref().await
    }

    #[cfg(test)]
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }
}

/// Takes SQLite's write lock at once: a transaction that takes it later can't wait for it, and
/// fails. PostgreSQL has no such mode.
pub(crate) async fn begin_change(
    writer: &DatabaseConnection,
) -> Result<DatabaseTransaction, DbErr> {
    writer
        .begin_with_options(TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        })
        .await
}
