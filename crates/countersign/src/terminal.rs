//! What people read: standard output and standard error.
//!
//! A reader that has gone away (`countersign ... | head`) is no fault.

use std::io::{IsTerminal, Write};

use countersign_explain::Paint;

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
    note(&plain(&format!("countersign: {error:#}")));
}

/// Colours for a standard output that is a terminal whose user has not said no (`NO_COLOR`).
pub(crate) fn paint() -> Paint {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if std::io::stdout().is_terminal() && !refused { Paint::Coloured } else { Paint::Plain }
}

/// Text whose parts may be a stranger's, such as the name of a file: it moves no cursor, but its
/// lines stay lines.
pub(crate) fn plain(text: &str) -> String {
    text.lines().map(countersign_signing::visible).collect::<Vec<_>>().join("\n")
}
