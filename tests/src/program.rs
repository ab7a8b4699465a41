//! The program as it is released, run to its end.

use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How a run ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; none after a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Finished {
    /// Asserts that it was done.
    pub fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// Asserts that it ended with `code` and one sentence on standard error, and nothing else.
    pub fn refused_with(&self, code: i32, words: &str) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert_eq!(self.stdout, "", "{self:#?}");
        assert_eq!(self.stderr.lines().count(), 1, "one line: {self:#?}");
        assert!(self.stderr.starts_with("countersign: "), "{self:#?}");
        assert!(self.stderr.contains(words), "should say {words:?}: {self:#?}");
    }
}

/// The program, with nothing of the tests' own settings in its environment.
pub fn command() -> Command {
    let mut command = Command::new(prepared("COUNTERSIGN_BIN"));
    let names = env::vars_os().map(|(name, _)| name);
    for name in names.filter(|name| name.to_string_lossy().starts_with("COUNTERSIGN_")) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

/// The folder with Python environments (`python/` and others) and `node_modules/`.
pub fn clients() -> PathBuf {
    prepared("COUNTERSIGN_CLIENTS")
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Finished {
    finish(command().args(arguments), "")
}

/// Runs the program to its end, with something on its standard input.
pub fn run_with_input(arguments: &[&str], input: &str) -> Finished {
    finish(command().args(arguments).stdin(Stdio::piped()), input)
}

fn finish(command: &mut Command, input: &str) -> Finished {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    if let Some(mut stdin) = child.stdin.take() {
        // A program that refuses at once does not read.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().unwrap();
    Finished {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn prepared(name: &str) -> PathBuf {
    let value = env::var_os(name).map(PathBuf::from);
    value.unwrap_or_else(|| panic!("{name} is not set: run `cargo xtask test`"))
}
