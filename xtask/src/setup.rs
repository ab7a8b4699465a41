//! What the tests need and cargo does not bring: system packages, foreign clients, the program as
//! it is released.

mod clients;
mod packages;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::refusal::Refusal;
use crate::steps::Steps;
use crate::supervisor::Supervisor;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err(Refusal::new("setup takes no options").into());
    }
    let mut steps = Steps::default();
    prepare(&Workspace::find()?, &Supervisor::listen()?, &mut steps)?;
    steps.summary();
    Ok(ExitCode::SUCCESS)
}

/// Installs what is missing, and tells where the clients are.
fn prepare(workspace: &Workspace, supervisor: &Supervisor, steps: &mut Steps) -> Result<PathBuf> {
    steps.require("system packages", || packages::ensure(supervisor))?;
    steps.require("clients", || clients::ensure(workspace, supervisor))
}

/// What whole-program tests start.
pub(crate) struct Programs {
    clients: PathBuf,
    binary: PathBuf,
}

impl Programs {
    /// Installs what is missing, and builds the program.
    pub(crate) fn make(
        workspace: &Workspace,
        supervisor: &Supervisor,
        steps: &mut Steps,
    ) -> Result<Self> {
        let clients = prepare(workspace, supervisor, steps)?;
        steps.require("build the program", || {
            let mut build = workspace.cargo(&["build", "--release", "--package", "countersign"]);
            supervisor.run(&mut build)
        })?;
        Ok(Self { clients, binary: workspace.target.join("release/countersign") })
    }

    /// Tells a command where they are.
    pub(crate) fn tell<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("COUNTERSIGN_CLIENTS", &self.clients).env("COUNTERSIGN_BIN", &self.binary)
    }
}
