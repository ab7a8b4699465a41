//! Processes that end with the one that started them.
//!
//! A child has a pipe as its standard input, and nothing is ever written to it: its end is the end
//! of the parent, however that came.

use std::fs;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio, exit};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub(crate) struct Child(std::process::Child);

impl Child {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let started = command.stdin(Stdio::piped()).spawn();
        let name = command.get_program().to_string_lossy();
        Ok(Self(started.with_context(|| format!("can't start {name}"))?))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// The first line that it writes, where its standard output is a pipe.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        let output = self.0.stdout.take().context("its output is no pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// Waits for its end, which comes by itself.
    pub(crate) fn wait(mut self, patience: Duration) -> Result<ExitStatus> {
        self.ends_within(patience)?.with_context(|| {
            format!("process {} took more than {} s", self.id(), patience.as_secs())
        })
    }

    /// Tells it to end, and waits until it has.
    pub(crate) fn stop(mut self, patience: Duration) -> Result<()> {
        drop(self.0.stdin.take());
        match self.ends_within(patience)? {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("process {} ended with {status}", self.id()),
            None => bail!("process {} did not end when it was told to", self.id()),
        }
    }

    fn ends_within(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.0.try_wait()? {
                return Ok(Some(status));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(None)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It has ended already, unless something went wrong: then that is what is told.
        if !matches!(self.0.try_wait(), Ok(Some(_))) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// The file of this program.
pub(crate) fn this_program() -> Result<PathBuf> {
    fs::read_link("/proc/self/exe").context("can't find this program's file")
}

/// In a child: ends the process when its parent ends.
pub(crate) fn end_with_parent() {
    when_parent_ends(|| exit(1));
}

/// In a child: does something when its parent ends, or tells it to stop.
pub(crate) fn when_parent_ends(then: impl FnOnce() + Send + 'static) {
    thread::spawn(move || {
        // Whatever it is, nothing more will come.
        let _ = io::stdin().lock().read(&mut [0]);
        then();
    });
}
