//! The signature as it was sent, read in every way in which clients write one.
//!
//! Belongs here: decoding. Does not: which way is right (see `mistakes`).

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};

use super::super::recipe::{Digest, Output};

/// The digests that the text may stand for.
pub(in super::super) struct Sent {
    base64: Option<Vec<u8>>,
    hex: Option<Vec<u8>>,
    base64_url: Option<Vec<u8>>,
    blanks_for_plus: Option<Vec<u8>>,
    /// How many characters it has.
    length: usize,
}

impl Sent {
    pub(super) fn new(text: &[u8]) -> Sent {
        let trimmed = text.trim_ascii();
        let base64 = STANDARD.decode(trimmed).ok().filter(|it| is_digest(it));
        let is_right = base64.is_some();
        let otherwise = |digest: Option<Vec<u8>>| digest.filter(|it| !is_right && is_digest(it));
        Sent {
            hex: otherwise(hex(trimmed).or_else(|| hex(&STANDARD.decode(trimmed).ok()?))),
            base64_url: otherwise(base64_url(trimmed)),
            blanks_for_plus: otherwise(with_plus(text)),
            base64,
            length: trimmed.len(),
        }
    }

    /// The digest, if the text is one of this length written this way.
    pub(in super::super) fn digest(&self, output: Output, digest: Digest) -> Option<&[u8]> {
        let read = match output {
            Output::Base64 => &self.base64,
            Output::Hex => &self.hex,
            Output::Base64Url => &self.base64_url,
            Output::BlanksForPlus => &self.blanks_for_plus,
        };
        let length = match digest {
            Digest::Sha256 => 32,
            Digest::Sha1 => 20,
        };
        read.as_deref().filter(|bytes| bytes.len() == length)
    }

    /// Whether it is a digest of this kind, however it is written.
    pub(in super::super) fn is(&self, digest: Digest) -> bool {
        let outputs = [Output::Base64, Output::Hex, Output::Base64Url, Output::BlanksForPlus];
        outputs.into_iter().any(|output| self.digest(output, digest).is_some())
    }

    /// What its form alone says, where that is not the form of an HMAC-SHA256.
    pub(in super::super) fn oddity(&self) -> Option<String> {
        if self.digest(Output::Base64, Digest::Sha256).is_some() {
            return None;
        }
        Some(if self.is(Digest::Sha1) {
            "What was sent as signature is 20 bytes long, as an HMAC-SHA1 is.".to_owned()
        } else {
            let length = self.length;
            format!(
                "What was sent as signature has {length} characters and is no HMAC-SHA256, which \
                 in base64 has 44 and ends with =."
            )
        })
    }
}

fn is_digest(bytes: &[u8]) -> bool {
    matches!(bytes.len(), 20 | 32)
}

fn hex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

fn base64_url(text: &[u8]) -> Option<Vec<u8>> {
    let unpadded = text.strip_suffix(b"=").unwrap_or(text);
    let alphabet: Vec<u8> = unpadded
        .iter()
        .map(|byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            other => *other,
        })
        .collect();
    URL_SAFE_NO_PAD.decode(alphabet).ok()
}

/// A form decoder makes a blank of each `+`, and whoever trims afterwards loses the first one.
fn with_plus(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let mut restored: Vec<u8> =
        text.iter().map(|byte| if *byte == b' ' { b'+' } else { *byte }).collect();
    if restored.len() % 4 == 3 {
        restored.insert(0, b'+');
    }
    STANDARD.decode(restored).ok()
}
