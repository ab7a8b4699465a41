//! The whole program: `countersign` as it is released, started as people start it, with the
//! clients that people use.
//!
//! Belongs here: what is promised to somebody outside. Does not: what one crate promises (its own
//! `tests/it`). All tests need `COUNTERSIGN_BIN`, so all are ignored unless `cargo xtask test`
//! runs them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions; here helpers are tests, too"
)]

mod accounts_by_host;
mod admitted_once;
mod assertions;
mod attacked_api;
mod clients;
mod clock;
mod configuration;
mod dev_interface;
mod environment;
mod explain;
mod explain_reference;
mod explanations;
mod first_deployment;
mod full_disk;
mod guide;
mod hardening;
mod identity;
mod kill;
mod log_in;
mod mistakes;
mod observing;
mod readme;
mod record_doors;
mod reload;
mod revocation;
mod scan;
mod secrets;
mod serve_tls;
mod service;
mod setup_link;
mod stays_here;
mod stopping;
mod trail;
mod uniform;
mod upstream_tls;
