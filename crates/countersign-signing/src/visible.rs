//! Text of a stranger, made safe to read.
//!
//! Belongs here: which characters mislead, and how they are shown. Does not: secrets, lengths.

/// The text with every character escaped (`\u{1b}`) that a terminal would obey or that a reader
/// would not see: control characters, line and paragraph separators, what has no width, what turns
/// the direction of others, and tags (U+E0000 to U+E007F), which spell ASCII that nobody sees.
///
/// ```
/// use countersign_signing::visible;
///
/// assert_eq!(visible("GET /\u{1b}[2J\r\n\u{202e}b"), r"GET /\u{1b}[2J\u{d}\u{a}\u{202e}b");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if misleads(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    shown
}

/// Whether a letter moves the cursor, turns the line round, or can't be seen (Unicode Standard
/// Annexes 9 and 31, control characters, and tags).
#[must_use]
pub fn misleads(letter: char) -> bool {
    let turns_or_parts =
        matches!(letter, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let has_no_width = matches!(letter, '\u{ad}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let is_tag = matches!(letter, '\u{e0000}'..='\u{e007f}');
    letter.is_control() || turns_or_parts || has_no_width || is_tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_mislead_a_reader_is_escaped() {
        for (text, expected) in [
            ("curl/8 é 漢 🙂", "curl/8 é 漢 🙂"),
            ("a\r\n\u{1b}[2J\u{7f}\u{9b}", r"a\u{d}\u{a}\u{1b}[2J\u{7f}\u{9b}"),
            ("\u{202e}b\u{2066}\u{61c}", r"\u{202e}b\u{2066}\u{61c}"),
            ("a\u{200b}\u{feff}\u{ad}", r"a\u{200b}\u{feff}\u{ad}"),
            ("\u{2028}\u{2029}", r"\u{2028}\u{2029}"),
            ("x\u{e0001}\u{e0041}\u{e007f}", r"x\u{e0001}\u{e0041}\u{e007f}"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }
}
