//! The API over a real record, without a socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions; here helpers are tests, too"
)]

mod accounts;
mod answers;
mod consequences;
mod description;
mod doors;
mod entities;
mod environments;
mod faults;
mod integrations;
mod lists;
mod roles;
mod rotations;
mod sessions;
mod tokens;
mod versions;
mod world;
