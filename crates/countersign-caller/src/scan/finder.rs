//! Finds credentials in a stream of bytes, by their checksum, in one pass and in constant memory.

use countersign_model::CredentialKind;

/// Digits of a credential.
const DIGITS: usize = 64;

/// Goes through bytes and remembers the digits that came last.
///
/// A run of digits that is longer than a credential is looked at from each of its digits: `%22`
/// before one, or another one beside it, hides none. Upper-case digits count, too: whoever reads
/// one can write it the other way.
pub(super) struct Finder {
    /// The digits before this byte, each as its value: the last of the run, at most as many as a
    /// credential has.
    digits: [u8; DIGITS],
    /// How many of these there are.
    length: usize,
    /// Where the next digit goes: from there on they are in order, round and round.
    at: usize,
    line: u64,
    column: u64,
}

/// A credential that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its line, from 1.
    pub(super) line: u64,
    /// Where it begins in its line, in bytes, from 1.
    pub(super) column: u64,
    /// What it is.
    pub(super) kind: CredentialKind,
    /// Its first digits, by which it is known again: nobody guesses the rest.
    pub(super) begins: [u8; Self::SHOWN],
}

impl Found {
    /// So many digits are shown.
    pub(super) const SHOWN: usize = 6;
}

impl Default for Finder {
    fn default() -> Self {
        Self { digits: [0; DIGITS], length: 0, at: 0, line: 1, column: 0 }
    }
}

impl Finder {
    /// Goes through the next bytes.
    pub(super) fn read(&mut self, bytes: &[u8], mut found: impl FnMut(Found)) {
        for byte in bytes {
            self.column += 1;
            match VALUES[usize::from(*byte)] {
                NO_DIGIT => {
                    self.length = 0;
                    if *byte == b'\n' {
                        (self.line, self.column) = (self.line + 1, 0);
                    }
                }
                value => {
                    self.digits[self.at] = value;
                    self.at = (self.at + 1) % DIGITS;
                    self.length = (self.length + 1).min(DIGITS);
                    if self.length == DIGITS
                        && let Some(kind) = CredentialKind::of(&self.bytes())
                    {
                        found(self.found(kind));
                        // Its digits are no part of another one.
                        self.length = 0;
                    }
                }
            }
        }
    }

    fn found(&self, kind: CredentialKind) -> Found {
        let begins = std::array::from_fn(|place| {
            b"0123456789abcdef"[usize::from(self.digits[(self.at + place) % DIGITS])]
        });
        let column = self.column + 1 - DIGITS as u64;
        Found { line: self.line, column, kind, begins }
    }

    /// What the last digits stand for.
    fn bytes(&self) -> [u8; DIGITS / 2] {
        std::array::from_fn(|place| {
            let digit = |of: usize| self.digits[(self.at + of) % DIGITS];
            (digit(2 * place) << 4) | digit(2 * place + 1)
        })
    }
}

const NO_DIGIT: u8 = 0xff;

/// The value of each byte that is a digit.
const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[b"0123456789abcdef"[value as usize] as usize] = value;
        values[b"0123456789ABCDEF"[value as usize] as usize] = value;
        value += 1;
    }
    values
};

#[cfg(test)]
mod tests;
