//! How long a good request takes at the 99th percentile while wrong ones pour in, over how long it
//! takes while none do: in turns, of the same run.
//!
//! The gate is a process of its own on one core, as in `gate`. The good client and the flood share
//! the other; the flood gives way, so that what is measured is the gate.

mod good;
mod wrong;

use anyhow::{Result, bail};
use countersign_model::Clock;
use countersign_signing::Scheme;

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::gate::messages::Messages;
use crate::gate::server::{self, Kind};
use crate::gate::{PATIENCE, start_server};
use crate::machine;
use crate::rounds::Samples;
use crate::system::SystemClock;
use good::Good;
use wrong::{Flood, Poured};

const ROUNDS: usize = 6;
/// Good requests a second, and in each half of a round.
const GOOD_RATE: usize = 500;
const GOOD_REQUESTS: usize = 4 * GOOD_RATE;
/// Wrong requests a second that are aimed at.
const WRONG_RATE: usize = 10_000;
/// Different wrong requests; a wrong one uses up no nonce, so they come again and again.
const WRONG_REQUESTS: usize = 20_000;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let cores = machine::cores()?;
    let (Some(ours), Some(theirs)) = (cores.first(), cores.last().filter(|_| cores.len() > 1))
    else {
        bail!("needs two cores: one for the server, one for its clients");
    };
    machine::stay_on(*ours)?;
    let folder = bench.folder()?;
    let fleet = Fleet::new(server::TOKENS)?;
    let (gate, address) = start_server(Kind::Gate, *theirs, folder.path())?;
    let mut good = Good::connect(address)?;
    let (mut calm, mut flooded) = (Samples::default(), Samples::default());
    let (mut rates, mut others) = (Samples::default(), 0);
    // One round more: the first finds everything cold, and is not counted.
    for round in 0..=ROUNDS {
        let quiet = good.run(&sign(&fleet, GOOD_REQUESTS)?)?;
        let flood = Flood::start(address, wrong(&fleet)?);
        let loud = good.run(&sign(&fleet, GOOD_REQUESTS)?);
        let Poured { rate, other_answers } = flood.stop()?;
        if round > 0 {
            quiet.into_iter().for_each(|took| calm.push(took));
            loud?.into_iter().for_each(|took| flooded.push(took));
            rates.push(rate);
            others += other_answers;
        }
    }
    tell(bench, &calm, &flooded, &rates, others);
    drop(good);
    gate.stop(PATIENCE)
}

fn tell(bench: &mut Bench, calm: &Samples, flooded: &Samples, rates: &Samples, others: u64) {
    let detail = format!(
        "{} good requests of {GOOD_RATE} a second each way; gate on one core, clients on another",
        calm.len()
    );
    bench.row("good_p99_under_wrong_flood", flooded.p99() / calm.p99(), "", detail);
    let median = |samples: &Samples| format!("median {:.0} µs", samples.median());
    bench.row("good p99 alone", calm.p99(), "µs", median(calm));
    bench.row("good p99 in the flood", flooded.p99(), "µs", median(flooded));
    let detail = format!(
        "known ids and a wrong signature, of {} tokens from {} networks; {WRONG_RATE} aimed at; \
         {others} answers other than 401",
        server::TOKENS,
        wrong::NETWORKS
    );
    bench.row("wrong requests in the flood", rates.median(), "requests/s", detail);
}

fn sign(fleet: &Fleet, requests: usize) -> Result<Messages> {
    let places = (0..requests).map(|_| fleet.any());
    Ok(Messages::new(&fleet.sign(SystemClock.now(), Scheme::Http, places)?))
}

fn wrong(fleet: &Fleet) -> Result<Messages> {
    let mut messages = sign(fleet, WRONG_REQUESTS)?;
    messages.make_wrong();
    Ok(messages)
}
