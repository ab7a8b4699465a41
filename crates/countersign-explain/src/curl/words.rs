//! The words of a command line as a shell would read it.
//!
//! Belongs here: quoting of bash and zsh, and of Windows' cmd, as "Copy as cURL" writes them. Does
//! not: variables and substitutions, which only a shell can fill in.

use std::iter::Peekable;
use std::str::Chars;

use anyhow::{Context, bail};

/// Takes a line apart. Whether it is for cmd is seen by its carets.
pub(super) fn split(line: &str) -> anyhow::Result<Vec<String>> {
    let line = line.replace("\r\n", "\n");
    let is_for_cmd = line.contains("^\"") || line.lines().any(|it| it.trim_end().ends_with('^'));
    let words = if is_for_cmd {
        of_windows(&without_carets(&line))
    } else {
        shlex::split(&without_dollar_quotes(&line)?)
    };
    words.context(
        "the quotes in the curl line do not match: copy the whole line, and give it in a file by \
         `--curl - < FILE` if your shell changes it",
    )
}

/// Turns `$'...'`, which only bash and zsh know, into plain quotes.
fn without_dollar_quotes(line: &str) -> anyhow::Result<String> {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    let mut quote = None;
    while let Some(character) = rest.next() {
        match (quote, character) {
            (None, '$') if rest.peek() == Some(&'\'') => {
                rest.next();
                let text = ansi_c(&mut rest)?;
                let quoted = shlex::try_quote(&text);
                plain.push_str(&quoted.context("the curl line has a zero byte in it")?);
                continue;
            }
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if character == open => quote = None,
            _ => {}
        }
        if character == '\\' && quote != Some('\'') {
            // A line that goes on. Between words, the splitter makes an empty one of it.
            match rest.next() {
                Some('\n') => {}
                next => plain.extend([character].into_iter().chain(next)),
            }
            continue;
        }
        plain.push(character);
    }
    Ok(plain)
}

/// The text between `$'` and `'`, its escapes undone.
fn ansi_c(rest: &mut Peekable<Chars<'_>>) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    while let Some(character) = rest.next() {
        match character {
            '\'' => return Ok(String::from_utf8_lossy(&bytes).into_owned()),
            '\\' => escape(rest, &mut bytes)?,
            _ => push(&mut bytes, character),
        }
    }
    bail!("the curl line ends within $'...': copy the whole line")
}

fn escape(rest: &mut Peekable<Chars<'_>>, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    let kind = rest.next().context("the curl line ends with a backslash: copy the whole line")?;
    let number = match kind {
        'n' => 10,
        't' => 9,
        'r' => 13,
        'a' => 7,
        'b' => 8,
        'e' | 'E' => 27,
        'f' => 12,
        'v' => 11,
        'x' => {
            bytes.push(digits(rest, 16, 2).to_le_bytes()[0]);
            return Ok(());
        }
        'u' => digits(rest, 16, 4),
        'U' => digits(rest, 16, 8),
        '0'..='7' => {
            let first = kind.to_digit(8).unwrap_or_default();
            let value = (0..2).fold(first, |value, _| match next_digit(rest, 8) {
                Some(digit) => value * 8 + digit,
                None => value,
            });
            bytes.push(value.to_le_bytes()[0]);
            return Ok(());
        }
        _ => {
            if !matches!(kind, '\\' | '\'' | '"' | '?') {
                bytes.push(b'\\');
            }
            u32::from(kind)
        }
    };
    push(bytes, char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(())
}

fn digits(rest: &mut Peekable<Chars<'_>>, radix: u32, most: usize) -> u32 {
    let mut value = 0_u32;
    for _ in 0..most {
        let Some(digit) = next_digit(rest, radix) else { break };
        value = value.wrapping_mul(radix).wrapping_add(digit);
    }
    value
}

fn next_digit(rest: &mut Peekable<Chars<'_>>, radix: u32) -> Option<u32> {
    let digit = rest.peek()?.to_digit(radix)?;
    rest.next();
    Some(digit)
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// What cmd hands on: outside of quotes that it knows of, a caret takes the meaning from the next
/// character, and a line break after one is none.
fn without_carets(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    let mut is_quoted = false;
    while let Some(character) = rest.next() {
        match character {
            '^' if !is_quoted => match rest.next() {
                // Of a line break in a value, Chrome writes a caret and two breaks.
                Some('\n') => plain.extend(rest.clone().next().filter(|it| *it == '\n')),
                next => plain.extend(next),
            },
            '"' => {
                is_quoted = !is_quoted;
                plain.push('"');
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// As a program on Windows reads its command line. `None` for a quote without its other.
fn of_windows(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut is_quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                let mut count = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let is_before_quote = rest.peek() == Some(&'"');
                let kept = if is_before_quote { count / 2 } else { count };
                let word = word.get_or_insert_default();
                word.extend(std::iter::repeat_n('\\', kept));
                if is_before_quote && count % 2 == 1 {
                    word.extend(rest.next());
                }
            }
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => {
                word.get_or_insert_default().push('"');
            }
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' | '\n' if !is_quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    (!is_quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_bash_is_read_as_bash_does() {
        for (line, expected) in [
            (
                "curl 'https://a.b/x?y=1&z=2' \\\n  -H 'A: b'",
                &["https://a.b/x?y=1&z=2", "-H", "A: b"][..],
            ),
            ("curl \"a \\\"b\\\"\" c\\ d 'e'\\''f'", &["a \"b\"", "c d", "e'f"]),
            (
                r"curl --data-raw $'it\'s \u0021 \x41\n\\ \101 ü'",
                &["--data-raw", "it's ! A\n\\ A ü"],
            ),
            (r#"curl "$'no'" '$'"#, &["$'no'", "$"]),
            (r"curl $'\xc3\xbc\q'", &["ü\\q"]),
            ("curl a\r\n", &["a"]),
        ] {
            assert_eq!(split(line).unwrap()[1..], *expected, "{line}");
        }
    }

    #[test]
    fn a_line_for_cmd_is_read_as_cmd_and_curl_do() {
        // Of Chrome: newer versions escape each quote, older ones write plain quotes.
        let newer = "curl --data-raw ^\"^{^\\^\"a^\\^\":1^}^\" ^\r\n  -H ^\"X: 50^%^\" ^\r\n  \
                     ^\"https://a.b/?c=1^&d=2^\"";
        let expected = ["curl", "--data-raw", "{\"a\":1}", "-H", "X: 50%", "https://a.b/?c=1&d=2"];
        assert_eq!(split(newer).unwrap(), expected);
        let older = "curl \"https://a.b/?c=1&d=2\" ^\r\n  -H \"A: \"\"b\"\" \\\\\" --compressed";
        let expected = ["curl", "https://a.b/?c=1&d=2", "-H", "A: \"b\" \\", "--compressed"];
        assert_eq!(split(older).unwrap(), expected);
    }

    #[test]
    fn quotes_without_their_other_are_told() {
        for line in ["curl 'a", "curl \"a", "curl $'a", "curl ^\"a", r"curl $'a\"] {
            let fault = split(line).unwrap_err().to_string();
            assert!(fault.contains("copy the whole line"), "{line}: {fault}");
        }
    }
}
