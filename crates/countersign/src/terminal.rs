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
/// which, unless settings do. Lines that nobody reads are lost, so that requests go on.
pub(crate) fn log(chosen: Option<&str>) -> Log {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    let filter = match chosen {
        Some(chosen) => filter.parse_lossy(chosen),
        None => filter.with_env_var("COUNTERSIGN_LOG").from_env_lossy(),
    };
    let (lines, log) = tracing_appender::non_blocking(std::io::stderr());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(lines)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    log
}

/// Text from a stranger, safe to print: control and direction characters are shown, not obeyed.
pub(crate) fn printable(text: &str) -> String {
    let turns = |c| matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let hides = |c| matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    let is_hostile = |c: char| c.is_control() || turns(c) || hides(c);
    text.chars()
        .flat_map(|c| {
            let escaped = is_hostile(c).then(|| c.escape_unicode());
            let plain = (!is_hostile(c)).then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_text_can_not_move_the_cursor() {
        assert_eq!(
            printable("GET /a\u{1b}[2J\r\n\u{202e}b"),
            "GET /a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}b"
        );
    }
}
