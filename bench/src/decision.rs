//! The whole decision on one request, over the one thing in it that can't be left out: the HMAC.

use std::hint::black_box;

use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::bench::Bench;
use crate::fleet::Batch;
use crate::rounds::{Samples, in_turns, nanoseconds};
use crate::steady::{BATCH, RATE, Steady};

const TOKENS: u32 = 1_000;
/// A second of signed time each.
const ROUNDS: usize = 101;

pub(crate) fn in_memory(bench: &mut Bench) -> Result<()> {
    compare(bench, "decision_over_hmac", Steady::in_memory(TOKENS)?)
}

pub(crate) fn with_journal(bench: &mut Bench) -> Result<()> {
    let folder = bench.folder()?;
    let steady = Steady::with_journal(TOKENS, folder.path())?;
    compare(bench, "decision_with_journal_over_hmac", steady)
}

fn compare(bench: &mut Bench, name: &str, mut steady: Steady) -> Result<()> {
    let hmac = BareHmac::new()?;
    let (mut decisions, mut hmacs) = (Samples::default(), Samples::default());
    let mut bytes = 0;
    for _ in 0..ROUNDS {
        let (mut deciding, mut hashing) = (0.0, 0.0);
        for turn in 0..RATE / BATCH {
            let batch = steady.sign_any(BATCH)?;
            bytes += batch.base_strings().map(<[u8]>::len).sum::<usize>();
            let (mut decided, mut hashed) = (Ok(0.0), 0.0);
            in_turns(turn, || decided = steady.decide(&batch), || hashed = hmac.sign(&batch));
            deciding += decided?;
            hashing += hashed;
        }
        decisions.push(deciding / RATE as f64);
        hmacs.push(hashing / RATE as f64);
        steady.next_second();
    }
    let held = steady.verifier.replay().held();
    bench.row(
        name,
        decisions.median() / hmacs.median(),
        "",
        format!("{ROUNDS} rounds of {RATE} requests of {TOKENS} tokens, {held} uses held"),
    );
    bench.row("decision", decisions.median(), "ns", decisions.middle_half());
    let mean = bytes / (ROUNDS * RATE);
    let detail = format!("{}, base strings of {mean} bytes", hmacs.middle_half());
    bench.row("bare HMAC-SHA256", hmacs.median(), "ns", detail);
    Ok(())
}

/// The fastest way to the same HMAC: one key that is ready, and a text that is whole.
struct BareHmac(Hmac<Sha256>);

impl BareHmac {
    fn new() -> Result<Self> {
        let key = [b'a'; 129];
        Ok(Self(Hmac::new_from_slice(&key).context("no key")?))
    }

    fn sign(&self, batch: &Batch) -> f64 {
        nanoseconds(|| {
            for base_string in batch.base_strings() {
                let mut hmac = self.0.clone();
                hmac.update(base_string);
                black_box(hmac.finalize().into_bytes());
            }
        })
    }
}

/// Counted, not timed.
pub(crate) fn allocations(bench: &mut Bench) -> Result<()> {
    let mut steady = Steady::in_memory(TOKENS)?;
    steady.judge(&steady.sign_any(1)?)?;
    let judged = count(bench, &mut steady, RATE, Steady::judge)?;
    let decided = count(bench, &mut steady, RATE, Steady::decide)?;
    let at_leisure = count(bench, &mut steady, RATE / 100, Steady::decide)?;
    let detail = format!("{RATE} a second; all of them are growth of the replay guard's sets");
    bench.row("allocations_per_decision", decided, "", detail);
    bench.row("at 100 requests a second", at_leisure, "", "16 sets a second, however few requests");
    bench.row("allocations to judge", judged, "", "the decision without the replay guard");
    Ok(())
}

/// Allocations per request.
fn count(
    bench: &Bench,
    steady: &mut Steady,
    rate: usize,
    work: fn(&mut Steady, &Batch) -> Result<f64>,
) -> Result<f64> {
    const SECONDS: usize = 20;
    let mut allocations = 0;
    for _ in 0..SECONDS {
        let batch = steady.sign_any(rate)?;
        let mut done = Ok(0.0);
        allocations += bench.count(|| done = work(steady, &batch))?.allocations;
        done?;
        steady.next_second();
    }
    Ok(allocations as f64 / (SECONDS * rate) as f64)
}
