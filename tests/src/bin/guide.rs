//! Asserts the setup guide through both doors: `cargo xtask guide`.

#![allow(clippy::print_stdout, reason = "it talks to a terminal")]

use std::process::ExitCode;

use countersign_tests::guide::show;

fn main() -> ExitCode {
    let tally = show(&mut |line| println!("{line}"));
    println!("{tally}");
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
