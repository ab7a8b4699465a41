//! What people read: standard output and standard error.
//!
//! A reader that has gone away (`countersign ... | head`) is no fault.

use std::io::{IsTerminal, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Writes a block to standard output.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a line to standard error.
pub(crate) fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The one sentence about why it did not work.
pub(crate) fn say_error(error: &anyhow::Error) {
    note(&format!("countersign: {error:#}"));
}

/// Writes what is left of the log when it is dropped.
pub(crate) type Log = tracing_appender::non_blocking::WorkerGuard;

/// Sends log lines to standard error, as long as the answer is kept; `COUNTERSIGN_LOG` chooses
/// which. Lines that nobody reads are lost, so that requests go on.
pub(crate) fn log() -> Log {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .with_env_var("COUNTERSIGN_LOG")
        .from_env_lossy();
    let (lines, log) = tracing_appender::non_blocking(std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    log
}
