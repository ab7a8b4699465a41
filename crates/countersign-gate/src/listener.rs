//! The accept loop: connections in, and all of them out again when the gate stops.
//!
//! Belongs here: how many connections there are, how each is served, how they end. Does not: what
//! a request is.

mod stream;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use crate::gate::Shared;
use crate::walk::Connection;
use stream::Stream;

/// How serving ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were still busy at [`Limits::drain`](crate::Limits::drain) and were cut.
    pub cut: usize,
}

/// The first pause after the system could not give us a connection; doubled up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

pub(crate) async fn serve(
    gate: Arc<Shared>,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Drained {
    let mut open = Open::new(gate);
    let mut stop = pin!(stop);
    let mut pause = FIRST_PAUSE;
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = open.accept(&listener) => accepted,
        };
        match accepted {
            Ok((stream, peer, slot)) => {
                pause = FIRST_PAUSE;
                open.start(stream, peer, slot);
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(%error, ?pause, "can't accept connections");
                tokio::select! {
                    () = &mut stop => break,
                    () = sleep(pause) => pause = (2 * pause).min(LONGEST_PAUSE),
                }
            }
        }
    }
    drop(listener);
    open.drain().await
}

// A connection that ended before it was accepted is no trouble of ours.
fn is_the_clients(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

/// The open connections.
struct Open {
    gate: Arc<Shared>,
    slots: Arc<Semaphore>,
    http: http1::Builder,
    graceful: GracefulShutdown,
    tasks: JoinSet<()>,
}

impl Open {
    fn new(gate: Arc<Shared>) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(gate.limits.head_read)
            .max_header_size(gate.limits.head_bytes)
            .max_buf_size(gate.limits.head_bytes);
        Self {
            slots: Arc::new(Semaphore::new(gate.limits.connections.min(Semaphore::MAX_PERMITS))),
            gate,
            http,
            graceful: GracefulShutdown::new(),
            tasks: JoinSet::new(),
        }
    }

    /// A connection, as soon as there is room for one.
    async fn accept(
        &self,
        listener: &TcpListener,
    ) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        let slot = slot.map_err(io::Error::other)?;
        let (stream, peer) = listener.accept().await?;
        Ok((stream, peer, slot))
    }

    fn start(&mut self, stream: TcpStream, peer: SocketAddr, slot: OwnedSemaphorePermit) {
        while let Some(ended) = self.tasks.try_join_next() {
            log_panic(ended);
        }
        let connection = Arc::new(Connection::new(Arc::clone(&self.gate), peer));
        let http = self.http.clone();
        let watcher = self.graceful.watcher();
        self.tasks.spawn(async move {
            run(http, stream, connection, watcher).await;
            drop(slot);
        });
    }

    async fn drain(mut self) -> Drained {
        let limit = self.gate.limits.drain;
        let finished = timeout(limit, self.graceful.shutdown()).await;
        while let Some(ended) = self.tasks.try_join_next() {
            log_panic(ended);
        }
        let cut = if finished.is_ok() { 0 } else { self.tasks.len() };
        if cut > 0 {
            tracing::warn!(cut, ?limit, "connections were cut");
        }
        self.tasks.shutdown().await;
        Drained { cut }
    }
}

async fn run(http: http1::Builder, tcp: TcpStream, connection: Arc<Connection>, watcher: Watcher) {
    let stream = Stream::new(tcp, &connection.gate().limits);
    let service = service_fn(|request| Arc::clone(&connection).answer(request));
    let served = watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended with an error");
        if error.is_parse() {
            connection.count_malformed(connection.gate().clock.now());
        }
    }
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "a connection ended with a panic");
    }
}
