//! The key of HMAC-SHA256, RFC 5849 section 3.4.2.
//!
//! Belongs here: making and applying it. Does not: where secrets are kept.

use std::fmt;

use hmac::{
    Hmac, Mac,
    block_api::HmacCore,
    digest::{
        KeyInit,
        block_api::{Block, CoreProxy},
    },
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{BaseString, Signature, percent};

/// Both secrets, worked into a ready HMAC-SHA256 state of 80 bytes.
///
/// The state signs as well as the secrets do, so it is as secret: not printable, not cloneable, not
/// comparable. It is overwritten when dropped.
pub struct SigningKey(HmacCore<Sha256>);

impl SigningKey {
    /// Encodes both secrets, joins them with `&` and keys the HMAC (RFC 5849 section 3.4.2).
    ///
    /// The token secret is empty when a request token is asked for. Copies of the secrets that are
    /// made on the way are overwritten.
    #[must_use]
    pub fn new(consumer_secret: &[u8], token_secret: &[u8]) -> SigningKey {
        SigningKey::from_text(&key_text(consumer_secret, token_secret))
    }

    /// Signs a base string. [`CanonicalRequest::sign`](crate::CanonicalRequest::sign) gives the
    /// same without building it.
    #[must_use]
    pub fn sign(&self, base_string: &BaseString) -> Signature {
        self.sign_pieces([base_string.as_str().as_bytes()])
    }

    /// A key of finished text.
    fn from_text(text: &[u8]) -> SigningKey {
        // RFC 2104 section 2: a key longer than a block is hashed, a shorter one padded with zeros.
        let mut block = Zeroizing::new([0; 64]);
        if text.len() > block.len() {
            block[..32].copy_from_slice(&Sha256::digest(text));
        } else {
            block[..text.len()].copy_from_slice(text);
        }
        SigningKey(HmacCore::new(<&Block<Sha256>>::from(&*block)))
    }

    /// Signs text that is at hand in pieces.
    pub(crate) fn sign_pieces<'p>(&self, pieces: impl IntoIterator<Item = &'p [u8]>) -> Signature {
        let mut hmac = Hmac::<Sha256>::compose(self.0.clone(), Default::default());
        for piece in pieces {
            hmac.update(piece);
        }
        Signature::new(hmac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// Two secrets, each encoded, with `&` between them (RFC 5849 section 3.4.2).
pub(crate) fn key_text(first: &[u8], second: &[u8]) -> Zeroizing<Vec<u8>> {
    // Reserved for the worst case: a buffer that grows leaves its old copy behind.
    let room = 3 * (first.len() + second.len()) + 1;
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    percent::push_encoded(&mut text, first);
    text.push(b'&');
    percent::push_encoded(&mut text, second);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_80_bytes() {
        assert_eq!(size_of::<SigningKey>(), 80);
    }

    #[test]
    fn a_key_prints_nothing() {
        assert_eq!(format!("{:?}", SigningKey::new(b"consumer", b"token")), "SigningKey(..)");
    }

    #[test]
    fn keys_of_all_lengths_are_those_of_the_plain_hmac() {
        let base = BaseString::new("GET&http%3A%2F%2Fa.com%2F&a%3D1".to_owned());
        for length in 0..140 {
            let text = vec![b'k'; length];
            let mut plain = <Hmac<Sha256> as KeyInit>::new_from_slice(&text).unwrap();
            plain.update(base.as_str().as_bytes());
            let plain = Signature::new(plain.finalize().into_bytes().into());
            assert!(SigningKey::from_text(&text).sign(&base).matches(&plain), "{length}");
        }
    }

    #[test]
    fn secrets_are_percent_encoded_and_joined_with_an_ampersand() {
        let base = BaseString::new("GET&a&b".to_owned());
        let composed = SigningKey::new(b"a+b/c=", b"d&e f").sign(&base);
        let written = SigningKey::from_text(b"a%2Bb%2Fc%3D&d%26e%20f").sign(&base);
        assert!(composed.matches(&written));
        let without_token = SigningKey::new(b"abc", b"").sign(&base);
        assert!(without_token.matches(&SigningKey::from_text(b"abc&").sign(&base)));
    }
}
