//! The hot path as its callers see it.

// Clippy's own switch reaches functions marked as tests, not the helpers that they share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod decision;
mod emptied;
mod hosts;
mod judge;
mod limits;
mod replay_measured;
mod replay_processes;
mod rotation;
mod standing;
