//! PostgreSQL only: how to reach it, what its sessions may do, and whether the database is ours.

use countersign_authority::StoreFault;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::{Database, PATIENCE, READERS, TURN};
use crate::fault::{self, during};
use crate::schema::{self, Schema};

const OPENING: &str = "opening the database";

// Any number will do that nobody else locks in this database ("countersign" on a telephone).
const START_UP_LOCK: i64 = 26_868_637_447;

/// Opens the database that `url` names. The record and the trail may share one.
pub(crate) async fn open(url: &str, schema: &Schema) -> Result<Database, StoreFault> {
    let options: PgConnectOptions =
        url.parse().map_err(|_| StoreFault::Failed("the database URL can't be read".to_owned()))?;
    // A process that froze in the middle of a change must not stop the others for good.
    let options = options
        .application_name("countersign")
        .options([("lock_timeout", "15s"), ("idle_in_transaction_session_timeout", "60s")])
        .disable_statement_logging();

    let start_up = lock_start_up(&options).await?;
    let pool = PgPoolOptions::new().acquire_timeout(TURN).max_connections(1);
    let writer = pool.connect_with(options.clone()).await.map_err(opening)?.into();
    schema::migrate(&writer, schema).await.map_err(during("bringing the schema up to date"))?;
    start_up.close().await.map_err(opening)?;

    let options = options.options([
        ("default_transaction_read_only", "on"),
        ("default_transaction_isolation", "repeatable read"),
    ]);
    let pool = PgPoolOptions::new().acquire_timeout(PATIENCE).max_connections(READERS);
    let readers: PgPool = pool.connect_with(options).await.map_err(opening)?;
    Ok(Database { writer, readers: readers.into() })
}

/// Lets one process at a time look at the schema and migrate it: `CREATE TABLE IF NOT EXISTS` fails
/// when two run it at once. The lock ends with the connection.
async fn lock_start_up(options: &PgConnectOptions) -> Result<PgConnection, StoreFault> {
    let mut connection = PgConnection::connect_with(options).await.map_err(opening)?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(START_UP_LOCK)
        .execute(&mut connection)
        .await
        .map_err(opening)?;
    let (tables, ours): (i64, bool) = sqlx::query_as(
        "SELECT count(*), coalesce(bool_or(tablename = 'schema_version'), false) \
         FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(opening)?;
    if tables > 0 && !ours {
        return Err(StoreFault::Foreign("the database holds tables of another program"));
    }
    Ok(connection)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn opening(error: sqlx::Error) -> StoreFault {
    fault::of_sqlx(&error, OPENING)
}
