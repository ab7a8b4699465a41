//! The 32 bytes of an HMAC-SHA256, as computed and as sent. RFC 5849 sections 3.4.2 and 3.2.
//!
//! Belongs here: base64 and the comparison. Does not: the key (see `key`).

use base64::{Engine, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq;

/// A signature. Compared with [`matches`](Signature::matches) only: there is no `==` by intent.
#[derive(Clone, Copy, Debug)]
pub struct Signature([u8; 32]);

impl Signature {
    pub(crate) fn new(digest: [u8; 32]) -> Signature {
        Signature(digest)
    }

    /// Reads the decoded value of `oauth_signature`: standard base64 of exactly 32 bytes, with
    /// padding. Surrounding ASCII white space is cut. Anything else is `None`.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Signature> {
        let text = text.trim_ascii();
        // The decoder wants room for whole groups of four characters: 44 of them are 33 bytes.
        let mut room = [0; 33];
        if text.len() != 44 || STANDARD.decode_slice(text, &mut room).ok()? != 32 {
            return None;
        }
        room[..32].try_into().ok().map(Signature)
    }

    /// The text that a client sends, before percent-encoding.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Whether both are the same, in time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, other: &Signature) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY=";

    #[test]
    fn a_signature_survives_base64() {
        let signature = Signature::parse(TEXT.as_bytes()).unwrap();
        assert_eq!(signature.to_base64(), TEXT);
        assert!(signature.matches(&Signature::parse(format!(" {TEXT}\n").as_bytes()).unwrap()));
    }

    #[test]
    fn only_strict_base64_of_32_bytes_is_a_signature() {
        for text in [
            "",
            "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zY",
            "B5OIWznZ2YP0OB7VrJrGkYsTh-8H-5T9Hag-o92q0zY=",
            "B5OIWznZ2YP0OB7VrJrGkYsTh 8H 5T9Hag o92q0zY=",
            "B5OIWznZ2YP0OB7VrJrGkYsTh+8H+5T9Hag+o92q0zZ=",
            "8PI9lIYxUmUONjxEFJUSMD9oOmc=",
            "07938 5b39d9d983f4381ed5ac9ac6918b1387ef07fb9",
        ] {
            assert!(Signature::parse(text.as_bytes()).is_none(), "{text}");
        }
    }

    #[test]
    fn a_difference_in_any_bit_is_a_difference() {
        let signature = Signature::parse(TEXT.as_bytes()).unwrap();
        for bit in 0..256 {
            let mut other = signature;
            other.0[bit / 8] ^= 1 << (bit % 8);
            assert!(!signature.matches(&other), "bit {bit}");
        }
    }
}
