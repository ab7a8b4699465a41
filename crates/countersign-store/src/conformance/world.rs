//! A record and a trail of a test's own, in an empty database of either kind.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_authority::{Store, StoreFault, Transaction};
use countersign_verify::Fact;
use sea_orm::{ConnectionTrait, DbErr};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

use super::fixtures::event;
use crate::{Record, Trail};

pub(super) struct World {
    pub(super) record: Record,
    pub(super) trail: Trail,
    ground: Ground,
}

enum Ground {
    Folder(TempDir),
    Database(String),
}

impl World {
    pub(super) async fn sqlite() -> Self {
        Self::on(Ground::Folder(tempfile::tempdir().unwrap())).await
    }

    pub(super) async fn postgres() -> Self {
        Self::on(Ground::Database(empty_database().await)).await
    }

    async fn on(ground: Ground) -> Self {
        Self {
            record: ground.record().await.unwrap(),
            trail: ground.trail().await.unwrap(),
            ground,
        }
    }

    /// The same databases, opened once more.
    pub(super) async fn second_record(&self) -> Result<Record, StoreFault> {
        self.ground.record().await
    }

    pub(super) async fn second_trail(&self) -> Result<Trail, StoreFault> {
        self.ground.trail().await
    }

    /// Begins a change.
    pub(super) async fn change(&self) -> Box<dyn Transaction> {
        self.record.begin().await.unwrap()
    }

    /// All facts, each as its `Debug` text, sorted.
    pub(super) async fn facts(&self) -> Vec<String> {
        facts_of(&self.record).await
    }

    /// Runs a statement behind the port's back.
    pub(super) async fn meddle(&self, statement: &str) -> Result<u64, DbErr> {
        let writer = self.record.database().writer();
        Ok(writer.execute_unprepared(statement).await?.rows_affected())
    }
}

impl Ground {
    async fn record(&self) -> Result<Record, StoreFault> {
        match self {
            Self::Folder(folder) => Record::sqlite(folder.path()).await,
            Self::Database(url) => Record::postgres(url).await,
        }
    }

    async fn trail(&self) -> Result<Trail, StoreFault> {
        match self {
            Self::Folder(folder) => Trail::sqlite(folder.path()).await,
            Self::Database(url) => Trail::postgres(url).await,
        }
    }
}

pub(super) async fn facts_of(record: &Record) -> Vec<String> {
    let facts = std::sync::Mutex::new(Vec::new());
    let learn = |fact: Fact| facts.lock().unwrap().push(format!("{fact:?}"));
    record.load(&learn).await.unwrap();
    let mut facts = facts.into_inner().unwrap();
    facts.sort();
    facts
}

/// Commits a change; its event is none of the test's business.
pub(super) async fn commit(tx: Box<dyn Transaction>) -> u64 {
    tx.commit(&event()).await.unwrap().0
}

/// A new database on the tests' server.
pub(super) async fn empty_database() -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("COUNTERSIGN_POSTGRES") else {
        panic!(
            "set COUNTERSIGN_POSTGRES to the URL of a PostgreSQL server for tests, \
             or run cargo xtask test"
        );
    };
    let name = format!("store_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let options: PgConnectOptions = server.parse().unwrap();
    let mut admin = PgConnection::connect_with(&options).await.unwrap();
    for statement in [
        format!("DROP DATABASE IF EXISTS {name}"),
        format!("CREATE DATABASE {name} STRATEGY = file_copy"),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
    }
    admin.close().await.unwrap();
    options.database(&name).to_url_lossy().to_string()
}
