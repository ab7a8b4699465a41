//! `cargo xtask bench`: builds what measures as it would ship, and runs it.
//! Belongs here: where it may write, and that nothing of it stays. Does not: measuring (see the
//! package `countersign-bench`).

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::refusal::Refusal;
use crate::supervisor::Supervisor;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let options = Options::parse(arguments)?;
    let workspace = Workspace::find()?;
    let supervisor = Supervisor::listen()?;
    let build = ["build", "--release", "--package", "countersign-bench"];
    supervisor.run(&mut workspace.cargo(&build))?;

    let out = workspace.target.join("bench");
    fs::create_dir_all(&out).with_context(|| format!("can't make {}", out.display()))?;
    // Here rather than among temporary files, which may lie in memory.
    let scratch = tempfile::tempdir_in(&out).context("can't make a folder to measure in")?;
    let mut command = Command::new(workspace.target.join("release/countersign-bench"));
    command.arg("run").arg("--out").arg(&out).arg("--scratch").arg(scratch.path());
    command.args(["--rustc", &compiler()?]);
    if options.markdown {
        command.arg("--markdown");
    }
    supervisor.run(command.args(&options.rows))?;
    Ok(ExitCode::SUCCESS)
}

fn compiler() -> Result<String> {
    let version = Command::new("rustc").arg("--version").output().context("no rustc")?;
    let version = String::from_utf8_lossy(&version.stdout);
    Ok(version.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

#[derive(Debug, Default, PartialEq)]
struct Options {
    /// Print the table for the README.
    markdown: bool,
    /// Measure these only.
    rows: Vec<String>,
}

impl Options {
    fn parse(arguments: &[String]) -> Result<Self, Refusal> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--markdown" => options.markdown = true,
                "--" => options.rows = rest.by_ref().cloned().collect(),
                other => {
                    let reason = format!("bench does not know `{other}`; rows follow `--`");
                    return Err(Refusal::new(reason));
                }
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_follow_two_dashes() {
        let words = ["--markdown", "--", "steps", "gate_over_hello"].map(str::to_owned);
        let options = Options::parse(&words).unwrap();
        assert!(options.markdown);
        assert_eq!(options.rows, ["steps", "gate_over_hello"]);
        assert!(Options::parse(&["steps".to_owned()]).is_err());
    }
}
