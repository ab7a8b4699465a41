//! Secrets in a client's hands, and the fingerprint by which two people can compare them.
//!
//! Belongs here: keeping a secret from being printed. Does not: sealing or storing it.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A consumer or token secret. It can't be printed, cloned or compared, and it is overwritten when
/// dropped.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the secret's text.
    #[must_use]
    pub fn new(secret: impl Into<Vec<u8>>) -> Secret {
        Secret(Zeroizing::new(secret.into()))
    }

    /// The secret, for computing with it.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// See [`fingerprint`].
    #[must_use]
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The first 8 hex digits of a secret's SHA-256: enough to see that two secrets differ, and for
/// secrets of 224 random bits nothing to guess by.
#[must_use]
pub fn fingerprint(secret: &[u8]) -> String {
    let digest = Sha256::digest(secret);
    digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_the_start_of_sha256() {
        // printf abc | sha256sum
        assert_eq!(fingerprint(b"abc"), "ba7816bf");
        assert_eq!(Secret::new("abc").fingerprint(), "ba7816bf");
    }

    #[test]
    fn a_secret_prints_nothing() {
        assert_eq!(format!("{:?}", Secret::new("canary")), "Secret(..)");
    }
}
