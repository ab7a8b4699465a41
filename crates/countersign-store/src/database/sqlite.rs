//! SQLite only: where the file is, who may read it, and whether it is ours.
//!
//! WAL, so that readers never wait for the writer; `synchronous=FULL`, so that a commit survives a
//! power cut.

mod copy;

use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use countersign_authority::StoreFault;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};

use super::{Database, PATIENCE, READERS, TURN};
use crate::fault::{self, during};
use crate::schema::{self, Schema};

const OPENING: &str = "opening the database";
const OWNER_ONLY: u32 = 0o600;
/// Pages that a connection may keep in memory: in KiB, as a negative number. SQLite would take
/// 2,000 for each of ten. It is a limit for all of them together rather than for each, since a busy
/// connection takes the room of idle ones (the library is built with
/// `SQLITE_ENABLE_MEMORY_MANAGEMENT`); pages of readers are in the system's memory anyway.
const WRITER_PAGES: &str = "-2000";
const READER_PAGES: &str = "-500";
/// Rows that a connection may be ahead of who reads them. At the library's 50 the two wake each
/// other all the time while a million are read.
const ROWS_AHEAD: usize = 1000;

/// Opens the schema's file in `dir`, or makes it.
pub(crate) async fn open(dir: &Path, schema: &Schema) -> Result<Database, StoreFault> {
    let path = dir.join(schema.file);
    create(&path).map_err(|error| fault::of_file(&error, OPENING))?;
    recognise(&path, schema).await?;
    copy::keep(&path, schema).await?;
    keep_private(&path).map_err(|error| fault::of_file(&error, OPENING))?;

    let options = options(&path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    let writer = pool(1)
        .acquire_timeout(TURN)
        .before_acquire(|connection, _| Box::pin(is_sound(connection)))
        .connect_with(options.clone().pragma("cache_size", WRITER_PAGES));
    let writer = writer.await.map_err(opening)?.into();
    schema::migrate(&writer, schema).await.map_err(during("bringing the schema up to date"))?;
    let readers = options.pragma("query_only", "ON").pragma("cache_size", READER_PAGES);
    let readers: SqlitePool = pool(READERS).connect_with(readers).await.map_err(opening)?;
    Ok(Database { writer, readers: readers.into() })
}

/// Whether the writer may be used again; otherwise it is closed and another one is opened.
///
/// After an error that ends a transaction by itself (a full disk at its commit) SQLite and sqlx
/// disagree on whether one is open. What is "committed" then is part of a transaction that never
/// ends: acknowledged, and gone at the next start.
async fn is_sound(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // The rollback of a transaction that was dropped is waiting: have it done first.
    connection.ping().await?;
    if connection.is_in_transaction() {
        return Ok(false);
    }
    let begun = sqlx::query("BEGIN").execute(&mut *connection).await;
    Ok(begun.is_ok() && sqlx::query("ROLLBACK").execute(&mut *connection).await.is_ok())
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(PATIENCE)
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
}

// SQLite gives the files beside it, `-wal` and `-shm`, the mode of the file itself.
fn create(path: &Path) -> io::Result<()> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(OWNER_ONLY)
        .open(path)
        .map(drop)
}

// A file that was copied into the folder may have come with any mode.
fn keep_private(path: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match fs::set_permissions(PathBuf::from(file), Permissions::from_mode(OWNER_ONLY)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Refuses a file that something else wrote, before anything is changed in it, and marks a new one
/// as ours. The mark (`PRAGMA application_id`) is SQLite's own; `file` shows it too.
async fn recognise(path: &Path, schema: &Schema) -> Result<(), StoreFault> {
    let mut connection = SqliteConnection::connect_with(&options(path)).await.map_err(opening)?;
    let mark = schema.application_id;
    let found: (i64, i64) = sqlx::query_as(
        "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|error| match opening(error) {
        StoreFault::Foreign(_) => StoreFault::Foreign(schema.foreign),
        other => other,
    })?;
    match found {
        (found, _) if found == i64::from(mark) => {}
        (0, 0) => {
            let set = AssertSqlSafe(format!("PRAGMA application_id = {mark}"));
            sqlx::query(set).execute(&mut connection).await.map_err(opening)?;
        }
        _ => return Err(StoreFault::Foreign(schema.foreign)),
    }
    connection.close().await.map_err(opening)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn opening(error: sqlx::Error) -> StoreFault {
    fault::of_sqlx(&error, OPENING)
}
