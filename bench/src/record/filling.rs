//! Making the record: what is few by the port, tokens and their uses by SQL, since a million calls
//! would take longer than all the measurements.

use std::path::Path;

use anyhow::{Context, Result};
use countersign_authority::{Act, Event, Store};
use countersign_model::{AccountNumber, Actor, Installation, InstallationId};
use countersign_store::{Record, Trail};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite, SqliteConnection};

use crate::fleet::Fleet;
use crate::steady::START;

/// Rows of one statement: SQLite takes 32,766 values.
const ROWS: usize = 1_000;
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const MADE_MS: i64 = 1_700_000_000_000;

/// What is told of a token beside what all have. Rare things are as rare as a list can bear least:
/// some, and far apart.
struct Told {
    name: String,
    installation: i64,
    state: &'static str,
    revoked_at_ms: Option<i64>,
    made_at_ms: i64,
    expires_at_ms: Option<i64>,
    idle_days: Option<i64>,
}

impl Told {
    /// As most are, and all of the first integration.
    fn plain(place: u32) -> Self {
        let made_at_ms = MADE_MS + 1000 * i64::from(place);
        Self {
            name: format!("Token {place}"),
            installation: 1,
            state: "active",
            revoked_at_ms: None,
            made_at_ms,
            expires_at_ms: None,
            idle_days: None,
        }
    }

    fn various(place: u32) -> Self {
        let revoked = place % 50 == 7;
        let inactive = place % 1_000 == 3;
        let plain = Self::plain(place);
        Self {
            name: if place % 333_333 == 111_111 { format!("Zebra {place}") } else { plain.name },
            installation: if place % 100_000 == 9 { 2 } else { 1 },
            state: match (revoked, inactive) {
                (true, _) => "revoked",
                (_, true) => "inactive",
                _ => "active",
            },
            revoked_at_ms: revoked.then_some(plain.made_at_ms + DAY_MS),
            made_at_ms: plain.made_at_ms,
            expires_at_ms: (place % 10_000 == 5).then_some(START.millis() + 10 * DAY_MS),
            idle_days: (place % 10_000 == 6).then_some(30),
        }
    }
}

/// Makes the record in `dir`, in which all tokens work.
pub(crate) async fn fill_plainly(dir: &Path, fleet: &Fleet) -> Result<()> {
    fill(dir, fleet, Told::plain).await
}

/// Makes the record in `dir` with tokens of all kinds, and when they were used.
pub(super) async fn fill_variously(dir: &Path, fleet: &Fleet) -> Result<()> {
    fill(dir, fleet, Told::various).await?;
    uses(dir, fleet).await
}

async fn fill(dir: &Path, fleet: &Fleet, tell: fn(u32) -> Told) -> Result<()> {
    let record = Record::sqlite(dir).await?;
    found(&record, fleet).await?;
    record.close().await?;
    let mut file = connect(&dir.join("record.db")).await?;
    let mut tx = file.begin().await?;
    let places: Vec<u32> = (0..fleet.tokens()).collect();
    for places in places.chunks(ROWS) {
        tokens(fleet, places, tell)?.build().execute(&mut *tx).await?;
    }
    tx.commit().await?;
    file.close().await.context("can't close the record")
}

async fn uses(dir: &Path, fleet: &Fleet) -> Result<()> {
    Trail::sqlite(dir).await?.close().await?;
    let mut file = connect(&dir.join("attempts.db")).await?;
    let used = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
        INSERT INTO token_use (account, token, count, last_at_ms, last_source) \
        SELECT 1, i, 9, ?, '192.0.2.1' FROM n";
    let used = sqlx::query(used).bind(fleet.tokens()).bind(START.millis() - DAY_MS);
    used.execute(&mut file).await?;
    file.close().await.context("can't close the trail")
}

/// Nothing of it has to outlive a crash.
async fn connect(path: &Path) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(path).disable_statement_logging();
    let options = options
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .foreign_keys(false)
        .pragma("cache_size", "-500000");
    Ok(options.connect().await?)
}

fn tokens(fleet: &Fleet, places: &[u32], tell: fn(u32) -> Told) -> Result<QueryBuilder<Sqlite>> {
    let mut statement = QueryBuilder::new(
        "INSERT INTO access_token (account, number, token_id, token_secret, secret_version, name, \
         name_key, installation, entity, role, state, revoked_at_ms, version, created_at_ms, \
         created_by, changed_at_ms, changed_by, secret_since_ms, awake_since_ms, expires_at_ms, \
         idle_days) ",
    );
    let tokens: Vec<_> = places
        .iter()
        .map(|place| Ok((tell(*place), fleet.token(*place)?)))
        .collect::<Result<_>>()?;
    statement.push_values(tokens, |mut row, (told, token)| {
        row.push_bind(i64::from(token.account.0))
            .push_bind(i64::from(token.number.0))
            .push_bind(token.token_id.as_bytes().to_vec())
            .push_bind(token.token_secret.to_bytes().to_vec())
            .push_bind(i64::from(token.secret_version))
            .push_bind(told.name.clone())
            .push_bind(told.name.to_lowercase())
            .push_bind(told.installation)
            .push_bind(i64::from(token.entity.0))
            .push_bind(i64::from(token.role.0))
            .push_bind(told.state)
            .push_bind(told.revoked_at_ms)
            .push_bind(1_i64)
            .push_bind(told.made_at_ms)
            .push_bind("schedule")
            .push_bind(told.made_at_ms)
            .push_bind("schedule")
            .push_bind(told.made_at_ms)
            .push_bind(told.made_at_ms)
            .push_bind(told.expires_at_ms)
            .push_bind(told.idle_days);
    });
    Ok(statement)
}

async fn found(record: &Record, fleet: &Fleet) -> Result<()> {
    let account = fleet.account()?;
    let mut change = record.begin().await?;
    change.add_data_key(fleet.data_key()).await?;
    change.add_account(&account).await?;
    for role in fleet.roles() {
        change.add_role(&role).await?;
    }
    for number in 0..fleet.entities() {
        change.add_entity(&fleet.entity(number)?).await?;
        let (entity, role) = fleet.assignment(number);
        change.assign_role(account.number, entity, role).await?;
    }
    change.add_integration(&fleet.integration()?).await?;
    change.add_installation(&fleet.installation()).await?;
    let other = fleet.other_integration()?;
    change.add_integration(&other).await?;
    let of_other = Installation {
        id: InstallationId(2),
        integration: other.id,
        name: other.name.clone(),
        ..fleet.installation()
    };
    change.add_installation(&of_other).await?;
    let event = Event {
        at: START,
        actor: Actor::LocalUser(0),
        origin: None,
        account: AccountNumber(1),
        act: Act::TokenRevoked { token: 1 },
    };
    change.commit(&event).await?;
    Ok(())
}
