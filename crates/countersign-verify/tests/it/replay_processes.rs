//! The replay guard in processes that really die and on files that really can't grow.
//!
//! The children are the ignored tests of this file, run by name with a folder in the environment.

// Lets clippy see that the functions between the tests are tests, too.
#![cfg(test)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use countersign_model::Timestamp;
use countersign_verify::replay::{
    BootId, Fingerprint, NotRemembered, ReplayGuard, ReplayKey, Settings, Use,
};
use tempfile::TempDir;

const FOLDER: &str = "REPLAY_TEST_FOLDER";
const NOW: i64 = 1_800_000_015;
const SETTINGS: Settings = Settings { window: 300, capacity: 6_000_000, writers: 1, mark_step: 30 };
/// Room for the mark, and in a journal file for a header, 127 records and half of one.
const LIMIT: u64 = 64 + 127 * 64 + 32;

/// Whatever the fingerprint is.
const USED: Result<(), NotRemembered> = Err(NotRemembered::Used(Fingerprint::from_bits(0)));

fn folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    ReplayGuard::create(dir.path(), &ReplayKey::new([3; 16])).unwrap();
    dir
}

fn open(dir: &Path) -> (ReplayGuard, usize) {
    let (guard, recovery) = ReplayGuard::open(
        dir,
        SETTINGS,
        BootId::read().unwrap(),
        NOW,
        Timestamp::from_millis(i64::MAX),
    )
    .unwrap();
    assert_eq!(recovery.boundary, None, "{:?}", recovery.reason);
    (guard, recovery.records)
}

fn ask(guard: &ReplayGuard, second: i64, n: u64) -> Result<(), NotRemembered> {
    let used = Use { holder: &[5; 32], second, nonce: &n.to_le_bytes(), by: None };
    match guard.remember(&used, NOW) {
        Ok(_) => Ok(()),
        Err(NotRemembered::Used(_)) => USED,
        Err(why) => Err(why),
    }
}

fn child(test: &str, dir: &Path, starter: &[&str]) -> Child {
    let this = std::env::current_exe().unwrap();
    let mut words = starter.iter().map(PathBuf::from).chain([this]);
    Command::new(words.next().unwrap())
        .args(words)
        .args(["--exact", "--ignored", "--nocapture", test])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn given_folder() -> PathBuf {
    std::env::var_os(FOLDER).expect("run by the test of the same name").into()
}

#[test]
fn what_was_admitted_before_kill_9_is_known_after_it() {
    let dir = folder();
    let mut answered = 0;
    for round in 1..=5 {
        let mut child = child("replay_processes::child_admits_until_it_is_killed", dir.path(), &[]);
        // Kept until the child is dead, or it would die of a closed pipe.
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let last = lines
            .by_ref()
            .filter_map(|line| line.strip_prefix("admitted ")?.parse::<u64>().ok())
            .take(3_000 * round)
            .last();
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
        drop(lines);
        let (guard, records) = open(dir.path());
        let last = last.unwrap();
        assert!(last > answered && records as u64 > last);
        answered = last;
        for n in 0..=answered {
            assert_eq!(ask(&guard, NOW + n as i64 % 90, n), USED, "{n}");
        }
    }
}

#[test]
#[ignore = "a child process"]
fn child_admits_until_it_is_killed() {
    let (guard, _) = open(&given_folder());
    let mut out = std::io::stdout();
    for n in 0.. {
        match ask(&guard, NOW + n as i64 % 90, n) {
            Ok(()) => writeln!(out, "admitted {n}").unwrap(),
            Err(why) => assert_eq!(Err(why), USED),
        }
    }
}

#[test]
fn a_record_written_in_part_refuses_and_puts_nothing_out_of_step() {
    let dir = folder();
    // The limit of this process stays; ignoring the signal makes the write short, then an error.
    let limit = format!("--fsize={LIMIT}:");
    let ignore = "trap '' XFSZ; exec \"$@\"";
    let starter = ["prlimit", &limit, "sh", "-c", ignore, "sh"];
    let writer = "replay_processes::child_writes_until_the_file_is_full";
    let mut child = child(writer, dir.path(), &starter);
    let status = child.wait().unwrap();
    assert!(status.success());
    let (guard, records) = open(dir.path());
    assert_eq!(records, 127 + 1 + 100);
    for n in (0..127).chain(600..700) {
        assert_eq!(ask(&guard, NOW, n), USED, "{n}");
    }
    assert_eq!(ask(&guard, NOW + 60, 0), USED);
}

#[test]
#[ignore = "a child process"]
fn child_writes_until_the_file_is_full() {
    let (guard, _) = open(&given_folder());
    for n in 0..127 {
        assert_eq!(ask(&guard, NOW, n), Ok(()));
    }
    for n in 127..138 {
        assert_eq!(ask(&guard, NOW, n), Err(NotRemembered::Unwritable));
        assert!(guard.take_write_fault().is_some());
        assert_eq!(ask(&guard, NOW, n), USED);
    }
    assert_eq!(ask(&guard, NOW + 60, 0), Ok(()), "another minute is another file");
    let me = std::process::id().to_string();
    let more = Command::new("prlimit").args(["--pid", &me, "--fsize=unlimited:"]).status();
    assert!(more.unwrap().success());
    for n in 600..700 {
        assert_eq!(ask(&guard, NOW, n), Ok(()), "room again: the same file goes on");
    }
}
