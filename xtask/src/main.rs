//! `cargo xtask`: the tasks of this workspace that are more than one cargo command.
//! Belongs here: which task was asked for, and how it ended. Does not: what a task does.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to its terminal")]

mod bench;
mod docs;
mod fuzz;
mod guide;
mod mistakes;
mod postgres;
mod refusal;
mod setup;
mod soak;
mod steps;
mod supervisor;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use refusal::Refusal;
use supervisor::Interrupted;

struct Task {
    name: &'static str,
    run: fn(&[String]) -> Result<ExitCode>,
    help: &'static str,
}

const TASKS: &[Task] = &[
    Task {
        name: "setup",
        run: setup::run,
        help: "setup                              install what the tests need",
    },
    Task {
        name: "test",
        run: test::run,
        help: "test [--long] [-- nextest options] setup, then every test",
    },
    Task {
        name: "mistakes",
        run: mistakes::run,
        help: "mistakes                           each code named on a wrong request to `dev`",
    },
    Task {
        name: "guide",
        run: guide::run,
        help: "guide                              the setup guide, asserted sentence by sentence",
    },
    Task {
        name: "fuzz",
        run: fuzz::run,
        help: "fuzz                               each fuzz target for 20 seconds",
    },
    Task {
        name: "tidy",
        run: tidy::run,
        help: "tidy                               the rules of this code base",
    },
    Task {
        name: "docs",
        run: docs::run,
        help: "docs                               write the documents that are made from code",
    },
    Task {
        name: "bench",
        run: bench::run,
        help: "bench [--markdown] [-- ROW...]     measurements, also in target/bench/report.json",
    },
    Task {
        name: "soak",
        run: soak::run,
        help: "soak [--minutes N]                 does the program's memory grow under traffic?",
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    start(&arguments).unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        if let Some(interrupted) = error.downcast_ref::<Interrupted>() {
            return ExitCode::from(interrupted.exit_code());
        }
        ExitCode::from(if error.is::<Refusal>() { 2 } else { 1 })
    })
}

fn start(arguments: &[String]) -> Result<ExitCode> {
    let (name, rest) = arguments.split_first().ok_or_else(usage)?;
    let task = TASKS.iter().find(|task| task.name == name).ok_or_else(usage)?;
    (task.run)(rest)
}

fn usage() -> Refusal {
    let lines: Vec<String> =
        TASKS.iter().map(|task| format!("\n  cargo xtask {}", task.help)).collect();
    Refusal::new(format!("name a task:{}", lines.concat()))
}
