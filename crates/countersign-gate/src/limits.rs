//! How much of everything is given away.

use std::time::Duration;

use crate::Rate;

/// Sizes and times. [`Limits::default`] suits one machine with a few thousand clients.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time; further ones wait in the operating system's queue.
    pub connections: usize,
    /// Connections at a time from one client address; of IPv6 from one /64. Those of a trusted peer
    /// count only for the clients that it names in a PROXY header. `None`: an eighth of
    /// [`Self::connections`], and any number from this machine itself.
    pub connections_per_source: Option<usize>,
    /// Bytes of a request's or upstream answer's head.
    pub head_bytes: usize,
    /// How long a connection may take for its next head: bounds slow senders and idle keep-alive.
    pub head_read: Duration,
    /// Bytes of a form body, which is held in memory to be verified.
    pub form_bytes: usize,
    /// Bytes of all form bodies that are held at a time. One client address may hold an eighth of
    /// them, and one token a quarter; each may always hold one form.
    pub form_memory: usize,
    /// How long a whole form body may take.
    pub form_read: Duration,
    /// How long a body, or a client that is written to, may give no sign of life. Of each answer
    /// over HTTP/2 a client must take 16 KiB in it, or that answer is given up within twice of it.
    pub idle: Duration,
    /// How long a connection may take to be opened: PROXY header and TLS, each.
    pub handshake: Duration,
    /// Requests that one HTTP/2 connection may have open at a time.
    pub streams: u32,
    /// Connections at a time that have become WebSockets. They count as connections, too.
    pub upgraded: usize,
    /// WebSockets at a time of one token; on routes without a signature, of one client address.
    /// `None`: an eighth of [`Self::upgraded`].
    pub upgraded_per_token: Option<usize>,
    /// How long a WebSocket may be silent on both sides.
    pub upgraded_idle: Duration,
    /// Requests at a time of one integration in one account.
    pub concurrency_per_integration: Option<u32>,
    /// Requests at a time of one account.
    pub concurrency_per_account: Option<u32>,
    /// Requests of one token.
    pub rate_per_token: Option<Rate>,
    /// Requests from one address; of IPv6 from one /64. Own endpoints and pages count, too; health,
    /// keys and metrics don't.
    pub rate_per_source: Option<Rate>,
    /// How long a closed connection is read on, so that its client sees the answer.
    pub linger: Duration,
    /// Bytes that are read and thrown away meanwhile.
    pub linger_bytes: usize,
    /// How long requests in flight may take when the gate stops; then they are cut.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_source: None,
            head_bytes: 64 * 1024,
            head_read: Duration::from_secs(30),
            form_bytes: 1024 * 1024,
            form_memory: 64 * 1024 * 1024,
            form_read: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            handshake: Duration::from_secs(10),
            streams: 100,
            upgraded: 1_000,
            upgraded_per_token: None,
            upgraded_idle: Duration::from_secs(10 * 60),
            concurrency_per_integration: None,
            concurrency_per_account: None,
            rate_per_token: None,
            rate_per_source: None,
            linger: Duration::from_secs(2),
            linger_bytes: 1024 * 1024,
            drain: Duration::from_secs(30),
        }
    }
}
