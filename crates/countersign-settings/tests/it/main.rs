//! What a configuration may say, and what is said about one that is wrong.

#![allow(clippy::panic, reason = "a test that can't go on ends")]

mod environment;
mod example;
mod faults;
mod origins;
mod world;
