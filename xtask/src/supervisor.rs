//! Runs programs so that Ctrl-C ends the task in good order: the program that runs is stopped, the
//! task returns `Interrupted`, and what it started is dropped on the way out.

use std::error::Error;
use std::fmt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

pub(crate) struct Supervisor {
    /// The signal that arrived; zero: none.
    signal: Arc<AtomicUsize>,
}

impl Supervisor {
    pub(crate) fn listen() -> Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        for number in [SIGHUP, SIGINT, SIGTERM] {
            signal_hook::flag::register_usize(
                number,
                Arc::clone(&signal),
                number.unsigned_abs() as usize,
            )?;
        }
        Ok(Self { signal })
    }

    /// Runs a program to its end. An exit code other than zero is an error.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let status = self.status(command)?;
        if !status.success() {
            bail!("{} ended with {status}", name(command));
        }
        Ok(())
    }

    /// The same, without a word: its output is of interest only when it fails.
    pub(crate) fn run_quietly(&self, command: &mut Command) -> Result<()> {
        let log = tempfile::tempfile()?;
        command.stdout(log.try_clone()?).stderr(log.try_clone()?);
        self.run(command).inspect_err(|_| {
            use std::io::{Read, Seek};
            let (mut log, mut text) = (log, String::new());
            if log.rewind().and_then(|()| log.read_to_string(&mut text)).is_ok() {
                eprint!("{text}");
            }
        })
    }

    fn status(&self, command: &mut Command) -> Result<ExitStatus> {
        self.refuse_when_interrupted()?;
        let mut child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("{} can't be started", name(command)))?;
        loop {
            if let Some(status) = child.try_wait()? {
                self.refuse_when_interrupted()?;
                return Ok(status);
            }
            if let Err(interrupted) = self.refuse_when_interrupted() {
                end(&mut child, interrupted.0)?;
                return Err(interrupted.into());
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn refuse_when_interrupted(&self) -> Result<(), Interrupted> {
        match self.signal.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Interrupted(signal)),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Interrupted(usize);

impl Interrupted {
    pub(crate) fn exit_code(&self) -> u8 {
        u8::try_from(128 + self.0).unwrap_or(130)
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "interrupted by signal {}", self.0)
    }
}

impl Error for Interrupted {}

/// Whether a program is there and ends well. Prints nothing.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Asks a process to end, and ends it when it takes too long.
pub(crate) fn stop(child: &mut Child, signal: Signal, patience: Duration) -> Result<()> {
    if child.try_wait()?.is_none() {
        kill_process(Pid::from_child(child), signal)?;
        if !ends_within(child, patience)? {
            child.kill()?;
            child.wait()?;
        }
    }
    Ok(())
}

fn end(child: &mut Child, signal: usize) -> Result<()> {
    // A terminal sends Ctrl-C to the child as well. A second signal would cut its tidying short.
    let by_terminal = signal == SIGINT.unsigned_abs() as usize;
    if by_terminal && ends_within(child, Duration::from_secs(5))? {
        return Ok(());
    }
    stop(child, Signal::TERM, Duration::from_secs(15))
}

fn ends_within(child: &mut Child, patience: Duration) -> Result<bool> {
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(true);
        }
        sleep(Duration::from_millis(20));
    }
    Ok(false)
}

fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_an_error_with_its_name() {
        let supervisor = Supervisor { signal: Arc::default() };
        assert!(supervisor.run(&mut Command::new("true")).is_ok());
        let error = supervisor.run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert!(error.to_string().starts_with("sh -c exit 3 ended with"), "{error}");
    }

    #[test]
    fn a_signal_ends_the_program_that_runs_and_starts_no_other() {
        let supervisor = Supervisor { signal: Arc::new(AtomicUsize::new(15)) };
        let error = supervisor.run(Command::new("sleep").arg("60")).unwrap_err();
        assert_eq!(error.downcast_ref::<Interrupted>().map(Interrupted::exit_code), Some(143));
    }

    #[test]
    fn a_process_that_does_not_listen_is_killed() {
        let mut deaf =
            Command::new("sh").args(["-c", "trap '' TERM; exec sleep 60"]).spawn().unwrap();
        sleep(Duration::from_millis(200));
        stop(&mut deaf, Signal::TERM, Duration::from_millis(100)).unwrap();
        assert!(deaf.try_wait().unwrap().is_some());
    }
}
