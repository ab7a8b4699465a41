//! A process that is killed in the middle of a stream of use cases leaves each of them with its
//! event, or neither: at a random moment, 200 times.

mod ledger;
mod stream;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use countersign_store::Record;
use countersign_testkit::SeededChance;
use sqlx::{Connection, SqliteConnection};

use ledger::{Trail, of_rows, of_trail, trail};
use stream::{DONE, Stream};

const FOLDER: &str = "COUNTERSIGN_STORE_TEST_FOLDER";
const SEED: &str = "COUNTERSIGN_STORE_TEST_SEED";
const KILLED: &str = "kill::use_cases::child_that_changes_the_record";
/// Records, each with so many kills one after the other.
const RECORDS: u64 = 4;
const KILLS: u64 = 50;
/// A child is killed within this time after a change that it has acknowledged, or after its start.
const MOMENT: u64 = 3_000;
const START: u64 = 60_000;

/// What 200 kills have left behind.
#[derive(Debug, Default)]
struct Left {
    acknowledged: usize,
    /// Changes that were made and not acknowledged any more: whole, too.
    unacknowledged: usize,
}

#[test]
fn of_200_processes_killed_at_random_each_leaves_a_change_with_its_event_or_neither() {
    let record = |number| std::thread::spawn(move || one_record(number));
    let mut left = Left::default();
    // Two at a time.
    for pair in [0..RECORDS / 2, RECORDS / 2..RECORDS] {
        let running: Vec<_> = pair.map(record).collect();
        for of_one in running.into_iter().map(|thread| thread.join().unwrap()) {
            left.acknowledged += of_one.acknowledged;
            left.unacknowledged += of_one.unacknowledged;
        }
    }
    println!("{} kills: {left:?}", RECORDS * KILLS);
    assert!(left.acknowledged > 200, "{left:?}");
}

fn one_record(number: u64) -> Left {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    runtime.block_on(stream::found(dir.path()));
    let mut left = Left::default();
    let mut before = runtime.block_on(checked(dir.path()));
    for kill in 0..KILLS {
        let seed = number * 1_000 + kill + 1;
        let acknowledged = killed(dir.path(), seed);
        let after = runtime.block_on(checked(dir.path()));
        assert_eq!(after[..before.len()], before, "seed {seed}: the trail only grows");
        let made: Vec<String> = after[before.len()..].iter().map(ledger::Entry::in_short).collect();
        assert!(made.starts_with(&acknowledged), "seed {seed}: {acknowledged:#?}\n{made:#?}");
        // One at a time is under way.
        let more = made.len() - acknowledged.len();
        assert!(more <= 1, "seed {seed}: {acknowledged:#?}\n{made:#?}");
        left.acknowledged += acknowledged.len();
        left.unacknowledged += more;
        before = after;
    }
    left
}

/// Starts a child, kills it at a moment that the seed says, and gives what it acknowledged.
fn killed(folder: &Path, seed: u64) -> Vec<String> {
    let chance = SeededChance::new(seed);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", KILLED, "--nocapture", "--include-ignored"])
        .env(FOLDER, folder)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (changes, mut acknowledged) = (chance.below(9) as usize, Vec::new());
    while acknowledged.len() < changes {
        acknowledged.push(next(&mut output).expect("the child goes on until it is killed"));
    }
    let within = if changes == 0 { START } else { MOMENT };
    let (reached, moment) = (Instant::now(), Duration::from_micros(chance.below(within)));
    while reached.elapsed() < moment {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9), "seed {seed}");
    // What it said before.
    acknowledged.extend(std::iter::from_fn(|| next(&mut output)));
    acknowledged
}

/// The next change that is acknowledged. Lines of the test runner are passed over.
fn next(output: &mut BufReader<ChildStdout>) -> Option<String> {
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
            return None;
        }
        // The runner's own line may have no end yet.
        if let Some((_, done)) = line.trim_end().split_once(DONE) {
            return Some(done.to_owned());
        }
    }
}

/// Opens the record as a start does, and compares what is in it with what its trail says.
async fn checked(folder: &Path) -> Trail {
    Record::sqlite(folder).await.unwrap().close().await.unwrap();
    let mut record = ledger::open(folder).await;
    let trail = trail(&mut record).await;
    let (rows, told) = (of_rows(&mut record).await, of_trail(&trail));
    let numbers: BTreeSet<&String> = rows.keys().chain(told.keys()).collect();
    for number in numbers {
        assert_eq!(rows.get(number), told.get(number), "{number}: its row, and its events");
    }
    assert_whole(&mut record, trail.len()).await;
    record.close().await.unwrap();
    trail
}

async fn assert_whole(record: &mut SqliteConnection, events: usize) {
    let ask = |question: &'static str| sqlx::query_scalar::<_, i64>(question);
    let head = ask("SELECT last FROM change_head").fetch_one(&mut *record).await.unwrap();
    assert_eq!(head, i64::try_from(events).unwrap(), "changes are counted as their events");
    let check = sqlx::query_scalar::<_, String>("PRAGMA integrity_check");
    assert_eq!(check.fetch_one(&mut *record).await.unwrap(), "ok");
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut *record).await.unwrap();
    assert!(broken.is_empty());
}

// Does something only as the child of the test above.
#[tokio::test]
async fn child_that_changes_the_record() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let seed = std::env::var(SEED).unwrap().parse().unwrap();
    let mut stream = Stream::open(folder.as_ref(), seed).await;
    loop {
        stream.change().await;
    }
}
