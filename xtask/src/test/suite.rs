//! The command that runs every test: cargo-nextest, or cargo's own runner where it is missing.
//!
//! Ignored tests run too. Which run only when they are asked for is told by their names. For
//! nextest the filter stands in `.config/nextest.toml`: `cargo nextest run` obeys it as well.

use std::process::Command;

use anyhow::{Result, ensure};

use super::options::Options;
use crate::supervisor::succeeds;
use crate::workspace::{Workspace, in_ci};

pub(crate) fn command(workspace: &Workspace, options: &Options) -> Result<Command> {
    if succeeds(&mut workspace.cargo(&["nextest", "--version"])) {
        Ok(nextest(workspace, options))
    } else {
        println!("cargo-nextest is not installed: running the tests with cargo test");
        cargo_test(workspace, options)
    }
}

fn nextest(workspace: &Workspace, options: &Options) -> Command {
    let profile = match options.long {
        true => "long",
        false if in_ci() => "ci",
        false => "default",
    };
    let mut command = workspace.cargo(&["nextest", "run", "--workspace", "--run-ignored", "all"]);
    command.args(["--profile", profile]).args(&options.selection);
    command
}

/// Targets one by one: `--workspace` alone would run the documentation tests, and those that are
/// marked `ignore` do not compile.
const TARGETS: &[&str] = &["test", "--workspace", "--lib", "--bins", "--tests"];

fn cargo_test(workspace: &Workspace, options: &Options) -> Result<Command> {
    let mut command = workspace.cargo(TARGETS);
    command.arg("--no-fail-fast").args(&options.selection);
    command.args(["--", "--include-ignored"]);
    let left_out = left_out(&list(workspace)?, options.long);
    if !left_out.is_empty() {
        // A plain `--skip long_` would also skip `a_nonce_too_long_is_refused`.
        command.arg("--exact").args(left_out.iter().flat_map(|name| ["--skip", name]));
    }
    Ok(command)
}

/// All tests, one a line, as `name: test`.
fn list(workspace: &Workspace) -> Result<String> {
    let mut list = workspace.cargo(TARGETS);
    let output = list.args(["--", "--include-ignored", "--list", "--format", "terse"]).output()?;
    let failure = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the tests can't be listed: {failure}");
    Ok(String::from_utf8(output.stdout)?)
}

fn left_out(list: &str, long: bool) -> Vec<String> {
    let prefixes: &[&str] =
        if long { &["child_", "measure_"] } else { &["child_", "long_", "measure_"] };
    let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
    names
        .filter(|name| {
            let mut parts = name.split("::");
            parts.any(|part| prefixes.iter().any(|prefix| part.starts_with(prefix)))
        })
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_left_out_by_how_a_part_of_its_name_begins() {
        let list = "long_soak: test\nreplay::tests::measure_uses: test\nit::child_writes: test\n\
                    limits::a_nonce_too_long_is_refused: test\nlong_bench: benchmark\n";
        let expected = ["long_soak", "replay::tests::measure_uses", "it::child_writes"];
        assert_eq!(left_out(list, false), expected);
        assert_eq!(left_out(list, true), expected[1..]);
    }
}
