//! The copy of a database as it was before its schema is changed: the way back to the version of
//! the program before.
//!
//! It lies beside the database, `record.db.before-m003`: before migration 3. The last two are kept.
//! What can't be copied is not migrated.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use countersign_authority::StoreFault;
use sqlx::{Connection, SqliteConnection};

use super::{create, opening, options};
use crate::fault;
use crate::schema::Schema;

/// Copies that are kept of one database.
const KEPT: usize = 2;
const BEFORE: &str = ".before-m";
/// Not whole yet.
const PART: &str = ".part";
const COPYING: &str = "copying the database";

/// Copies the database at `path` if it holds something that is about to be migrated.
pub(super) async fn keep(path: &Path, schema: &Schema) -> Result<(), StoreFault> {
    let mut connection = SqliteConnection::connect_with(&options(path)).await.map_err(opening)?;
    let version = version(&mut connection, schema).await.map_err(opening)?;
    let next = version + 1;
    if version == 0 || next > schema.migrations.len() {
        return connection.close().await.map_err(opening);
    }
    let target = with_suffix(path, &format!("{BEFORE}{next:03}"));
    let part = with_suffix(&target, PART);
    let copied = copy(&mut connection, &part, &target).await;
    connection.close().await.map_err(opening)?;
    if let Err(fault) = copied {
        // It may be what has filled the disk.
        let _ = fs::remove_file(&part);
        let needed = fs::metadata(path).map_or(0, |metadata| metadata.len());
        let why = match fault {
            StoreFault::DiskFull => "the disk is full".to_owned(),
            other => other.to_string(),
        };
        let megabytes = needed.div_ceil(1_000_000);
        return Err(StoreFault::NotCopied { file: schema.file, megabytes, why });
    }
    // A copy too many is no reason not to start.
    if let Err(error) = forget_older(path) {
        tracing::warn!(%error, file = schema.file, "old copies of a database can't be removed");
    }
    Ok(())
}

/// The version of the schema in the file; 0 where there is none yet.
async fn version(connection: &mut SqliteConnection, schema: &Schema) -> Result<usize, sqlx::Error> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_version'";
    if sqlx::query_scalar::<_, i64>(tables).fetch_one(&mut *connection).await? == 0 {
        return Ok(0);
    }
    let version = sqlx::query_scalar("SELECT version FROM schema_version WHERE name = ?");
    let version: Option<i64> = version.bind(schema.name).fetch_optional(connection).await?;
    Ok(usize::try_from(version.unwrap_or_default()).unwrap_or_default())
}

/// Under its name the copy is whole, and on the disk.
async fn copy(
    connection: &mut SqliteConnection,
    part: &Path,
    target: &Path,
) -> Result<(), StoreFault> {
    let of_file = |error: io::Error| fault::of_file(&error, COPYING);
    match fs::remove_file(part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(of_file(error)),
        _ => {}
    }
    // SQLite fills an empty file, and leaves its mode as it is.
    create(part).map_err(of_file)?;
    let name = part
        .to_str()
        .ok_or_else(|| StoreFault::Failed(format!("the folder's name is not UTF-8, {COPYING}")))?;
    let vacuum = sqlx::query("VACUUM INTO ?").bind(name).execute(connection).await;
    vacuum.map_err(|error| fault::of_sqlx(&error, COPYING))?;
    File::open(part).and_then(|file| file.sync_all()).map_err(of_file)?;
    fs::rename(part, target).map_err(of_file)?;
    sync_folder_of(target).map_err(of_file)
}

fn forget_older(path: &Path) -> io::Result<()> {
    let Some((folder, name)) = path.parent().zip(path.file_name().and_then(|name| name.to_str()))
    else {
        return Ok(());
    };
    let prefix = format!("{name}{BEFORE}");
    let mut copies: Vec<(u32, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let number =
            entry.file_name().to_str().and_then(|name| name.strip_prefix(&prefix)?.parse().ok());
        copies.extend(number.map(|number| (number, entry.path())));
    }
    copies.sort_unstable();
    let over = copies.len().saturating_sub(KEPT);
    copies.iter().take(over).try_for_each(|(_, copy)| fs::remove_file(copy))
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests;
