//! One of the gates, and what came of its rounds.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tempfile::TempDir;

use super::Way;
use super::client::{Client, Protocol};
use crate::child::Child;
use crate::fleet::Batch;
use crate::gate::load::Run;
use crate::gate::server::Kind;
use crate::gate::{PATIENCE, start_server_with};
use crate::machine;
use crate::rounds::Samples;

/// After a round, for the trail and traces to be written: what that costs counts, but not as time
/// of the next one.
const PAUSE: Duration = Duration::from_millis(1100);

pub(super) struct Side {
    way: Way,
    server: Child,
    address: SocketAddr,
    rates: Samples,
    client_busy: Samples,
    one_by_one: Samples,
    busy: Duration,
    requests: usize,
    _folder: TempDir,
}

impl Side {
    pub(super) fn start(way: Way, core: usize, folder: TempDir) -> Result<Self> {
        let (server, address) = start_server_with(Kind::Gate, core, folder.path(), &way.options)?;
        Ok(Self {
            way,
            server,
            address,
            rates: Samples::default(),
            client_busy: Samples::default(),
            one_by_one: Samples::default(),
            busy: Duration::ZERO,
            requests: 0,
            _folder: folder,
        })
    }

    pub(super) fn name(&self) -> &'static str {
        self.way.name
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn protocol(&self) -> Protocol {
        self.way.protocol
    }

    pub(super) fn is_secure(&self) -> bool {
        !matches!(self.way.protocol, Protocol::Http1)
    }

    pub(super) fn round(&mut self, [few, many]: &[Batch; 2], counts: bool) -> Result<()> {
        // Anew: the gate does not keep connections for as long as all others take.
        let mut client = Client::connect(self.way.protocol, self.address)?;
        let alone = client.one_by_one(few)?;
        let before = self.process_time()?;
        let Run { took, client: client_busy } = client.run(many)?;
        std::thread::sleep(PAUSE);
        if counts {
            self.busy += self.process_time()?.saturating_sub(before);
            self.requests += many.len();
            self.rates.push(many.len() as f64 / took.as_secs_f64());
            self.client_busy.push(100.0 * client_busy.as_secs_f64() / took.as_secs_f64());
            alone.into_iter().for_each(|took| self.one_by_one.push(took));
        }
        Ok(())
    }

    pub(super) fn process_time(&self) -> Result<Duration> {
        machine::process_time(self.server.id())
    }

    /// Requests a second.
    pub(super) fn rate(&self) -> f64 {
        self.rates.median()
    }

    /// Microseconds of its core for each request.
    pub(super) fn cost(&self) -> f64 {
        self.busy.as_secs_f64() * 1e6 / self.requests as f64
    }

    pub(super) fn detail(&self) -> String {
        format!(
            "{:.0} requests/s, client busy {:.0} %; one at a time {:.0} µs, p99 {:.0} µs; \
             {:.1} µs of its core each",
            self.rate(),
            self.client_busy.median(),
            self.one_by_one.median(),
            self.one_by_one.p99(),
            self.cost()
        )
    }

    pub(super) fn stop(self) -> Result<()> {
        self.server.stop(PATIENCE)
    }
}
