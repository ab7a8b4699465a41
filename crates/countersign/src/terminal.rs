//! What people read: standard output and standard error.
//!
//! A reader that has gone away (`countersign ... | head`) is no fault.

use std::io::Write;

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

/// Text from a stranger, safe to print: control and direction characters are shown, not obeyed.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let escaped = is_hostile(c).then(|| c.escape_unicode());
            let plain = (!is_hostile(c)).then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

/// Whether a character moves the cursor, turns the line round, or hides.
pub(crate) fn is_hostile(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let hides = matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || turns || hides
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
