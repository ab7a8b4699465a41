//! Numbers of the replay guard, to be read:
//! `cargo test --release -- --ignored --nocapture measure_`

// Lets clippy see that the functions between the tests are tests, too.
#![cfg(test)]

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::{Duration, Instant};

use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_verify::replay::{BootId, ReplayGuard, ReplayKey, Settings, Use, UsedBy};
use countersign_verify::{Retiring, Surface};

const NOW: i64 = 1_800_000_000;
const BOOT: BootId = BootId::new([1; 16]);
const NO_USES: Timestamp = Timestamp::from_millis(i64::MAX);
const USES: u64 = 6_000_000;
const WINDOW: i64 = 600;

fn settings() -> Settings {
    Settings { capacity: 2 * USES as usize, writers: 2, ..Settings::default() }
}

fn open(dir: &Path) -> (ReplayGuard, Duration) {
    let begun = Instant::now();
    let (guard, recovery) =
        ReplayGuard::open(dir, settings(), BOOT, NOW + WINDOW, NO_USES).unwrap();
    assert_eq!(recovery.boundary, None);
    (guard, begun.elapsed())
}

/// Uses of 1,000 holders in the order in which they come, the clock running from 0 to 600 s.
fn fill(guard: &ReplayGuard, threads: u64) -> f64 {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for n in (thread..USES).step_by(threads as usize) {
                    let now = NOW + (n * WINDOW as u64 / USES) as i64;
                    let mut holder = [7; 32];
                    holder[..8].copy_from_slice(&(n % 1000).to_le_bytes());
                    let nonce = format_nonce(n);
                    let used = Use { holder: &holder, second: now, nonce: &nonce, by: Some(by()) };
                    // Within the window of the end, so that all of it is held.
                    guard.remember(&used, NOW + 300).unwrap();
                }
            });
        }
    });
    begun.elapsed().as_nanos() as f64 / USES as f64
}

fn by() -> UsedBy {
    UsedBy {
        at: Timestamp::from_seconds(NOW),
        account: AccountNumber(1),
        token: TokenNumber(1),
        source: Ipv4Addr::LOCALHOST.into(),
        surface: Surface::Rest,
        retiring: Retiring::default(),
    }
}

fn format_nonce(n: u64) -> [u8; 20] {
    let mut nonce = [b'x'; 20];
    nonce[..8].copy_from_slice(&n.to_le_bytes());
    nonce
}

#[test]
#[ignore = "measures; minutes in a debug build"]
fn measure_in_memory() {
    for threads in [1, 2] {
        let guard = ReplayGuard::in_memory(settings(), ReplayKey::new([3; 16]));
        let each = fill(&guard, threads);
        let bytes = guard.memory_bytes() as f64 / guard.held() as f64;
        println!(
            "memory, {threads} threads: {each:.0} ns a use (wall); {} held, {bytes:.1} bytes \
             each and {} fixed",
            guard.held(),
            guard.fixed_bytes()
        );
    }
}

#[test]
#[ignore = "measures; minutes in a debug build"]
fn measure_with_a_journal() {
    for threads in [1, 2] {
        let dir = tempfile::tempdir().unwrap();
        ReplayGuard::create(dir.path(), &ReplayKey::new([3; 16])).unwrap();
        let (guard, _) = open(dir.path());
        let each = fill(&guard, threads);
        drop(guard);
        let (guard, reload) = open(dir.path());
        assert_eq!(guard.held() as u64, USES);
        println!(
            "journal, {threads} threads: {each:.0} ns a use (wall); reload of {USES} in {:.2} s",
            reload.as_secs_f64()
        );
    }
}
