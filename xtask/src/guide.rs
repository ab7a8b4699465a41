//! `cargo xtask guide`: the setup guide, asserted sentence by sentence through both doors.
//! Belongs here: what it needs. Does not: the sentences (see the package `countersign-tests`).

use std::process::ExitCode;

use anyhow::Result;

use crate::refusal::Refusal;
use crate::setup::Programs;
use crate::steps::Steps;
use crate::supervisor::Supervisor;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err(Refusal::new("guide takes no options").into());
    }
    let workspace = Workspace::find()?;
    let supervisor = Supervisor::listen()?;
    let mut steps = Steps::default();
    let programs = Programs::make(&workspace, &supervisor, &mut steps)?;
    // Last, so that its count is what one reads at the end.
    let options = ["run", "--quiet", "--package", "countersign-tests", "--bin", "guide"];
    let mut show = workspace.cargo(&options);
    supervisor.run(programs.tell(&mut show))?;
    Ok(ExitCode::SUCCESS)
}
