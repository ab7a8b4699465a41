//! How much of everything one listener gives away before it stops.

use std::time::Duration;

/// Sizes and times. [`Limits::default`] suits one machine with a few thousand clients.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at a time; further ones wait in the operating system's queue.
    pub connections: usize,
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
    /// How long a body, or a client that is written to, may give no sign of life.
    pub idle: Duration,
    /// How long connecting to the upstream may take.
    pub upstream_connect: Duration,
    /// How long the upstream may take for the head of its answer, while no body goes to it.
    pub upstream_head: Duration,
    /// How long an unused connection to the upstream is kept. Below the shortest common keep-alive
    /// of servers (5 seconds), so that a request seldom meets a connection that is being closed.
    pub upstream_keep: Duration,
    /// Unused connections to the upstream that are kept.
    pub upstream_kept: usize,
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
            head_bytes: 64 * 1024,
            head_read: Duration::from_secs(30),
            form_bytes: 1024 * 1024,
            form_memory: 64 * 1024 * 1024,
            form_read: Duration::from_secs(30),
            idle: Duration::from_secs(60),
            upstream_connect: Duration::from_secs(5),
            upstream_head: Duration::from_secs(60),
            upstream_keep: Duration::from_secs(4),
            upstream_kept: 256,
            linger: Duration::from_secs(2),
            linger_bytes: 1024 * 1024,
            drain: Duration::from_secs(30),
        }
    }
}
