//! `countersign`: a self-hosted authority for Token-Based Authentication.
//!
//! Belongs here: the command line, files and settings, and the only place where adapters are
//! chosen. Does not: rules. Exit codes: 0 done; 1 refused; 2 usage or environment.

mod check_config;
mod cli;
mod completions;
mod control;
mod counted;
mod deployment;
mod dev;
mod explain;
mod folder;
mod init;
mod key_file;
mod monitor;
mod own_paths;
mod paint;
mod password;
mod record;
mod serve;
mod server;
mod settings;
mod small_file;
mod stopping;
mod supervisor;
mod system;
mod telemetry;
mod version;

use std::process::ExitCode;

use clap::Parser;
use countersign_caller::{EXIT_ENVIRONMENT, terminal};
use mimalloc::MiMalloc;

/// Marks of the replay memory live for minutes among buffers that live for one request: kept apart
/// by size they leave fewer holes.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    system::harden();
    match start(cli) {
        Ok(code) => code,
        Err(error) => {
            terminal::say_error(&error);
            ExitCode::from(EXIT_ENVIRONMENT)
        }
    }
}

fn start(cli: cli::Cli) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(cli.run())
}
