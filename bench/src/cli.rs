//! The command line. `run` is for people and `cargo xtask bench`, `soak` for `cargo xtask soak`;
//! the other two are what `run` starts.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};

use crate::bench::Bench;
use crate::gate::server::{self, ServeArgs};
use crate::measurement::{self, Measurement};
use crate::report::{Form, Report};
use crate::soak::{self, SoakArgs};
use crate::{Counter, child, machine};

#[derive(Parser)]
#[command(name = "countersign-bench", about = "Run it by `cargo xtask bench`")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure, print a table, write report.json
    Run(RunArgs),
    /// Minutes of mixed traffic against the program: does its memory grow?
    Soak(SoakArgs),
    /// One measurement, in this process
    #[command(hide = true)]
    Measure(MeasureArgs),
    /// One server of the measurement of the gate
    #[command(hide = true)]
    Serve(ServeArgs),
}

#[derive(Args)]
struct RunArgs {
    /// Where report.json is written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Where data folders are made; on a disk, not in memory
    #[arg(long, value_name = "DIR")]
    scratch: PathBuf,
    /// The compiler, for the line about the machine
    #[arg(long, value_name = "TEXT", default_value = "rustc unknown")]
    rustc: String,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
    /// Measure only these
    #[arg(value_name = "ROW", value_parser = measurement::names())]
    rows: Vec<String>,
}

#[derive(Args)]
struct MeasureArgs {
    name: String,
    #[arg(long)]
    scratch: PathBuf,
    #[arg(long)]
    result: PathBuf,
}

pub(crate) fn run(counter: Option<Counter>) -> Result<()> {
    match Cli::parse().command {
        Command::Run(args) => report(&args),
        Command::Soak(args) => soak::run(&args),
        Command::Measure(args) => measure(&args, counter),
        Command::Serve(args) => server::run(&args),
    }
}

fn report(args: &RunArgs) -> Result<()> {
    let machine = machine::describe(&args.rustc, &args.scratch)?;
    let mut report = Report::new(machine);
    for measurement in measurement::ALL {
        if args.rows.is_empty() || args.rows.iter().any(|row| row == measurement.name) {
            report.add(measurement::in_own_process(measurement, &args.scratch)?);
        }
    }
    println!("{}", report.table(if args.markdown { Form::Markdown } else { Form::Text }));
    report.write(&args.out)
}

fn measure(args: &MeasureArgs, counter: Option<Counter>) -> Result<()> {
    child::end_with_parent();
    let measurement = Measurement::named(&args.name).context("no such measurement")?;
    let mut bench = Bench::new(args.scratch.clone(), counter);
    (measurement.run)(&mut bench)?;
    bench.write(&args.result)
}
