//! Where the workspace and its target folder are.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Outside the checkout when CARGO_TARGET_DIR says so.
    pub(crate) target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let facts = metadata(&["--no-deps"])?;
        let folder = |key: &str| {
            facts[key].as_str().map(PathBuf::from).with_context(|| format!("cargo names no {key}"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// A cargo command in the workspace; in CI the lock file must fit.
    pub(crate) fn cargo(&self, subcommand: &[&str]) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(subcommand);
        if in_ci() {
            command.arg("--locked");
        }
        command
    }
}

pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some()
}

pub(crate) fn metadata(options: &[&str]) -> Result<Value> {
    let output = cargo().args(["metadata", "--format-version", "1"]).args(options).output()?;
    ensure!(
        output.status.success(),
        "cargo metadata failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).context("cargo metadata wrote something else than JSON")
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
