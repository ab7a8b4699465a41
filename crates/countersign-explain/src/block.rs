//! A report as a block of text that a tired person understands.
//!
//! Belongs here: order, words around the findings, width, colour. Does not: the findings.

use countersign_signing::diagnose::{Code, Fact, Language, Topic};
use countersign_signing::visible;

use super::difference::{self, Line};
use super::hint;
use super::report::{Kind, Report};

/// Longer sentences go on in the next line.
const WIDTH: usize = 100;
/// Where the text of a row begins.
const INDENT: usize = 9;
/// Parts of base strings that one block shows.
const MOST_LINES: usize = 60;
/// A clock that is off by less is nothing to look at.
const WORTH_TELLING_SECONDS: u64 = 60;

/// How a block is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// In colour or without.
    pub paint: Paint,
    /// Whose hint is shown; without one, that of the user agent.
    pub language: Option<Language>,
}

/// Whether lines are coloured. Nothing is said by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// No line is.
    Plain,
    /// Lines that differ are.
    Coloured,
}

impl Paint {
    fn line(self, mark: char, text: &str) -> String {
        let colour = match (self, mark) {
            (Self::Coloured, '-') => 31,
            (Self::Coloured, '+') => 32,
            _ => return format!("    {mark} {text}").trim_end().to_owned(),
        };
        format!("    \u{1b}[{colour}m{mark} {text}\u{1b}[0m")
    }
}

