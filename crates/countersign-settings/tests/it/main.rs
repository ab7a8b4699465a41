//! What a configuration may say, and what is said about one that is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod environment;
mod example;
mod faults;
mod fuzz_corpus;
mod origins;
mod world;
