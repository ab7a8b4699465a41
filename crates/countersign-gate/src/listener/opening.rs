//! One connection from its socket to its end: PROXY header, TLS, HTTP.

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
use crate::notices::{Cause, Example};
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
                // It looked whether anybody listens.
                Ok(Err(ProxyFault::CutOff(_))) => return,
                Ok(Err(fault)) => return self.refuse(Cause::ProxyHeader, &fault.to_string()),
                Err(_) => {
                    self.gate.metrics.limited(Limit::ProxyHeaderTime);
                    return self.tell(Cause::ProxyHeaderTime, None);
                }
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
                if error.kind() == io::ErrorKind::InvalidData {
                    self.refuse(Cause::TlsHandshake, &error.to_string());
                }
            }
            Err(_) => {
                metrics.handshake(TlsResult::TimedOut);
                self.tell(Cause::TlsHandshakeTime, None);
            }
        }
    }

    /// Bytes that are wrong are counted, as those that are no HTTP: nobody is named. Bytes that are
    /// missing are not: something looked whether anybody listens.
    fn refuse(&self, cause: Cause, why: &str) {
        let source = self.peer.ip().to_canonical();
        self.gate.attempts.malformed(source, self.gate.clock.now());
        self.tell(cause, Some(why));
    }

    fn tell(&self, cause: Cause, why: Option<&str>) {
        self.gate.notices.tell(cause, &Example { why, ..Example::from(self.peer.ip()) });
    }

    async fn serve<S>(self, stream: S, claim: Claim, version: Version)
    where
        S: Writing + AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let Self { gate, door, protocols, stopping, peer, held } = self;
        let idle = gate.limits.head_read;
        let connection = Arc::new(Connection::new(gate, door, peer, &claim, held));
        let asked = Arc::clone(&connection);
        let answer = move |request| Arc::clone(&asked).answer(request);
        let stream = TokioIo::new(stream);
        let served = match version {
            Version::Http1 => {
                let http = protocols.http1.serve_connection(stream, service_fn(answer));
                let is_slow = || connection.is_too_slow();
                drive_http1(http.with_upgrades(), stopping, is_slow).await
            }
            Version::Http2 => {
                let streams = Streams::new(Arc::clone(&connection), protocols.limits.idle);
                let service = service_fn(move |request| {
                    answer(request).map_ok(|response| response.map(Taken::new))
                });
                let http = protocols.http2(streams.clone()).serve_connection(stream, service);
                drive_http2(http, stopping, &streams, idle).await
            }
        };
        if let Err(error) = served {
            connection.has_ended(&error);
        }
    }
}