impl Report {
    /// For a person. Begins and ends with a line break.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let mut lines = vec![self.title()];
        let mut row = |name: &str, text: &str| {
            if !text.is_empty() {
                lines.push(wrapped(name, text));
            }
        };
        row("why", &self.why());
        row("what", &self.sentence);
        row("change", &self.fix);
        row("proof", self.proof());
        row("hint", &self.hint(style.language).unwrap_or_default());
        row("clock", &self.clock().unwrap_or_default());
        if let Some(first) = &self.nonce_first_seen {
            row("first", &format!("the nonce was first used at {}, from {}", first.at, first.from));
        }
        row("came", &self.came());
        if self.kind == Kind::TokenPassport {
            row("base", self.expected.as_deref().unwrap_or_default());
        }
        lines.extend(self.base_strings(style.paint));
        if let Some(reference) = &self.reference {
            lines.push(wrapped("as", reference));
        }
        format!("\n{}\n", lines.join("\n"))
    }

    fn title(&self) -> String {
        let verdict = match (&self.reference, self.codes.is_empty()) {
            (Some(_), _) => "refused",
            (None, true) => "right",
            (None, false) => "wrong",
        };
        let (method, url) = (visible(&self.request.method), visible(&self.request.url));
        format!("{verdict:<9}{method} {url}")
    }

    fn why(&self) -> String {
        let codes = self.codes.join(" + ");
        match &self.detail {
            Some(detail) => format!("{codes} ({detail})"),
            None => codes,
        }
    }

    /// How sure it is, and of what.
    fn proof(&self) -> &'static str {
        let has = |wanted: Code| self.codes().any(|code| code == wanted);
        if self.codes.is_empty() || self.sentence.is_empty() {
            ""
        } else if self.certain {
            self.what_is_certain()
        } else if has(Code::Unexplained) {
            "none: the client's signature was not reproduced"
        } else if self.codes().all(|code| code.topic() == Topic::Record) {
            "none needed: this is how the record stands, or the server"
        } else {
            "none needed: the request itself shows it"
        }
    }

    /// Of a signature that was reproduced.
    fn what_is_certain(&self) -> &'static str {
        let has = |wanted: Code| self.codes().any(|code| code == wanted);
        let differ = self.signed.is_some() && self.signed != self.expected;
        let about_secrets = |code: Code| matches!(code.topic(), Topic::Key | Topic::Digest);
        if has(Code::Unexplained) {
            "the signature was computed again and is right for these secrets"
        } else if self.signature_is_right && self.codes().any(is_declared) {
            "certain: the signature itself is right: only the method that was declared with it is \
             wrong"
        } else if self.signature_is_right {
            "certain: the signature itself is right"
        } else if differ {
            "certain: signed in this way, the client's signature comes out"
        } else if has(Code::SignatureNotEncoded) {
            "certain: the base strings are equal, and so is the key: the difference is in how the \
             signature was written"
        } else if self.codes().any(about_secrets) {
            "certain: made in this way, the client's signature comes out. The base strings are \
             equal: the difference is in the key or the digest."
        } else {
            // Such as base strings that differ beyond what is kept of them.
            "certain: made in this way, the client's signature comes out"
        }
    }

    fn codes(&self) -> impl Iterator<Item = Code> {
        self.codes.iter().filter_map(|code| Code::parse(code))
    }

    fn hint(&self, asked: Option<Language>) -> Option<String> {
        let of_agent = || hint::language_of(self.request.user_agent.as_deref()?);
        hint::text(self.codes(), asked.or_else(of_agent)?)
    }

    fn clock(&self) -> Option<String> {
        let seconds = self.clock_skew_seconds?;
        let is_said = self.codes().any(|code| code == Code::ClockSkew);
        let matters = seconds.unsigned_abs() >= WORTH_TELLING_SECONDS && !is_said;
        matters.then(|| Fact::ClockSkew { seconds }.sentence())
    }

    fn came(&self) -> String {
        let from = self.request.source.as_ref().map(|source| format!("from {source}"));
        let by = self.request.user_agent.as_ref().map(|agent| format!("by {agent}"));
        [self.at.clone(), from, by].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The parts that differ; the right one alone where the other is not known.
    fn base_strings(&self, paint: Paint) -> Vec<String> {
        let Some(right) = &self.expected else { return Vec::new() };
        let parts_of = match self.kind {
            Kind::Request => difference::parts,
            Kind::TokenPassport => difference::values,
        };
        if let Some(signed) = &self.signed {
            let lines = difference::lines(&parts_of(signed), &parts_of(right));
            let marked = lines.into_iter().map(|line| match line {
                Line::Same(part) => paint.line(' ', &part),
                Line::Signed(part) => paint.line('-', &part),
                Line::Right(part) => paint.line('+', &part),
                Line::Caret(column) => format!("      {}^", " ".repeat(column)),
                Line::Gap => paint.line(' ', "..."),
            });
            let mut lines = shortened(marked.collect(), paint);
            if !lines.is_empty() {
                lines.insert(0, wrapped("parts", "- as the client signed them, + as is right:"));
            }
            return lines;
        }
        if !self.codes().any(|code| code == Code::Unexplained) {
            return Vec::new();
        }
        let title = wrapped("parts", "of the base string that is right, to compare yours with:");
        let parts = parts_of(right);
        let lines = parts.iter().map(|part| paint.line(' ', &difference::cut(part))).collect();
        std::iter::once(title).chain(shortened(lines, paint)).collect()
    }
}

/// What the header says of the signature, which may be another one.
fn is_declared(code: Code) -> bool {
    matches!(code, Code::SignatureMethodSha1 | Code::SignatureMethodUnsupported)
}

/// Without what nobody reads to the end.
fn shortened(mut lines: Vec<String>, paint: Paint) -> Vec<String> {
    if lines.len() > MOST_LINES {
        let more = lines.len() - MOST_LINES;
        lines.truncate(MOST_LINES);
        lines.push(paint.line(' ', &format!("... and {more} lines more: the JSON form has all")));
    }
    lines
}

/// A row, its text on as many lines as it takes.
fn wrapped(name: &str, text: &str) -> String {
    let mut row = format!("  {name:<7}");
    let mut column = INDENT;
    for word in visible(text).split(' ') {
        let length = word.chars().count();
        if column > INDENT && column + 1 + length > WIDTH {
            row.push('\n');
            row.push_str(&" ".repeat(INDENT));
            column = INDENT;
        } else if column > INDENT {
            row.push(' ');
            column += 1;
        }
        row.push_str(word);
        column += length;
    }
    row
}

#[cfg(test)]
mod tests;
