//! How text is percent-encoded in a recipe.
//!
//! Belongs here: RFC 5849 section 3.6 and the ways in which encoders depart from it. Does not:
//! which departure is whose mistake.

use std::borrow::Cow;

use crate::percent;

/// A percent-encoding, first of names and values, then of the parts that they are joined into.
#[derive(Clone, Copy)]
pub(in super::super) struct Encoding {
    /// Names are encoded.
    pub(in super::super) names: bool,
    /// Values are encoded.
    pub(in super::super) values: bool,
    /// What becomes of single characters.
    pub(in super::super) letters: Letters,
    /// Where `letters` applies.
    pub(in super::super) reach: Reach,
}

/// A departure from the encoding of single characters.
#[derive(Clone, Copy)]
pub(in super::super) enum Letters {
    /// None: RFC 5849 section 3.6.
    Rfc,
    /// Hex digits in lower case.
    LowerCase,
    /// A blank is `+`.
    BlankIsPlus,
    /// These are encoded although they stand for themselves.
    AlsoEncoded(&'static str),
    /// These are left as they are.
    LeftRaw(&'static str),
}

/// Where a departure applies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Reach {
    /// To names and values.
    Inner,
    /// To what is made of them.
    Outer,
    /// To both.
    Both,
}

impl Encoding {
    /// RFC 5849 section 3.6.
    pub(in super::super) const RFC: Encoding =
        Encoding { names: true, values: true, letters: Letters::Rfc, reach: Reach::Both };

    pub(super) fn name(&self, text: &[u8]) -> String {
        self.inner(self.names, text)
    }

    pub(super) fn value(&self, text: &[u8]) -> String {
        self.inner(self.values, text)
    }

    pub(super) fn outer(&self, text: &[u8]) -> String {
        match self.reach {
            Reach::Inner => percent::encode(text),
            Reach::Outer | Reach::Both => self.letters.encode(text),
        }
    }

    fn inner(&self, is_encoded: bool, text: &[u8]) -> String {
        match self.reach {
            _ if !is_encoded => String::from_utf8_lossy(text).into_owned(),
            Reach::Outer => percent::encode(text),
            Reach::Inner | Reach::Both => self.letters.encode(text),
        }
    }
}

impl Letters {
    fn encode(self, text: &[u8]) -> String {
        let encoded = percent::encode(text);
        match self {
            Letters::Rfc => encoded,
            Letters::LowerCase => lower_case(&encoded).into_owned(),
            Letters::BlankIsPlus => encoded.replace("%20", "+"),
            Letters::AlsoEncoded(letters) => {
                letters.chars().fold(encoded, |text, letter| text.replace(letter, &escape(letter)))
            }
            Letters::LeftRaw(letters) => letters.chars().fold(encoded, |text, letter| {
                text.replace(&percent::encode(letter.to_string().as_bytes()), &letter.to_string())
            }),
        }
    }
}

fn escape(letter: char) -> String {
    letter.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn lower_case(encoded: &str) -> Cow<'_, str> {
    if !encoded.contains('%') {
        return encoded.into();
    }
    let mut digits = 0;
    let letters = encoded.chars().map(|letter| {
        if letter == '%' {
            digits = 2;
            return letter;
        }
        let is_digit = digits > 0;
        digits = i32::max(digits - 1, 0);
        if is_digit { letter.to_ascii_lowercase() } else { letter }
    });
    letters.collect::<String>().into()
}
