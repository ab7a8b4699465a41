//! A process that is killed leaves whole changes only.

mod use_cases;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use countersign_authority::Store;

use countersign_store::{Record, Trail};
use countersign_trail::{AttemptBatch, AttemptCount, AttemptStore};

use crate::fixtures::{account, event};

const FOLDER: &str = "COUNTERSIGN_STORE_TEST_FOLDER";
const KILLED: &str = "kill::child_that_is_killed";

#[tokio::test]
async fn what_was_committed_survives_a_kill_and_what_was_not_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    kill_halfway(dir.path());
    assert!(dir.path().join("record.db-wal").metadata().unwrap().len() > 0);

    let record = Record::sqlite(dir.path()).await.unwrap();
    let mut tx = record.begin().await.unwrap();
    assert!(tx.account(&account(1).id).await.unwrap().is_some());
    assert!(tx.account(&account(2).id).await.unwrap().is_none());
    assert_eq!(tx.commit(&event()).await.unwrap().0, 2);
    let trail = Trail::sqlite(dir.path()).await.unwrap();
    assert_eq!(trail.totals().await.unwrap(), (0, 5));
}

fn kill_halfway(dir: &Path) {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", KILLED, "--nocapture"])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = BufReader::new(process.stdout.take().unwrap());
    let halfway = output.lines().any(|line| line.unwrap().ends_with("halfway"));
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(halfway);
}

// Does something only as the child of the test above.
#[tokio::test]
async fn child_that_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let record = Record::sqlite(folder.as_ref()).await.unwrap();
    let trail = Trail::sqlite(folder.as_ref()).await.unwrap();
    let count = AttemptCount {
        minute: 1,
        network: "rest".to_owned(),
        surface: None,
        detail: "rest".to_owned(),
        count: 5,
        references: Vec::new(),
    };
    trail.write(&AttemptBatch { counts: vec![count], ..AttemptBatch::default() }).await.unwrap();
    let mut tx = record.begin().await.unwrap();
    tx.add_account(&account(1)).await.unwrap();
    tx.commit(&event()).await.unwrap();
    let mut tx = record.begin().await.unwrap();
    tx.add_account(&account(2)).await.unwrap();
    println!("halfway");
    std::io::stdout().flush().unwrap();
    std::future::pending::<()>().await;
}
