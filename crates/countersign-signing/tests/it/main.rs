//! The crate as its users see it: vectors, properties, other implementations, promises of speed.
//!
//! Belongs here: tests through the public API. Does not: tests of one module (they are beside it).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy.toml allows them in test functions; here helpers are tests, too"
)]

mod allocations;
mod constant_time;
mod differential;
mod fuzz_corpus;
mod mistakes;
mod passport;
mod properties;
mod speed;
mod vectors;

/// Whether this is `cargo xtask test --long`.
fn is_long() -> bool {
    std::env::var("COUNTERSIGN_LONG").is_ok_and(|it| it == "1")
}
