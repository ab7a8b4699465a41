//! Listeners: connections in, and all of them out again when the gate stops.
//!
//! Belongs here: where connections come from, how many there are, how each is opened (PROXY
//! protocol, TLS), how they end. Does not: what a request is.

mod drive;
mod open;
mod opening;
mod protocols;
mod proxied;
mod slow;
mod source;
mod stream;
mod streams;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::gate::Shared;
use crate::{Peers, Tls};
pub(crate) use open::Held;
use open::Open;
pub(crate) use proxied::Claim;

/// A socket that is listened on, and what is served there.
pub struct Listener {
    /// Bound already.
    pub socket: TcpListener,
    /// What is answered here.
    pub serves: Plane,
    /// Where set, all connections speak TLS.
    pub tls: Option<Tls>,
    /// Whose word about the client is taken.
    pub peers: Peers,
    /// Whether those begin each connection with a header of the PROXY protocol, version 2. Then
    /// that is their word, and what the headers of a request say is not believed.
    pub proxy_protocol: bool,
}

/// What a listener answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plane {
    /// Everything.
    All,
    /// Requests for upstreams and the endpoints of Token-Based Authentication; no pages, no API.
    Data,
    /// The pages and the API, and nothing else.
    Control,
}

impl Listener {
    /// A plain listener for everything, where nobody's word is taken.
    pub fn plain(socket: TcpListener) -> Self {
        let peers = Peers::default();
        Self { socket, serves: Plane::All, tls: None, peers, proxy_protocol: false }
    }
}

/// How serving ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Connections that were still busy at [`Limits::drain`](crate::Limits::drain) and were cut.
    pub cut: usize,
}

/// A listener without its socket, as its connections see it.
pub(crate) struct Door {
    pub(crate) serves: Plane,
    pub(crate) tls: Option<Tls>,
    pub(crate) peers: Peers,
    pub(crate) proxy_protocol: bool,
}

impl Door {
    /// Whether a connection from `peer` begins with what that one says of its client.
    fn expects_claim(&self, peer: SocketAddr) -> bool {
        self.proxy_protocol && self.peers.has(peer.ip())
    }
}

/// The first pause after the system could not give us a connection; doubled up to the second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Serves until `stopping` says so, then drains.
pub(crate) async fn serve(
    gate: Arc<Shared>,
    listener: Listener,
    mut stopping: watch::Receiver<bool>,
) -> Drained {
    let Listener { socket, serves, tls, peers, proxy_protocol } = listener;
    let door = Arc::new(Door { serves, tls, peers, proxy_protocol });
    let mut open = Open::new(gate, door, stopping.clone());
    {
        // It fails only where nobody is left to say so: then this ends as well.
        let mut stop = pin!(stopping.wait_for(|stopping| *stopping));
        let mut pause = FIRST_PAUSE;
        loop {
            let accepted = tokio::select! {
                biased;
                _ = &mut stop => break,
                accepted = accept(&open, &socket) => accepted,
            };
            match accepted {
                Ok((stream, peer, slot)) => {
                    pause = FIRST_PAUSE;
                    open.start(stream, peer, slot);
                }
                Err(error) if is_the_clients(&error) => {}
                Err(error) => {
                    tracing::error!(
                        %error,
                        ?pause,
                        "can't accept connections: raise the limit of open files, or free memory"
                    );
                    tokio::select! {
                        _ = &mut stop => break,
                        () = sleep(pause) => pause = (2 * pause).min(LONGEST_PAUSE),
                    }
                }
            }
        }
    }
    drop(socket);
    open.drain().await
}

/// A connection, with the room for it. Who waits for that is one connection here, and all others in
/// the queue of the system.
async fn accept(
    open: &Open,
    socket: &TcpListener,
) -> io::Result<(TcpStream, SocketAddr, open::Slot)> {
    let (stream, peer) = socket.accept().await?;
    let slot = open.slot().await?;
    Ok((stream, peer, slot))
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
