//! The crate from outside: what is fuzzed, and what a browser makes of a callback URL.

#![allow(clippy::unwrap_used, reason = "tests")]

mod callback;
