//! Shows each code of a refusal by name: `cargo xtask mistakes`.

#![allow(clippy::print_stdout, reason = "it talks to a terminal")]

use std::process::ExitCode;

use countersign_tests::mistakes::show;

fn main() -> ExitCode {
    let tally = show(&mut |line| println!("{line}"));
    println!("{tally}");
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
