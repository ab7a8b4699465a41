//! `cargo xtask fuzz`: each fuzz target for some time, from the committed corpus. New inputs stay
//! in the target folder.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::refusal::Refusal;
use crate::steps::Steps;
use crate::supervisor::{Interrupted, Supervisor, succeeds};
use crate::workspace::Workspace;

/// How long each target runs when nothing else is said.
const QUICK: Duration = Duration::from_secs(20);

/// How long each target runs with `cargo xtask test --long`.
const LONG: Duration = Duration::from_secs(600);

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if !arguments.is_empty() {
        return Err(Refusal::new("fuzz takes no options").into());
    }
    let (workspace, supervisor) = (Workspace::find()?, Supervisor::listen()?);
    let mut steps = Steps::default();
    steps.require("cargo-fuzz", || install(&workspace, &supervisor))?;
    all(&workspace, &supervisor, &mut steps, QUICK)?;
    Ok(if steps.summary() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// As a part of other tests, which don't fail where there is no cargo-fuzz to be had.
pub(crate) fn long(
    workspace: &Workspace,
    supervisor: &Supervisor,
    steps: &mut Steps,
) -> Result<()> {
    match install(workspace, supervisor) {
        Ok(()) => all(workspace, supervisor, steps, LONG),
        Err(error) if error.is::<Interrupted>() => Err(error),
        Err(error) => {
            println!("not fuzzed, as cargo-fuzz can't be installed: {error:#}");
            Ok(())
        }
    }
}

fn all(
    workspace: &Workspace,
    supervisor: &Supervisor,
    steps: &mut Steps,
    each: Duration,
) -> Result<()> {
    for target in targets(workspace)? {
        steps.attempt(&format!("fuzz {target}"), || {
            supervisor.run(&mut fuzz(workspace, &target, each)?)
        })?;
    }
    Ok(())
}

fn install(workspace: &Workspace, supervisor: &Supervisor) -> Result<()> {
    if succeeds(cargo_fuzz(workspace).arg("--version")) {
        return Ok(());
    }
    let tools = tools(workspace);
    println!("installing cargo-fuzz into {}", tools.display());
    let mut install = Command::new("cargo");
    install.args(["install", "cargo-fuzz", "--locked", "--root"]).arg(tools);
    supervisor.run_quietly(&mut install)
}

fn targets(workspace: &Workspace) -> Result<Vec<String>> {
    let output = cargo_fuzz(workspace).arg("list").output()?;
    let failure = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the fuzz targets can't be listed: {failure}");
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

fn fuzz(workspace: &Workspace, target: &str, time: Duration) -> Result<Command> {
    // The first folder is written to, the others are read.
    let found = workspace.target.join("fuzz-corpus").join(target);
    fs::create_dir_all(&found)?;
    let mut command = cargo_fuzz(workspace);
    command.arg("run").arg(target).arg(found);
    let committed = workspace.root.join("fuzz/corpus").join(target);
    if committed.is_dir() {
        command.arg(committed);
    }
    command.arg("--").arg(format!("-max_total_time={}", time.as_secs()));
    Ok(command)
}

fn cargo_fuzz(workspace: &Workspace) -> Command {
    let mut search = OsString::from(tools(workspace).join("bin"));
    if let Some(path) = std::env::var_os("PATH") {
        search.push(":");
        search.push(path);
    }
    let mut command = Command::new("cargo");
    command.arg("fuzz").current_dir(&workspace.root).env("PATH", search);
    // The instrumentation is behind unstable compiler flags.
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}

fn tools(workspace: &Workspace) -> PathBuf {
    workspace.target.join("tools")
}
