//! The crate from outside: use cases, explanations, what survives a kill, and how long a large
//! record takes to load.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests"
)]

mod assertion_keys;
mod environments;
mod explanations;
#[path = "../../src/conformance/fixtures.rs"]
#[allow(dead_code, reason = "the conformance suite uses the rest")]
mod fixtures;
mod integrations;
mod kill;
mod large;
mod people;
mod tokens;
mod use_cases;
