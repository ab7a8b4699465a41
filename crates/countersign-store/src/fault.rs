//! What a database's failure may say: a code and the name of a constraint.
//!
//! Never its text: PostgreSQL's `detail`, part of `Debug` too, is the row that failed, sealed
//! secrets included. Nothing else in this crate looks into a database's error.

use std::io;

use countersign_authority::{StoreFault, Unique};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

/// Why a query failed, until somebody says what it was for. Has no `Debug`, see the header.
pub(crate) enum Fault {
    /// The database said no. On PostgreSQL that ends the transaction.
    Database(DbErr),
    /// We know why.
    Known(StoreFault),
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<StoreFault> for Fault {
    fn from(fault: StoreFault) -> Self {
        Self::Known(fault)
    }
}

/// Makes a [`StoreFault`] of what went wrong during `what`.
pub(crate) fn during(what: &'static str) -> impl Fn(Fault) -> StoreFault {
    move |fault| match fault {
        Fault::Known(fault) => fault,
        Fault::Database(error) => of_query_layer(&error, what),
    }
}

/// The names of unique indexes that somebody can run into, and the columns that SQLite names.
const UNIQUES: [(&str, &str, Unique); 4] = [
    ("account_id_unique", "account.id", Unique::AccountId),
    ("entity_email_unique", "entity.account, entity.email", Unique::Email),
    ("role_name_unique", "role.account, role.name", Unique::RoleName),
    ("own_permission_pkey", "own_permission.account, own_permission.name", Unique::PermissionName),
];

/// What PostgreSQL's codes mean, where an operator can do something about them.
const SQLSTATES: [(&str, &str); 7] = [
    ("28000", "access refused"),
    ("28P01", "wrong user or password"),
    ("3D000", "no such database"),
    ("42501", "missing privilege"),
    ("53300", "too many connections"),
    ("55P03", "somebody else holds a lock for too long"),
    ("57P03", "it is starting or stopping"),
];

/// What SQLite's primary codes mean, likewise.
const SQLITE_CODES: [(i32, &str); 4] = [
    (5, "another program holds its write lock"),
    (8, "it can't be written to"),
    (10, "the disk failed"),
    (14, "a file can't be opened"),
];

fn of_query_layer(error: &DbErr, during: &'static str) -> StoreFault {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => {
            failed("no connection came free", during)
        }
        DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => failed("closed", during),
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => of_sqlx(error, during),
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => {
            StoreFault::Damaged("a column of another type")
        }
        _ => failed("the query layer gave up", during),
    }
}

/// Makes a [`StoreFault`] of a driver's error.
pub(crate) fn of_sqlx(error: &sqlx::Error, during: &'static str) -> StoreFault {
    match error {
        sqlx::Error::Database(error) => of_database(error.as_ref(), during),
        sqlx::Error::Io(error) => of_file(error, during),
        sqlx::Error::Tls(_) => failed("TLS could not be agreed upon", during),
        sqlx::Error::PoolTimedOut => failed("no connection came free", during),
        sqlx::Error::PoolClosed => failed("closed", during),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
            StoreFault::Damaged("a column of another type")
        }
        sqlx::Error::ColumnNotFound(_) => StoreFault::Damaged("a column is missing"),
        _ => failed("the driver gave up", during),
    }
}

/// Makes a [`StoreFault`] of a file's or a socket's error.
pub(crate) fn of_file(error: &io::Error, during: &'static str) -> StoreFault {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreFault::DiskFull,
        kind => failed(&kind.to_string(), during),
    }
}

fn of_database(error: &dyn DatabaseError, during: &'static str) -> StoreFault {
    if error.is_unique_violation() {
        return StoreFault::Taken(unique(error));
    }
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        of_sqlite(code.parse().unwrap_or_default(), during)
    } else {
        of_postgres(&code, error.constraint(), during)
    }
}

fn of_sqlite(code: i32, during: &'static str) -> StoreFault {
    let primary = code & 0xff;
    let meaning = SQLITE_CODES.into_iter().find(|(known, _)| *known == primary);
    match (primary, meaning) {
        (11, _) => StoreFault::Damaged("the file is damaged"),
        (13, _) => StoreFault::DiskFull,
        (26, _) => StoreFault::Foreign("the file is no SQLite database"),
        (_, Some((_, meaning))) => failed(&format!("SQLite {code}, {meaning}"), during),
        (_, None) => failed(&format!("SQLite {code}"), during),
    }
}

fn of_postgres(code: &str, constraint: Option<&str>, during: &'static str) -> StoreFault {
    let meaning = SQLSTATES.into_iter().find(|(known, _)| *known == code);
    match (code, constraint, meaning) {
        ("53100", ..) => StoreFault::DiskFull,
        ("42P01" | "42703", ..) => StoreFault::Damaged("a table or column is missing"),
        (_, Some(name), _) => failed(&format!("SQLSTATE {code}, constraint {name}"), during),
        (_, _, Some((_, meaning))) => failed(&format!("SQLSTATE {code}, {meaning}"), during),
        _ => failed(&format!("SQLSTATE {code}"), during),
    }
}

fn unique(error: &dyn DatabaseError) -> Unique {
    let columns = error.message().strip_prefix("UNIQUE constraint failed: ");
    UNIQUES
        .into_iter()
        .find(|(name, named, _)| error.constraint() == Some(name) || columns == Some(named))
        .map_or(Unique::Key, |(_, _, unique)| unique)
}

fn failed(why: &str, during: &'static str) -> StoreFault {
    StoreFault::Failed(format!("{why}, {during}"))
}
