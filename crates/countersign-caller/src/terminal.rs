//! What people read: standard output and standard error.
//!
//! A reader that has gone away (`countersign ... | head`) is no fault.

use std::io::{IsTerminal, Write};

/// Writes a block to standard output.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a line to standard error.
pub fn note(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// The one sentence about why it did not work.
pub fn say_error(error: &anyhow::Error) {
    note(&plain(&format!("countersign: {error:#}")));
}

/// Whether standard output is a terminal whose user has not said no to colours (`NO_COLOR`).
pub fn has_colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    std::io::stdout().is_terminal() && !refused
}

/// Text whose parts may be a stranger's, such as the name of a file: it moves no cursor, but its
/// lines stay lines.
pub fn plain(text: &str) -> String {
    text.lines().map(countersign_signing::visible).collect::<Vec<_>>().join("\n")
}
