//! Databases of older versions are made by the first migrations alone.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use countersign_testkit::{must_have, succeeds};
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

use super::*;
use crate::database::sqlite;
use crate::schema::{ATTEMPTS, RECORD};

fn old(schema: &Schema, version: usize) -> Schema {
    Schema { migrations: &schema.migrations[..version], ..*schema }
}

async fn bring_to(dir: &Path, schema: &Schema) {
    sqlite::open(dir, schema).await.unwrap().close().await.unwrap();
}

async fn ask(path: &Path, question: &'static str) -> i64 {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    let answer = sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    answer
}

async fn execute(path: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn files(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const VERSION: &str = "SELECT version FROM schema_version";

/// A record of the first version with something in it.
async fn old_record() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    bring_to(dir.path(), &old(&RECORD, 1)).await;
    let path = dir.path().join("record.db");
    execute(&path, "CREATE TABLE note AS SELECT 42 AS number").await;
    dir
}

#[tokio::test]
async fn an_old_database_is_copied_as_it_was_before_it_is_migrated() {
    let dir = old_record().await;
    bring_to(dir.path(), &RECORD).await;
    assert_eq!(files(dir.path()), ["record.db", "record.db.before-m002"]);
    let (record, copy) = (dir.path().join("record.db"), dir.path().join("record.db.before-m002"));
    assert_eq!(ask(&record, VERSION).await, RECORD.migrations.len() as i64);
    assert_eq!(ask(&copy, VERSION).await, 1);
    for path in [&record, &copy] {
        assert_eq!(ask(path, "SELECT number FROM note").await, 42);
    }
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);

    // The way back: the copy takes its place, and the older program opens it.
    fs::rename(&copy, &record).unwrap();
    bring_to(dir.path(), &old(&RECORD, 1)).await;
}

#[tokio::test]
async fn what_the_log_still_holds_is_in_the_copy() {
    let dir = old_record().await;
    let path = dir.path().join("record.db");
    // As after a kill: not in the file itself, only in the log beside it.
    let options = SqliteConnectOptions::new().filename(&path);
    let mut open = options.connect().await.unwrap();
    sqlx::query("UPDATE note SET number = 43").execute(&mut open).await.unwrap();
    bring_to(dir.path(), &RECORD).await;
    assert_eq!(ask(&dir.path().join("record.db.before-m002"), "SELECT number FROM note").await, 43);
}

#[tokio::test]
async fn nothing_is_copied_where_nothing_is_migrated() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        bring_to(dir.path(), &RECORD).await;
        assert_eq!(files(dir.path()), ["record.db"]);
    }
}

#[tokio::test]
async fn the_last_two_copies_are_kept_and_files_of_others_too() {
    let dir = tempfile::tempdir().unwrap();
    for name in
        ["attempts.db.before-m001", "attempts.db.before-my-holidays", "record.db.before-m001"]
    {
        fs::write(dir.path().join(name), "").unwrap();
    }
    for version in 1..=3 {
        bring_to(dir.path(), &old(&ATTEMPTS, version)).await;
    }
    assert_eq!(
        files(dir.path()),
        [
            "attempts.db",
            "attempts.db.before-m002",
            "attempts.db.before-m003",
            "attempts.db.before-my-holidays",
            "record.db.before-m001",
        ]
    );
}

#[tokio::test]
async fn what_can_not_be_copied_is_not_migrated() {
    let dir = old_record().await;
    let in_the_way = dir.path().join("record.db.before-m002.part");
    fs::create_dir(&in_the_way).unwrap();
    let fault = sqlite::open(dir.path(), &RECORD).await.err().unwrap();
    let StoreFault::NotCopied { file, megabytes, .. } = &fault else { panic!("{fault:?}") };
    assert_eq!((*file, *megabytes), ("record.db", 1));
    assert!(fault.to_string().contains("nothing was changed"), "{fault}");
    assert_eq!(ask(&dir.path().join("record.db"), VERSION).await, 1);

    fs::remove_dir(&in_the_way).unwrap();
    bring_to(dir.path(), &RECORD).await;
    assert_eq!(ask(&dir.path().join("record.db"), VERSION).await, RECORD.migrations.len() as i64);
}

#[tokio::test]
async fn what_a_killed_start_left_is_written_anew() {
    let dir = old_record().await;
    fs::write(dir.path().join("record.db.before-m002.part"), "half").unwrap();
    fs::write(dir.path().join("record.db.before-m002"), "older").unwrap();
    bring_to(dir.path(), &RECORD).await;
    assert_eq!(files(dir.path()), ["record.db", "record.db.before-m002"]);
    assert_eq!(ask(&dir.path().join("record.db.before-m002"), VERSION).await, 1);
}

/// A child of itself, in a folder on a disk of 800 KB.
#[tokio::test]
async fn a_disk_that_is_too_small_for_the_copy_is_named_and_left_as_it_was() {
    let dir = old_record().await;
    // More than half of the disk.
    let fill = "CREATE TABLE filling AS SELECT zeroblob(400000) AS bytes";
    execute(&dir.path().join("record.db"), fill).await;
    let mount = "mount -t tmpfs -o size=800k none \"$1\" && cp -a \"$0\"/. \"$1\" && shift && \
                 exec \"$@\"";
    let disk = tempfile::tempdir().unwrap();
    let mut try_it = Command::new("unshare");
    try_it.args(["--mount", "mount", "-t", "tmpfs", "none"]).arg(disk.path());
    if !must_have("mount", succeeds(try_it.output())) {
        return;
    }
    let child = Command::new("unshare")
        .args(["--mount", "sh", "-c", mount])
        .args([dir.path(), disk.path()])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture"])
        .arg("database::sqlite::copy::tests::child_opens_on_a_small_disk")
        .env("FOLDER", disk.path())
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
}

#[tokio::test]
#[ignore = "a child process"]
async fn child_opens_on_a_small_disk() {
    let folder = PathBuf::from(std::env::var_os("FOLDER").unwrap());
    let fault = sqlite::open(&folder, &RECORD).await.err().unwrap().to_string();
    assert!(fault.contains("full"), "{fault}");
    assert!(fault.contains("free about 1 MB"), "{fault}");
    assert_eq!(ask(&folder.join("record.db"), VERSION).await, 1);
    assert_eq!(files(&folder), ["record.db"]);
}
