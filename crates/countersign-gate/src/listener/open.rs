//! The open connections of one listener.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use countersign_telemetry::metrics::{self, Limit};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use super::opening::Opening;
use super::protocols::Protocols;
use super::{Door, Drained};
use crate::Plane;
use crate::gate::Shared;
use crate::notices::{Cause, Example};
use crate::telling;
use crate::throttle::Share;

/// The right to hold one connection.
pub(super) type Slot = OwnedSemaphorePermit;

/// What a connection holds as long as it is open, also as a WebSocket.
pub(crate) struct Held {
    pub(super) _slot: Slot,
    /// Of what its client may hold.
    pub(super) share: Option<Share>,
    _counted: metrics::Open,
}

pub(super) struct Open {
    gate: Arc<Shared>,
    door: Arc<Door>,
    protocols: Protocols,
    stopping: watch::Receiver<bool>,
    tasks: JoinSet<()>,
}

impl Open {
    pub(super) fn new(gate: Arc<Shared>, door: Arc<Door>, stopping: watch::Receiver<bool>) -> Self {
        let protocols = Protocols::new(&gate.limits);
        Self { gate, door, protocols, stopping, tasks: JoinSet::new() }
    }

    pub(super) async fn slot(&self) -> io::Result<Slot> {
        let slots = Arc::clone(match self.door.serves {
            Plane::Control => &self.gate.control_slots,
            Plane::All | Plane::Data => &self.gate.slots,
        });
        if let Ok(slot) = Arc::clone(&slots).try_acquire_owned() {
            return Ok(slot);
        }
        self.gate.metrics.limited(Limit::Connections);
        let is_set = self.door.serves != Plane::Control;
        let limit = is_set.then_some(self.gate.limits.connections);
        self.gate.notices.tell(Cause::Connections, &Example { limit, ..Example::default() });
        slots.acquire_owned().await.map_err(io::Error::other)
    }

    pub(super) fn start(&mut self, tcp: TcpStream, peer: SocketAddr, slot: Slot) {
        while let Some(ended) = self.tasks.try_join_next() {
            log_panic(ended);
        }
        let opening = Opening {
            gate: Arc::clone(&self.gate),
            door: Arc::clone(&self.door),
            protocols: self.protocols.clone(),
            stopping: self.stopping.clone(),
            peer,
            held: Held {
                _slot: slot,
                share: None,
                _counted: self.gate.metrics.connected(telling::plane(self.door.serves)),
            },
        };
        self.tasks.spawn(opening.run(tcp));
    }

    pub(super) async fn drain(mut self) -> Drained {
        let limit = self.gate.limits.drain;
        let all = async {
            while let Some(ended) = self.tasks.join_next().await {
                log_panic(ended);
            }
        };
        let mut cutting = self.gate.cutting.subscribe();
        let is_done = tokio::select! {
            biased;
            done = timeout(limit, all) => done.is_ok(),
            _ = cutting.wait_for(|cut| *cut) => false,
        };
        let cut = if is_done { 0 } else { self.tasks.len() };
        if cut > 0 {
            tracing::warn!(
                cut,
                drain = ?limit,
                "connections were cut that were still busy: raise limits.drain if they need longer"
            );
        }
        self.tasks.shutdown().await;
        Drained { cut }
    }
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended with a panic");
    }
}
