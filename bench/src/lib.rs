//! Measurements of Countersign, each in a process of its own, as a table and as `report.json`.
//!
//! One module for each kind of measurement (`decision`, `steps`, `memory`, `scale`, `replay`,
//! `record`, `gate`, `ways`, `flood`, `search`, `assertion`) over what they share: `fleet` (a
//! record of any size and requests that it admits), `steady` (a verifier in the middle of its
//! work), `rounds` (time), `machine`, `child` (processes), `report` (rows, aims and how they are
//! shown).
//!
//! Beside them `soak`: minutes of traffic against the program itself.
//!
//! Belongs here: measuring what ships, as it ships. Does not: thresholds. A number that misses its
//! aim is printed as missed; only what can't be measured is an error.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a report goes to the terminal")]

mod assertion;
mod bench;
mod child;
mod cli;
mod decision;
mod fleet;
mod flood;
mod gate;
mod machine;
mod measurement;
mod memory;
mod record;
mod replay;
mod report;
mod rounds;
mod scale;
mod search;
mod soak;
mod steady;
mod steps;
mod system;
mod tls;
mod ways;

use std::process::ExitCode;

/// What the allocator was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// How often it was asked for memory.
    pub allocations: u64,
    /// Bytes that were asked for and not given back.
    pub bytes_held: i64,
}

/// Counts what the work asks the allocator for.
pub type Counter = fn(work: &mut dyn FnMut()) -> Counted;

/// Runs what the command line asks for. `counter` is there where the allocator counts.
pub fn start(counter: Option<Counter>) -> ExitCode {
    match cli::run(counter) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("countersign-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
