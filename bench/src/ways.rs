//! What each thing that a gate can do costs: a gate that does it, over one that does nothing but
//! its least (HTTP/1.1 without TLS, no traces, no assertions, an upstream in the same process).
//!
//! Each gate is a process of its own on one core, with the same requests in the same run. The
//! client, the collector of traces and the upstreams share the other core, so where they have much
//! to do, requests per second say little: what is compared is what a request costs the gate's core.

mod allocations;
mod client;
mod connections;
mod http2;
mod side;

use anyhow::{Result, bail};
use countersign_model::Clock;
use countersign_signing::Scheme;

use crate::bench::Bench;
use crate::child::Child;
use crate::fleet::{Batch, Fleet};
use crate::gate::server::{self, Kind};
use crate::gate::{PATIENCE, start_server};
use crate::machine;
use crate::system::SystemClock;
pub(crate) use allocations::allocations;
use client::Protocol;
use side::Side;

const ROUNDS: usize = 2;
const REQUESTS: usize = 30_000;
/// Of which as many are sent one at a time before.
const ONE_BY_ONE: usize = 500;

/// A gate that does more than its least.
struct Way {
    name: &'static str,
    protocol: Protocol,
    options: Vec<String>,
}

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let cores = machine::cores()?;
    let (Some(ours), Some(theirs)) = (cores.first(), cores.last().filter(|_| cores.len() > 1))
    else {
        bail!("needs two cores: one for the server, one for its client");
    };
    machine::stay_on(*ours)?;
    let fleet = Fleet::new(server::TOKENS)?;
    let folder = bench.folder()?;
    let mut beside = Vec::new();
    let mut hello = || {
        let (child, address) = start_server(Kind::Hello, *ours, folder.path())?;
        beside.push(child);
        anyhow::Ok(address.to_string())
    };
    let ways = ways(&hello()?, &[hello()?, hello()?]);
    let mut sides = Vec::with_capacity(ways.len());
    for way in ways {
        sides.push(Side::start(way, *theirs, bench.folder()?)?);
    }
    for round in 0..=ROUNDS {
        let plain = signed(&fleet, Scheme::Http)?;
        let secure = signed(&fleet, Scheme::Https)?;
        // Another one is first in each round; the first round finds all cold, and is not counted.
        sides.rotate_left(1);
        for side in &mut sides {
            let batches = if side.is_secure() { &secure } else { &plain };
            side.round(batches, round > 0)?;
        }
    }
    let turns = (ROUNDS + 1) % sides.len();
    sides.rotate_right(turns);
    tell(bench, &sides);
    connections::tell(bench, &fleet, &sides)?;
    sides.into_iter().try_for_each(Side::stop)?;
    beside.into_iter().try_for_each(|child: Child| child.stop(PATIENCE))
}

/// The first one is what the others are compared with.
fn ways(collector: &str, upstreams: &[String; 2]) -> Vec<Way> {
    let way = |name, protocol, options: &[&str]| Way {
        name,
        protocol,
        options: options.iter().map(|option| (*option).to_owned()).collect(),
    };
    let traced =
        |name, share| way(name, Protocol::Http1, &["--collector", collector, "--sample", share]);
    let [one, two] = upstreams;
    vec![
        way("the least", Protocol::Http1, &[]),
        way("TLS", Protocol::Tls, &["--tls"]),
        way("TLS, HTTP/2", Protocol::Http2, &["--tls"]),
        traced("traces of none", "0"),
        traced("traces of 1 in 100", "0.01"),
        traced("traces of all", "1"),
        way("assertions", Protocol::Http1, &["--assertions"]),
        way("1 server behind", Protocol::Http1, &["--upstream", one]),
        way("2 servers behind", Protocol::Http1, &["--upstream", one, "--upstream", two]),
    ]
}

/// Those that are sent one at a time, and those that are not.
fn signed(fleet: &Fleet, scheme: Scheme) -> Result<[Batch; 2]> {
    let batch = |count| {
        let places = (0..count).map(|_| fleet.any());
        fleet.sign(SystemClock.now(), scheme, places)
    };
    Ok([batch(ONE_BY_ONE)?, batch(REQUESTS)?])
}

fn tell(bench: &mut Bench, sides: &[Side]) {
    let Some((least, others)) = sides.split_first() else { return };
    let mut row = |side: &Side, name: &str| {
        let detail =
            format!("{:.2} times its requests/s; {}", side.rate() / least.rate(), side.detail());
        bench.row(name, side.cost() / least.cost(), "", detail);
    };
    for side in others {
        row(side, if side.name() == "TLS" { "tls_over_plain" } else { side.name() });
    }
    bench.row("the least", least.rate(), "requests/s", least.detail());
}
