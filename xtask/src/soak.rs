//! `cargo xtask soak`: builds the program and its traffic as they would ship, and runs them.
//! Belongs here: where it may write, and that nothing of it stays. Does not: traffic and verdict
//! (see the package `countersign-bench`).

use std::fs;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::refusal::Refusal;
use crate::supervisor::Supervisor;
use crate::workspace::Workspace;

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let minutes = minutes(arguments)?;
    let workspace = Workspace::find()?;
    let supervisor = Supervisor::listen()?;
    let packages = ["--package", "countersign", "--package", "countersign-bench"];
    supervisor.run(workspace.cargo(&["build", "--release"]).args(packages))?;

    let out = workspace.target.join("bench");
    fs::create_dir_all(&out).with_context(|| format!("can't make {}", out.display()))?;
    // Here rather than among temporary files, which may lie in memory.
    let scratch = tempfile::tempdir_in(&out).context("can't make a folder to serve from")?;
    let release = workspace.target.join("release");
    let mut command = Command::new(release.join("countersign-bench"));
    command.arg("soak").arg("--program").arg(release.join("countersign"));
    command.arg("--scratch").arg(scratch.path()).args(["--minutes", &minutes.to_string()]);
    supervisor.run(&mut command)?;
    Ok(ExitCode::SUCCESS)
}

fn minutes(arguments: &[String]) -> Result<u64, Refusal> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let minutes = match words[..] {
        [] => Some(20),
        ["--minutes", minutes] => minutes.parse().ok().filter(|it| *it > 0),
        _ => None,
    };
    minutes.ok_or_else(|| Refusal::new("soak takes --minutes N, of at least 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_twenty_minutes_where_nobody_says() {
        let of = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            minutes(&words).ok()
        };
        assert_eq!(of(&[]), Some(20));
        assert_eq!(of(&["--minutes", "3"]), Some(3));
        assert_eq!(of(&["--minutes", "0"]), None);
        assert_eq!(of(&["3"]), None);
    }
}
