//! Requests per second of the gate, over those of a bare server of the same HTTP library.
//!
//! Each server is a process of its own on one core; the client has another core for itself. Both
//! servers get the same bytes: requests that were signed just before, over connections that stay
//! open.

pub(crate) mod load;
pub(crate) mod messages;
pub(crate) mod server;

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use countersign_model::Clock;
use countersign_signing::Scheme;

use crate::bench::Bench;
use crate::child::{self, Child};
use crate::fleet::Fleet;
use crate::machine;
use crate::rounds::{Samples, in_turns};
use crate::system::SystemClock;
use load::{Load, Run};
use messages::Messages;
use server::Kind;

const ROUNDS: usize = 7;
/// Some seconds of work: the trail is written every second, and that is to be in it.
const REQUESTS: usize = 200_000;
pub(crate) const CONNECTIONS: usize = 16;
/// Between rounds, for the trail to be written: longer than it waits.
const PAUSE: Duration = Duration::from_millis(1500);
pub(crate) const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let cores = machine::cores()?;
    let (Some(ours), Some(theirs)) = (cores.first(), cores.last().filter(|_| cores.len() > 1))
    else {
        bail!("needs two cores: one for the server, one for its client");
    };
    machine::stay_on(*ours)?;
    let folder = bench.folder()?;
    let fleet = Fleet::new(server::TOKENS)?;
    let mut gate = Side::start(Kind::Gate, *theirs, folder.path())?;
    let mut hello = Side::start(Kind::Hello, *theirs, folder.path())?;
    // One round more: the first finds everything cold, and is not counted.
    for round in 0..=ROUNDS {
        let places = (0..REQUESTS).map(|_| fleet.any());
        let messages = Messages::new(&fleet.sign(SystemClock.now(), Scheme::Http, places)?);
        let (mut through, mut greeted) = (Ok(()), Ok(()));
        let counts = round > 0;
        in_turns(
            round,
            || through = gate.round(&messages, counts),
            || greeted = hello.round(&messages, counts),
        );
        through?;
        greeted?;
    }
    let ratio = gate.rates.median() / hello.rates.median();
    let detail =
        format!("{ROUNDS} rounds of {REQUESTS} requests, {CONNECTIONS} connections, one core");
    bench.row("gate_over_hello", ratio, "", detail);
    bench.row("gate", gate.rates.median(), "requests/s", gate.detail());
    bench.row("bare hello world", hello.rates.median(), "requests/s", hello.detail());
    gate.stop()?;
    hello.stop()
}

/// Starts a server on a core of its own, and gives its address.
pub(crate) fn start_server(kind: Kind, core: usize, folder: &Path) -> Result<(Child, SocketAddr)> {
    start_server_with(kind, core, folder, &[])
}

/// The same, asked for more by options.
pub(crate) fn start_server_with(
    kind: Kind,
    core: usize,
    folder: &Path,
    options: &[String],
) -> Result<(Child, SocketAddr)> {
    let mut command = Command::new(child::this_program()?);
    command.arg("serve").arg(kind.as_str()).arg("--core").arg(core.to_string());
    command.arg("--folder").arg(folder).args(options).stdout(Stdio::piped());
    let mut server = Child::start(&mut command)?;
    let address = server.first_line()?.parse().context("the server names no address")?;
    Ok((server, address))
}

/// A server, its connections, and what came of its rounds.
struct Side {
    server: Child,
    load: Load<TcpStream>,
    rates: Samples,
    server_busy: Samples,
    client_busy: Samples,
}

impl Side {
    fn start(kind: Kind, core: usize, folder: &Path) -> Result<Self> {
        let (server, address) = start_server(kind, core, folder)?;
        Ok(Self {
            server,
            load: Load::connect(|| load::connect(address))?,
            rates: Samples::default(),
            server_busy: Samples::default(),
            client_busy: Samples::default(),
        })
    }

    fn round(&mut self, messages: &Messages, counts: bool) -> Result<()> {
        let before = machine::process_time(self.server.id())?;
        let Run { took, client } = self.load.run(messages)?;
        let server = machine::process_time(self.server.id())?.saturating_sub(before);
        if counts {
            let part = |busy: Duration| 100.0 * busy.as_secs_f64() / took.as_secs_f64();
            self.rates.push(messages.len() as f64 / took.as_secs_f64());
            self.server_busy.push(part(server));
            self.client_busy.push(part(client));
        }
        std::thread::sleep(PAUSE);
        Ok(())
    }

    fn detail(&self) -> String {
        format!(
            "{}; server busy {:.0} %, client {:.0} %",
            self.rates.middle_half(),
            self.server_busy.median(),
            self.client_busy.median()
        )
    }

    fn stop(self) -> Result<()> {
        drop(self.load);
        self.server.stop(PATIENCE)
    }
}
