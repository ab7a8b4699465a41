//! What the tests need and cargo does not bring: system packages, foreign clients.

mod clients;
mod packages;

use std::path::PathBuf;
use std::process::ExitCode;

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
pub(crate) fn prepare(
    workspace: &Workspace,
    supervisor: &Supervisor,
    steps: &mut Steps,
) -> Result<PathBuf> {
    steps.require("system packages", || packages::ensure(supervisor))?;
    steps.require("clients", || clients::ensure(workspace, supervisor))
}
