//! New connections: how many a second, each with one request, and what one costs the gate's core.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use countersign_model::Clock;
use countersign_signing::Scheme;

use super::client::Protocol;
use super::side::Side;
use crate::bench::Bench;
use crate::fleet::{Fleet, HOST};
use crate::gate::load::{self, check_answer};
use crate::gate::messages::Messages;
use crate::system::SystemClock;
use crate::tls;

const CONNECTIONS: usize = 2_000;
/// At a time, each by a thread of its own.
const AT_ONCE: usize = 8;

pub(super) fn tell(bench: &mut Bench, fleet: &Fleet, sides: &[Side]) -> Result<()> {
    let of = |protocol, scheme| {
        let side = sides.iter().find(|side| side.protocol() == protocol).context("no such gate")?;
        measure(fleet, side, scheme)
    };
    let (plain, secure) = (of(Protocol::Http1, Scheme::Http)?, of(Protocol::Tls, Scheme::Https)?);
    let detail = |it: &Opened| {
        format!("{CONNECTIONS}, each with a request; {:.0} µs of its core each", it.cost)
    };
    bench.row("new connections", plain.rate, "connections/s", detail(&plain));
    let handshakes = format!("{}, full handshakes, ECDSA P-256", detail(&secure));
    bench.row("new connections, TLS", secure.rate, "connections/s", handshakes);
    let detail = format!("of its core; {:.2} times as many a second", secure.rate / plain.rate);
    bench.row("new connections, TLS over plain", secure.cost / plain.cost, "", detail);
    Ok(())
}

struct Opened {
    /// A second.
    rate: f64,
    /// Microseconds of the gate's core for each.
    cost: f64,
}

fn measure(fleet: &Fleet, side: &Side, scheme: Scheme) -> Result<Opened> {
    let places = (0..CONNECTIONS).map(|_| fleet.any());
    let messages = Messages::new(&fleet.sign(SystemClock.now(), scheme, places)?);
    let (address, is_secure) = (side.address(), side.is_secure());
    let (before, began) = (side.process_time()?, Instant::now());
    std::thread::scope(|scope| {
        let part = |first: usize| {
            let messages = &messages;
            move || {
                (first..messages.len()).step_by(AT_ONCE).try_for_each(|index| {
                    ask(address, is_secure, messages.get(index).unwrap_or_default())
                })
            }
        };
        let clients: Vec<_> = (0..AT_ONCE).map(|first| scope.spawn(part(first))).collect();
        let ended = |client: std::thread::ScopedJoinHandle<'_, Result<()>>| {
            client.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a client has panicked")))
        };
        clients.into_iter().try_for_each(ended)
    })?;
    let took = began.elapsed();
    // What it still does for those that have ended.
    std::thread::sleep(Duration::from_millis(100));
    let busy = side.process_time()?.saturating_sub(before);
    let count = CONNECTIONS as f64;
    Ok(Opened { rate: count / took.as_secs_f64(), cost: busy.as_secs_f64() * 1e6 / count })
}

fn ask(address: SocketAddr, is_secure: bool, message: &[u8]) -> Result<()> {
    if is_secure {
        exchange(&mut tls::connect(&tls::client("http/1.1")?, HOST, address)?, message)
    } else {
        exchange(&mut load::connect(address)?, message)
    }
}

fn exchange(connection: &mut (impl Read + Write), message: &[u8]) -> Result<()> {
    connection.write_all(message)?;
    check_answer(connection)
}
