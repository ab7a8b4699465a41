//! A process that goes on: it ends with the value that stands for it.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, ExitStatus};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::wait_for;

/// A running process and what it has written.
pub struct Process {
    child: Child,
    written: TempDir,
}

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let written = tempfile::tempdir().unwrap();
        let file = |name: &str| File::create(written.path().join(name)).unwrap();
        command.stdout(file("stdout")).stderr(file("stderr"));
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, written }
    }

    /// Looks until there is something to see, while it runs.
    pub fn wait_for<T>(&mut self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        wait_for(what, || {
            let seen = look(self);
            if seen.is_none()
                && let Some(status) = self.child.try_wait().unwrap()
            {
                panic!("ended ({status}) before: {what}\n{}{}", self.stdout(), self.stderr());
            }
            seen
        })
    }

    /// What it has written to its standard output.
    pub fn stdout(&self) -> String {
        self.text("stdout")
    }

    /// What it has written to its standard error.
    pub fn stderr(&self) -> String {
        self.text("stderr")
    }

    /// The folder with `stdout` and `stderr`.
    pub fn written(&self) -> &Path {
        self.written.path()
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> ExitStatus {
        wait_for("the end of a process", || self.child.try_wait().unwrap())
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill`, and what came of it.
    pub fn stop(&mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    fn text(&self, name: &str) -> String {
        let bytes = fs::read(self.written.path().join(name)).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
