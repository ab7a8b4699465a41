//! The gate over real sockets: a world with one account, one integration and one token, a raw
//! client that sends exactly the bytes of a test, and an upstream that keeps what it received.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod accounts_by_host;
mod answers;
mod client;
mod clocks;
mod connections;
mod counted;
mod forms;
mod forwarded;
mod forwarding;
mod hosts;
mod hpack;
mod http2;
mod http2_bodies;
mod http2_connections;
mod http2_floods;
mod http2_heads;
mod identity;
mod limits;
mod log;
mod other_sites;
mod own_paths;
mod planes;
mod pool;
mod proxied;
mod refusals;
mod routes;
mod shares;
mod sink;
mod smuggling;
mod stopping;
mod streaming;
mod targets;
mod throughput;
mod tls;
mod told;
mod upstream;
mod upstream_faults;
mod websocket;
mod wire;
mod world;
