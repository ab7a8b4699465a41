//! The replay guard when it is full: six million uses of ten minutes.

use std::net::Ipv4Addr;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use countersign_model::{AccountNumber, TokenNumber};
use countersign_verify::replay::{BootId, ReplayGuard, Settings, Use, UsedBy};
use countersign_verify::{Retiring, Surface};

use crate::bench::Bench;
use crate::rounds::Samples;
use crate::steady::{NO_USES, START, format_nonce, replay_key};

const USES: u64 = 6_000_000;
const HOLDERS: u64 = 1_000;
const WINDOW: i64 = 600;
const RELOADS: usize = 3;

pub(crate) fn memory(bench: &mut Bench) -> Result<()> {
    let guard = ReplayGuard::in_memory(Settings::default(), replay_key());
    let began = Instant::now();
    fill(&guard)?;
    let each = began.elapsed().as_nanos() as f64 / USES as f64;
    let held = guard.held() as f64;
    let bytes = guard.memory_bytes() as f64;
    let fixed = guard.fixed_bytes() as f64;
    let detail = format!("{held} uses of {HOLDERS} holders over {WINDOW} s");
    bench.row("replay_bytes_per_request", bytes / held, "B", detail);
    let detail = format!("{:.0} MB of locks and counters, however little is held", fixed / 1e6);
    bench.row("with what is fixed", (bytes + fixed) / held, "B", detail);
    bench.row("remember, on the way there", each, "ns", "mean, in memory, one thread");
    Ok(())
}

/// How long a start takes that finds the journal of a full window.
pub(crate) fn reload(bench: &mut Bench) -> Result<()> {
    let folder = bench.folder()?;
    ReplayGuard::create(folder.path(), &replay_key())?;
    let open = || {
        let now = START.seconds() + WINDOW / 2;
        ReplayGuard::open(folder.path(), Settings::default(), BootId::read()?, now, NO_USES)
    };
    let (guard, _) = open()?;
    let began = Instant::now();
    fill(&guard)?;
    let each = began.elapsed().as_nanos() as f64 / USES as f64;
    drop(guard);

    let mut seconds = Samples::default();
    for _ in 0..RELOADS {
        let began = Instant::now();
        let (guard, recovery) = open()?;
        seconds.push(began.elapsed().as_secs_f64());
        ensure!(recovery.boundary.is_none(), "the journal is not whole");
        ensure!(guard.held() as u64 == USES, "{} of {USES} uses came back", guard.held());
    }
    let detail = format!("{USES} records in the page cache, {RELOADS} times");
    bench.row("replay_reload_seconds", seconds.median(), "s", detail);
    bench.row("remember, with its journal", each, "ns", "mean, one thread");
    Ok(())
}

/// In the order in which they come; the clock stands so that all of them are held.
fn fill(guard: &ReplayGuard) -> Result<()> {
    let now = START.seconds() + WINDOW / 2;
    for number in 0..USES {
        let second = START.seconds() + (number * WINDOW as u64 / USES) as i64;
        let mut holder = [7; 32];
        holder[..8].copy_from_slice(&(number % HOLDERS).to_le_bytes());
        let nonce = format_nonce(number);
        let used = Use { holder: &holder, second, nonce: &nonce, by: Some(by(number)) };
        guard.remember(&used, now).context("the window can't be filled")?;
    }
    Ok(())
}

fn by(number: u64) -> UsedBy {
    UsedBy {
        at: START,
        account: AccountNumber(1),
        token: TokenNumber((number % HOLDERS) as u32),
        source: Ipv4Addr::LOCALHOST.into(),
        surface: Surface::Rest,
        retiring: Retiring::default(),
    }
}
