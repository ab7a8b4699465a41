//! Each fuzz target for some seconds, from the committed corpus. New inputs stay in the target
//! folder.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::steps::Steps;
use crate::supervisor::{Supervisor, succeeds};
use crate::workspace::Workspace;

const SECONDS_PER_TARGET: u32 = 20;

pub(crate) fn run(workspace: &Workspace, supervisor: &Supervisor, steps: &mut Steps) -> Result<()> {
    if !workspace.root.join("fuzz/Cargo.toml").is_file() {
        println!("no fuzz targets: fuzz/Cargo.toml does not exist");
        return Ok(());
    }
    let tools = workspace.target.join("tools");
    if !install(workspace, supervisor, &tools) {
        println!("not fuzzed: cargo-fuzz is not installed, and could not be");
        return Ok(());
    }
    for target in targets(workspace, &tools)? {
        steps
            .attempt(&format!("fuzz {target}"), || fuzz(workspace, supervisor, &tools, &target))?;
    }
    Ok(())
}

fn install(workspace: &Workspace, supervisor: &Supervisor, tools: &Path) -> bool {
    if succeeds(cargo_fuzz(workspace, tools).arg("--version")) {
        return true;
    }
    println!("installing cargo-fuzz into {}", tools.display());
    let mut install = Command::new("cargo");
    install.args(["install", "cargo-fuzz", "--locked", "--root"]).arg(tools);
    supervisor.run_quietly(&mut install).is_ok()
}

fn targets(workspace: &Workspace, tools: &Path) -> Result<Vec<String>> {
    let output = cargo_fuzz(workspace, tools).arg("list").output()?;
    let failure = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the fuzz targets can't be listed: {failure}");
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

fn fuzz(workspace: &Workspace, supervisor: &Supervisor, tools: &Path, target: &str) -> Result<()> {
    // The first folder is written to, the others are read.
    let found = workspace.target.join("fuzz-corpus").join(target);
    fs::create_dir_all(&found)?;
    let mut command = cargo_fuzz(workspace, tools);
    command.arg("run").arg(target).arg(found);
    let committed = workspace.root.join("fuzz/corpus").join(target);
    if committed.is_dir() {
        command.arg(committed);
    }
    command.arg("--").arg(format!("-max_total_time={SECONDS_PER_TARGET}"));
    supervisor.run(&mut command)
}

fn cargo_fuzz(workspace: &Workspace, tools: &Path) -> Command {
    let mut search = OsString::from(tools.join("bin"));
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
