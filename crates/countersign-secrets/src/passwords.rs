//! Passwords of people: Argon2id, never stored in clear, never compared in clear.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc};
use countersign_model::Chance;
use thiserror::Error;
use zeroize::Zeroizing;

/// A password as somebody typed it. Wiped when dropped.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The fewest characters of a password.
    pub const MIN_LENGTH: usize = 12;
    /// The most bytes: hashing must not take a stranger's megabytes.
    pub const MAX_BYTES: usize = 256;

    /// Takes a password in.
    ///
    /// # Errors
    /// [`PasswordFault::TooShort`], [`PasswordFault::TooLong`].
    pub fn parse(text: Zeroizing<String>) -> Result<Self, PasswordFault> {
        if text.chars().count() < Self::MIN_LENGTH {
            Err(PasswordFault::TooShort)
        } else if text.len() > Self::MAX_BYTES {
            Err(PasswordFault::TooLong)
        } else {
            Ok(Self(text))
        }
    }

    /// Takes a password in to compare it with one that was set: whatever was typed, as far as it
    /// can be one.
    pub fn as_typed(text: Zeroizing<String>) -> Self {
        if text.len() > Self::MAX_BYTES { Self(Zeroizing::default()) } else { Self(text) }
    }

    /// Hashes it. Takes tens of milliseconds and 19 MiB: not for an async thread.
    ///
    /// # Errors
    /// [`PasswordFault::Hashing`].
    pub fn hash(&self, chance: &dyn Chance) -> Result<PasswordHash, PasswordFault> {
        let mut salt = [0; 16];
        chance.fill(&mut salt);
        Argon2::default()
            .hash_password_with_salt(self.0.as_bytes(), &salt)
            .map(|hash: phc::PasswordHash| PasswordHash(hash.to_string()))
            .map_err(|_| PasswordFault::Hashing)
    }
}

/// A password's hash, in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// The hash of no password: whoever has none is answered after the same work.
    pub fn of_nobody() -> Self {
        // 16 and 32 bytes in base64, under the parameters that `Password::hash` uses.
        Self(format!("$argon2id$v=19$m=19456,t=2,p=1${}${}", "A".repeat(22), "A".repeat(43)))
    }

    /// From the store.
    pub fn from_stored(phc: String) -> Self {
        Self(phc)
    }

    /// For the store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `password` is the one. As slow as [`Password::hash`].
    pub fn matches(&self, password: &Password) -> bool {
        phc::PasswordHash::new(&self.0).is_ok_and(|hash| {
            Argon2::default().verify_password(password.0.as_bytes(), &hash).is_ok()
        })
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// Why a password isn't taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordFault {
    /// Too few characters.
    #[error("a password has at least 12 characters")]
    TooShort,
    /// Too many bytes.
    #[error("a password has at most 256 bytes")]
    TooLong,
    /// The hash function failed.
    #[error("the password could not be hashed")]
    Hashing,
}

#[cfg(test)]
mod tests {
    use countersign_testkit::SeededChance;

    use super::*;

    fn password(text: &str) -> Result<Password, PasswordFault> {
        Password::parse(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn a_hash_matches_its_password_only_and_does_not_print() {
        let hash = password("correct horse").unwrap().hash(&SeededChance::new(1)).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$"));
        let stored = PasswordHash::from_stored(hash.as_str().to_owned());
        assert!(stored.matches(&password("correct horse").unwrap()));
        assert!(!stored.matches(&password("incorrect horse").unwrap()));
        assert_eq!(format!("{stored:?}"), "PasswordHash(..)");

        // Nobody's is of the same form, so that it costs the same to look.
        let nobody = PasswordHash::of_nobody();
        assert!(!nobody.matches(&password("correct horse").unwrap()));
        let form = |hash: &PasswordHash| {
            let hash = phc::PasswordHash::new(hash.as_str()).unwrap();
            (hash.algorithm.to_string(), hash.version, hash.params.to_string())
        };
        assert_eq!(form(&nobody), form(&stored));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(password("eleven char").err(), Some(PasswordFault::TooShort));
        assert_eq!(password(&"x".repeat(257)).err(), Some(PasswordFault::TooLong));
    }
}
