//! A value as it is printed.

use std::fmt::{self, Display, Write};
use std::path::PathBuf;

/// A value of any kind, for people and programs.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// An optional setting that is not set.
    Nothing,
    /// Text.
    Text(String),
    /// A count.
    Integer(u64),
    /// A part of the whole.
    Ratio(f64),
    /// Yes or no.
    Boolean(bool),
    /// Several.
    List(Vec<Self>),
    /// A file.
    File(PathBuf),
    /// A file that nobody else may read.
    SecretFile(PathBuf),
    /// A folder.
    Folder(PathBuf),
}

impl Shown {
    pub(crate) fn text(value: &(impl ToString + ?Sized)) -> Self {
        Self::Text(value.to_string())
    }
}

/// As TOML. [`Shown::Nothing`] is nothing there either.
impl Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Text(text) => f.write_str(&quoted(text)),
            // Read from text, so nothing is lost.
            Self::File(path) | Self::SecretFile(path) | Self::Folder(path) => {
                f.write_str(&quoted(&path.display().to_string()))
            }
            Self::Integer(number) => number.fmt(f),
            // With a point: `1` would be an integer, which is another type.
            Self::Ratio(ratio) => write!(f, "{ratio:?}"),
            Self::Boolean(flag) => flag.fmt(f),
            Self::List(values) => {
                f.write_char('[')?;
                for (n, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { ", " })?;
                }
                f.write_char(']')
            }
        }
    }
}

/// Characters that would move a terminal's cursor or the text around them.
fn is_hostile(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}');
    let hides = matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || turns || hides
}

/// A TOML string on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if is_hostile(c) => {
                // Can't fail: it is a string that grows.
                let _ = write!(quoted, "\\U{:08X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The longest text that a fault repeats.
const LONGEST: usize = 60;

/// The beginning of a text that may be anything, quoted.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", quoted(&text[..end])),
        None => quoted(text),
    }
}

/// A key that may be anything: bare where TOML writes it bare.
pub(crate) fn key(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let bare = !key.is_empty() && key.len() <= LONGEST && key.chars().all(is_bare);
    if bare { key.to_owned() } else { excerpt(key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_one_line_of_toml_whatever_stands_in_it() {
        assert_eq!(
            Shown::text("a \"b\" \\ \n\u{1b}[2J\u{202e}é").to_string(),
            r#""a \"b\" \\ \n\U0000001B[2J\U0000202Eé""#
        );
        let list = Shown::List(vec![Shown::Integer(1), Shown::text("a")]);
        assert_eq!(list.to_string(), r#"[1, "a"]"#);
        assert_eq!(Shown::Ratio(1.0).to_string(), "1.0");
    }

    #[test]
    fn a_long_text_is_repeated_in_part() {
        assert_eq!(excerpt(&"é".repeat(100)), format!("\"{}\"...", "é".repeat(60)));
        assert_eq!(key("head_bytes"), "head_bytes");
        assert_eq!(key("a.b\n"), r#""a.b\n""#);
    }
}
