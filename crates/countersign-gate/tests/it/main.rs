//! The gate over real sockets: a world with one account, one integration and one token, a raw
//! client that sends exactly the bytes of a test, and an upstream that keeps what it received.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod client;
mod clocks;
mod connections;
mod forms;
mod forwarding;
mod hosts;
mod identity;
mod limits;
mod other_sites;
mod own_paths;
mod pool;
mod refusals;
mod routes;
mod sink;
mod smuggling;
mod streaming;
mod targets;
mod throughput;
mod upstream;
mod upstream_faults;
mod websocket;
mod world;
