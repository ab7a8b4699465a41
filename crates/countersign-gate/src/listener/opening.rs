//! One connection from its socket to its end: PROXY header, TLS, HTTP.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use countersign_telemetry::metrics::{Limit, TlsResult};
use futures_util::TryFutureExt;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;

use super::Door;
use super::drive::{drive_http1, drive_http2};
use super::open::Held;
use super::protocols::Protocols;
use super::proxied::{Claim, ProxyFault, read_claim};
use super::slow::Writing;
use super::source::{self, TooMany};
use super::stream::Stream;
use super::streams::{Streams, Taken};
use crate::gate::Shared;
use crate::tls::Version;
use crate::walk::Connection;

/// A connection on its way from the socket to its first request.
pub(super) struct Opening {
    pub(super) gate: Arc<Shared>,
    pub(super) door: Arc<Door>,
    pub(super) protocols: Protocols,
    pub(super) stopping: watch::Receiver<bool>,
    pub(super) peer: SocketAddr,
    pub(super) held: Held,
}

impl Opening {
    pub(super) async fn run(mut self, tcp: TcpStream) {
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
        match source::enter(&self.gate, &self.door, self.peer, &claim) {
            Ok(share) => self.held.share = share,
            Err(TooMany) if self.door.tls.is_some() => return,
            Err(TooMany) => return stream.turn_away(source::TURNED_AWAY),
        }
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
        S: Writing + AsyncRead + AsyncWrite + Send + Unpin + 'static,
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
                drive_http1(http.with_upgrades(), stopping).await
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
