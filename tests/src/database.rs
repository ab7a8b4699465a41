//! What lies in a database, as the `sqlite3` command line reads it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The rows that `statement` selects, by a reader that changes nothing in the folder.
pub fn rows(database: &Path, statement: &str) -> Vec<Value> {
    // A copy: a reader of the original would finish a dead server's write-ahead log.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(database, &copy).unwrap();
    let log = database.with_extension("db-wal");
    if log.exists() {
        fs::copy(log, folder.path().join("copy.db-wal")).unwrap();
    }
    let output = Command::new("sqlite3").arg("-json").arg(&copy).arg(statement).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    if output.stdout.trim_ascii().is_empty() {
        return Vec::new();
    }
    serde_json::from_slice(&output.stdout).unwrap()
}
