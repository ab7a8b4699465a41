//! What the guard promises, through its public interface. Belongs here: the actor that all of the
//! tests share. Processes that are really killed: `tests/it/replay_processes.rs`.

mod bounded;
mod once;
mod property;
mod restart;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;

/// Somewhere inside a minute.
const NOW: i64 = 1_800_000_015;
const BOOT: BootId = BootId::new([1; 16]);
const REBOOTED: BootId = BootId::new([2; 16]);
const SMALL: Settings = Settings { window: 300, capacity: 160_000, writers: 3, mark_step: 30 };

type Answer = Result<(), NotRemembered>;

/// No use is told.
const NO_USES: Timestamp = Timestamp::from_millis(i64::MAX);

/// Whatever the fingerprint is.
const USED: Answer = Err(NotRemembered::Used(Fingerprint::from_bits(0)));

fn key() -> ReplayKey {
    ReplayKey::new([9; 16])
}

fn holder(n: u64) -> [u8; 32] {
    let mut holder = [0xA5; 32];
    holder[..8].copy_from_slice(&n.to_le_bytes());
    holder
}

/// One request of holder 0.
fn ask(guard: &ReplayGuard, second: i64, nonce: &str, now: i64) -> Answer {
    ask_as(0, guard, second, nonce.as_bytes(), now)
}

fn ask_as(who: u64, guard: &ReplayGuard, second: i64, nonce: &[u8], now: i64) -> Answer {
    match guard.remember(&Use { holder: &holder(who), second, nonce, by: None }, now) {
        Ok(_) => Ok(()),
        Err(NotRemembered::Used(_)) => USED,
        Err(why) => Err(why),
    }
}

fn fresh_folder() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    ReplayGuard::create(dir.path(), &key()).unwrap();
    dir
}

fn open(dir: &TempDir, boot: BootId, now: i64) -> (ReplayGuard, Recovery) {
    ReplayGuard::open(dir.path(), SMALL, boot, now, NO_USES).unwrap()
}

fn journals(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.extension().is_some()).collect();
    paths.sort();
    paths
}
