//! Percent-encoding, RFC 3986 section 2 and RFC 5849 section 3.6.
//!
//! Belongs here: the one table of unreserved characters and every way to apply it. Does not: what
//! a parameter is (see `canonical`).

/// Encodes everything but `A-Z a-z 0-9 - . _ ~` with upper-case hex (RFC 5849 section 3.6).
///
/// Takes any bytes; text is encoded as its UTF-8.
#[must_use]
pub fn encode(raw: &[u8]) -> String {
    let mut encoded = Vec::with_capacity(raw.len());
    push_encoded(&mut encoded, raw);
    ascii(encoded)
}

/// Decodes a header value: every `%` must be followed by two hex digits, `+` is a plus.
///
/// # Errors
/// [`Malformed`] with the place of the first `%` that is not followed by two hex digits.
pub fn decode(encoded: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut decoded = Vec::with_capacity(encoded.len());
    push_decoded(&mut decoded, encoded)?;
    Ok(decoded)
}

/// Decodes a query or form component: `+` is a blank, a `%` without two hex digits stays a `%`
/// (RFC 5849 section 3.4.1.3.1, WHATWG URL section 5.1). Never fails.
#[must_use]
pub fn decode_form(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, tail)) = next_form_byte(rest) {
        decoded.push(byte);
        rest = tail;
    }
    decoded
}

/// A `%` that is not followed by two hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where the `%` stands, counted in bytes from the start of the text.
    pub at: usize,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the % at byte {} is not followed by two hex digits", self.at)
    }
}

impl std::error::Error for Malformed {}

/// `ENCODED[byte]` is what the byte becomes, behind its length.
static ONCE: [Escape; 256] = table(b"%");
/// The same for text that is encoded and then encoded again: every `%` becomes `%25`.
static TWICE: [Escape; 256] = table(b"%25");

/// Whether a byte stands for itself (RFC 3986 section 2.3).
// Without `||`: no branches, so that the compiler looks at a chunk of bytes at once.
pub(crate) const fn is_unreserved(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    let is_mark = (byte == b'-') | (byte == b'.') | (byte == b'_') | (byte == b'~');
    is_letter | is_digit | is_mark
}

/// How many of the first bytes stand for themselves.
pub(crate) fn unreserved_run(raw: &[u8]) -> usize {
    let is_plain = |chunk: &[u8; 8]| chunk.iter().fold(true, |all, it| all & is_unreserved(*it));
    let mut rest = raw;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        if !is_plain(chunk) {
            break;
        }
        rest = tail;
    }
    let run = rest.iter().position(|byte| ONCE[usize::from(*byte)].len > 1);
    raw.len() - rest.len() + run.unwrap_or(rest.len())
}

/// Appends the encoded text.
pub(crate) fn push_encoded(out: &mut Vec<u8>, raw: &[u8]) {
    push_with(&ONCE, out, raw);
}

/// Appends the text encoded twice, as values stand in a base string.
pub(crate) fn push_twice_encoded(out: &mut Vec<u8>, raw: &[u8]) {
    push_with(&TWICE, out, raw);
}

/// Appends a component of a query or form, decoded and encoded twice in one pass.
pub(crate) fn push_form_twice_encoded(out: &mut Vec<u8>, component: &[u8]) {
    let mut rest = component;
    loop {
        let run = unreserved_run(rest);
        out.extend_from_slice(&rest[..run]);
        let Some((byte, tail)) = next_form_byte(&rest[run..]) else { return };
        out.extend_from_slice(TWICE[usize::from(byte)].as_bytes());
        rest = tail;
    }
}

/// Appends the strictly decoded text; what was appended before a fault stays.
pub(crate) fn push_decoded(out: &mut Vec<u8>, encoded: &[u8]) -> Result<(), Malformed> {
    let mut at = 0;
    while let Some(step) = encoded[at..].iter().position(|byte| *byte == b'%') {
        out.extend_from_slice(&encoded[at..at + step]);
        at += step;
        out.push(escaped(&encoded[at..]).ok_or(Malformed { at })?);
        at += 3;
    }
    out.extend_from_slice(&encoded[at..]);
    Ok(())
}

/// Text of bytes that this module wrote, all of them ASCII.
pub(crate) fn ascii(encoded: Vec<u8>) -> String {
    String::from_utf8(encoded)
        .unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned())
}

/// One byte's encoded form.
#[derive(Clone, Copy)]
struct Escape {
    text: [u8; 5],
    len: u8,
}

impl Escape {
    fn as_bytes(&self) -> &[u8] {
        &self.text[..usize::from(self.len)]
    }
}

const fn table(percent: &[u8]) -> [Escape; 256] {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [Escape { text: [0; 5], len: 1 }; 256];
    let mut byte = 0;
    while byte < 256 {
        let entry = &mut table[byte];
        if is_unreserved(byte as u8) {
            entry.text[0] = byte as u8;
        } else {
            let mut at = 0;
            while at < percent.len() {
                entry.text[at] = percent[at];
                at += 1;
            }
            entry.text[at] = HEX[byte >> 4];
            entry.text[at + 1] = HEX[byte & 15];
            entry.len = at as u8 + 2;
        }
        byte += 1;
    }
    table
}

fn push_with(table: &[Escape; 256], out: &mut Vec<u8>, raw: &[u8]) {
    let mut rest = raw;
    loop {
        let run = unreserved_run(rest);
        out.extend_from_slice(&rest[..run]);
        let Some((byte, tail)) = rest[run..].split_first() else { return };
        out.extend_from_slice(table[usize::from(*byte)].as_bytes());
        rest = tail;
    }
}

fn next_form_byte(rest: &[u8]) -> Option<(u8, &[u8])> {
    match rest.split_first()? {
        (b'+', tail) => Some((b' ', tail)),
        (b'%', tail) => Some(match escaped(rest) {
            Some(byte) => (byte, &tail[2..]),
            None => (b'%', tail),
        }),
        (byte, tail) => Some((*byte, tail)),
    }
}

/// The byte that an escape at the start of the text stands for.
fn escaped(text: &[u8]) -> Option<u8> {
    match text {
        [b'%', high, low, ..] => Some(hex(*high)? << 4 | hex(*low)?),
        _ => None,
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests;
