//! SQLite only: its files, who may read them, and what happens when the disk is full.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use countersign_authority::{Store, StoreFault};

use countersign_trail::AttemptStore;
use sea_orm::ConnectionTrait;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;

use super::fixtures::account;
use super::furnishing::furnish;
use super::world::{World, commit};
use crate::{Record, Trail};

const NOT_A_RECORD: StoreFault = StoreFault::Foreign("record.db is not a record of countersign");

async fn opened(dir: &Path) -> Option<StoreFault> {
    Record::sqlite(dir).await.err()
}

fn modes(dir: &Path) -> Vec<(String, u32)> {
    let mut modes: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|file| {
            let file = file.unwrap();
            let mode = file.metadata().unwrap().permissions().mode() & 0o777;
            (file.file_name().into_string().unwrap(), mode)
        })
        .collect();
    modes.sort();
    modes
}

#[tokio::test]
async fn every_file_is_its_owners_alone() {
    let dir = tempfile::tempdir().unwrap();
    let record = Record::sqlite(dir.path()).await.unwrap();
    let trail = Trail::sqlite(dir.path()).await.unwrap();
    commit(record.begin().await.unwrap()).await;
    let expected: Vec<_> = ["attempts.db", "record.db"]
        .into_iter()
        .flat_map(|file| ["", "-shm", "-wal"].map(|suffix| (format!("{file}{suffix}"), 0o600)))
        .collect();
    assert_eq!(modes(dir.path()), expected);

    trail.close().await.unwrap();
    record.close().await.unwrap();
    fs::set_permissions(dir.path().join("record.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let _record = Record::sqlite(dir.path()).await.unwrap();
    assert!(modes(dir.path()).iter().all(|(_, mode)| *mode == 0o600));
}

#[tokio::test]
async fn a_probe_of_the_trail_is_a_write() {
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::sqlite(dir.path()).await.unwrap();
    // Of the same size, where it begins again at its start.
    let log = || fs::read(dir.path().join("attempts.db-wal")).unwrap();
    let before = log();
    trail.probe().await.unwrap();
    assert!(log() != before);
}

#[tokio::test]
async fn a_closed_record_is_one_file() {
    let dir = tempfile::tempdir().unwrap();
    let record = Record::sqlite(dir.path()).await.unwrap();
    commit(record.begin().await.unwrap()).await;
    record.close().await.unwrap();
    assert_eq!(modes(dir.path()), [("record.db".to_owned(), 0o600)]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("record.db");
    let text = "Dear diary, today I wrote more than a hundred bytes. ".repeat(20);
    fs::write(&file, &text).unwrap();
    assert_eq!(opened(dir.path()).await, Some(NOT_A_RECORD));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("record.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut stranger = options.connect().await.unwrap();
    sqlx::query("CREATE TABLE recipe (name text)").execute(&mut stranger).await.unwrap();
    stranger.close().await.unwrap();
    let before = fs::read(&file).unwrap();
    assert_eq!(opened(dir.path()).await, Some(NOT_A_RECORD));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_trail_under_the_name_of_a_record_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    Trail::sqlite(dir.path()).await.unwrap().close().await.unwrap();
    fs::rename(dir.path().join("attempts.db"), dir.path().join("record.db")).unwrap();
    assert_eq!(opened(dir.path()).await, Some(NOT_A_RECORD));
}

#[tokio::test]
async fn a_record_with_a_torn_page_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    Record::sqlite(dir.path()).await.unwrap().close().await.unwrap();
    let file = dir.path().join("record.db");
    let mut bytes = fs::read(&file).unwrap();
    for byte in &mut bytes[100..4096] {
        *byte = 0xA5;
    }
    fs::write(&file, bytes).unwrap();
    assert!(matches!(opened(dir.path()).await, Some(StoreFault::Damaged(_))));
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_is_said_to_be_so() {
    // Not even root can make files there.
    let fault = opened(Path::new("/proc/self")).await.unwrap();
    let StoreFault::Failed(text) = &fault else { panic!("{fault:?}") };
    assert!(text.ends_with(", opening the database"), "{text}");

    let dir = tempfile::tempdir().unwrap();
    let missing = opened(&dir.path().join("nowhere")).await.unwrap();
    assert_eq!(missing, StoreFault::Failed("entity not found, opening the database".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_named_and_what_stands_is_kept() {
    let world = World::sqlite().await;
    furnish(&world).await;
    world.meddle("PRAGMA max_page_count = 1").await.unwrap();
    let mut tx = world.change().await;
    let mut large = account(2);
    large.name = "x".repeat(1 << 20);
    assert_eq!(tx.add_account(&large).await, Err(StoreFault::DiskFull));
    drop(tx);

    world.meddle("PRAGMA max_page_count = 100000").await.unwrap();
    assert_eq!(world.facts().await.len(), 6);
    assert_eq!(commit(world.change().await).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_is_stuck_in_a_transaction_is_not_used_again() {
    let dir: TempDir = tempfile::tempdir().unwrap();
    let record = Record::sqlite(dir.path()).await.unwrap();
    // As after a commit that a full disk ended: a transaction that nobody will end.
    record.database().writer().execute_unprepared("BEGIN").await.unwrap();
    let number = commit(record.begin().await.unwrap()).await;

    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(dir.path().join("record.db"));
    let mut stranger = options.connect().await.unwrap();
    let newest = sqlx::query_scalar::<_, i64>("SELECT max(number) FROM event");
    let newest = newest.fetch_one(&mut stranger).await.unwrap();
    assert_eq!(u64::try_from(newest), Ok(number), "seen by another connection");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_that_holds_the_write_lock_for_too_long_is_named() {
    let dir: TempDir = tempfile::tempdir().unwrap();
    let record = Record::sqlite(dir.path()).await.unwrap();
    let file = dir.path().join("record.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut stranger = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut stranger).await.unwrap();
    let fault = record.begin().await.err().unwrap();
    let why = "SQLite 5, another program holds its write lock, beginning a change";
    assert_eq!(fault, StoreFault::Failed(why.to_owned()));
    sqlx::query("COMMIT").execute(&mut stranger).await.unwrap();
    assert_eq!(commit(record.begin().await.unwrap()).await, 1);
}
