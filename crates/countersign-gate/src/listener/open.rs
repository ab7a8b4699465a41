//! The open connections of one listener.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use countersign_telemetry::metrics::{self, Limit, TlsResult};
use futures_util::TryFutureExt;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use super::drive::{drive, drive_http2};
use super::proxied::{Claim, ProxyFault, read_claim};
use super::stream::Stream;
use super::streams::{Streams, Taken};
use super::{Door, Drained};
use crate::gate::Shared;
use crate::telling;
use crate::tls::Version;
use crate::walk::Connection;
use crate::{Limits, Plane};

/// The right to hold one connection.
pub(super) type Slot = OwnedSemaphorePermit;

/// What a connection holds as long as it is open, also as a WebSocket.
pub(crate) struct Held {
    _slot: Slot,
    _counted: metrics::Open,
}

pub(super) struct Open {
    gate: Arc<Shared>,
    door: Arc<Door>,
    protocols: Protocols,
    stopping: watch::Receiver<bool>,
    tasks: JoinSet<()>,
}

/// Bytes of one HTTP/2 request, and of all of one connection, that may wait to be read. Ten
/// thousand connections hold 2.5 GiB at most.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;

/// How each version of HTTP is spoken.
#[derive(Clone)]
struct Protocols {
    http1: http1::Builder,
    limits: Limits,
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
        if let Some(untold) = self.gate.limits_told.next() {
            let connections = self.gate.limits.connections;
            tracing::warn!(
                connections,
                untold,
                "as many connections are open as may be: others wait; raise limits.connections, or \
                 see who holds so many"
            );
        }
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
            tracing::warn!(cut, drain = ?limit, "connections were cut");
        }
        self.tasks.shutdown().await;
        Drained { cut }
    }
}

impl Protocols {
    fn new(limits: &Limits) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_read)
            .max_header_size(limits.head_bytes)
            .max_buf_size(limits.head_bytes);
        Self { http1, limits: limits.clone() }
    }

    fn http2(&self, streams: Streams) -> http2::Builder<Streams> {
        let limits = &self.limits;
        let mut http2 = http2::Builder::new(streams);
        http2
            .timer(TokioTimer::new())
            .max_concurrent_streams(limits.streams)
            // What a client may send before anybody has read it: of one request, and of all.
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(u32::try_from(limits.head_bytes).unwrap_or(u32::MAX))
            // A peer that is gone without a word is noticed by this; one that asks for nothing is
            // sent away by `drive_http2`.
            .keep_alive_interval(limits.head_read)
            .keep_alive_timeout(limits.head_read);
        http2
    }
}

/// A connection on its way from the socket to its first request.
struct Opening {
    gate: Arc<Shared>,
    door: Arc<Door>,
    protocols: Protocols,
    stopping: watch::Receiver<bool>,
    peer: SocketAddr,
    held: Held,
}

impl Opening {
    async fn run(self, tcp: TcpStream) {
        let handshake = self.gate.limits.handshake;
        let mut stream = Stream::new(tcp, &self.gate.limits);
        let claim = if self.door.expects_claim(self.peer) {
            match timeout(handshake, read_claim(&mut stream)).await {
                Ok(Ok(claim)) => claim,
                Ok(Err(fault)) => {
                    let is_wrong = !matches!(fault, ProxyFault::CutOff(_));
                    return self.log("the PROXY header can't be read", &fault, is_wrong);
                }
                Err(_) => return self.log("no PROXY header came in time", &"timed out", false),
            }
        } else {
            Claim::default()
        };
        let Some(tls) = self.door.tls.clone() else {
            return self.serve(stream, claim, Version::Http1).await;
        };
        let metrics = self.gate.metrics.clone();
        match timeout(handshake, tls.accept(stream)).await {
            Ok(Ok((stream, version))) => {
                metrics.handshake(TlsResult::Done);
                self.serve(stream, claim, version).await;
            }
            Ok(Err(error)) => {
                metrics.handshake(TlsResult::Failed);
                let is_wrong = error.kind() == io::ErrorKind::InvalidData;
                self.log("a TLS handshake failed", &error, is_wrong);
            }
            Err(_) => {
                metrics.handshake(TlsResult::TimedOut);
                self.log("a TLS handshake took too long", &"timed out", false);
            }
        }
    }

    /// Bytes that are wrong are counted, as those that are no HTTP: nobody is named. Bytes that are
    /// missing are not: something looked whether anybody listens.
    fn log(&self, what: &'static str, why: &dyn std::fmt::Display, is_wrong: bool) {
        tracing::debug!(peer = %self.peer, %why, what, "a connection was not opened");
        if is_wrong {
            let source = self.peer.ip().to_canonical();
            self.gate.attempts.malformed(source, self.gate.clock.now());
        }
    }

    async fn serve<S>(self, stream: S, claim: Claim, version: Version)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let Self { gate, door, protocols, stopping, peer, held } = self;
        let idle = gate.limits.head_read;
        let metrics = gate.metrics.clone();
        let connection = Arc::new(Connection::new(gate, door, peer, &claim, held));
        let asked = Arc::clone(&connection);
        let answer = move |request| Arc::clone(&asked).answer(request);
        let stream = TokioIo::new(stream);
        let served = match version {
            Version::Http1 => {
                let http = protocols.http1.serve_connection(stream, service_fn(answer));
                drive(http.with_upgrades(), stopping).await
            }
            Version::Http2 => {
                let streams = Streams::new(protocols.limits.idle);
                let service = service_fn(move |request| {
                    answer(request).map_ok(|response| response.map(Taken::new))
                });
                let http = protocols.http2(streams.clone()).serve_connection(stream, service);
                drive_http2(http, stopping, &streams, idle).await
            }
        };
        if let Err(error) = served {
            tracing::debug!(%error, "a connection ended with an error");
            if error.is_parse_too_large() {
                metrics.limited(Limit::HeadSize);
            } else if error.is_timeout() {
                metrics.limited(Limit::HeadTime);
            }
            if error.is_parse() || breaks_http2(&error) {
                connection.count_malformed();
            }
        }
    }
}

/// Whether HTTP/2 has ended because of what the client sent, not because it left or was too slow.
fn breaks_http2(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<h2::Error>());
    source.is_some_and(|error| error.is_go_away() && error.is_library())
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended with a panic");
    }
}
