//! The four credentials of Token-Based Authentication: 64 lower-case hex characters each.
//!
//! 28 random bytes and 4 checksum bytes (the first four of SHA-256 over kind and random part), so
//! that a scanner can tell a credential from a random hash. Hex, because some clients do not
//! percent-encode key parts.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::Chance;

const LENGTH: usize = 32;
const RANDOM: usize = 28;

/// A secret as text, in the one answer that shows it. Wiped when dropped.
pub type Revealed = Zeroizing<String>;

macro_rules! public_credential {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// Makes a new one.
            pub fn generate(chance: &dyn Chance) -> Self {
                Self(generate(CredentialKind::$name, chance))
            }

            /// From its 32 bytes, as the store keeps them.
            pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
                Self(bytes)
            }

            /// Reads the 64 lower-case hex characters of the wire; anything else is nobody's.
            pub fn from_wire(text: &[u8]) -> Option<Self> {
                decode(text).map(Self)
            }

            /// Its 32 bytes.
            pub fn as_bytes(&self) -> &[u8; LENGTH] {
                &self.0
            }

            /// Its first 16 bytes as a number: random already, so it can be its own hash.
            pub fn index(&self) -> u128 {
                let mut first = [0; 16];
                first.copy_from_slice(&self.0[..16]);
                u128::from_le_bytes(first)
            }

            /// Whether the checksum is right, that is: whether we could have made it.
            pub fn is_ours(&self) -> bool {
                is_ours(CredentialKind::$name, &self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

macro_rules! secret_credential {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Can't be printed, cloned or compared with `==`; wiped when dropped.
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// Makes a new one.
            pub fn generate(chance: &dyn Chance) -> Self {
                Self(generate(CredentialKind::$name, chance))
            }

            /// From its 32 bytes, as they come out of the vault.
            pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
                Self(bytes)
            }

            /// Reads the 64 lower-case hex characters of the wire.
            pub fn from_wire(text: &[u8]) -> Option<Self> {
                decode(text).map(Self)
            }

            /// The 32 bytes, for the vault to seal.
            pub fn expose_bytes(&self) -> &[u8; LENGTH] {
                &self.0
            }

            /// The text that signs and that its owner is shown once.
            pub fn reveal(&self) -> Revealed {
                let mut text = String::with_capacity(2 * LENGTH);
                for byte in self.0 {
                    text.push(digit(byte >> 4));
                    text.push(digit(byte & 15));
                }
                Zeroizing::new(text)
            }

            /// Whether the checksum is right, that is: whether we could have made it.
            pub fn is_ours(&self) -> bool {
                is_ours(CredentialKind::$name, &self.0)
            }
        }

        impl Drop for $name {
            fn drop(&mut self) {
                self.0.zeroize();
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

public_credential! {
    /// Names an integration. Unique in a deployment; also its OAuth 2.0 client id.
    ConsumerKey
}
public_credential! {
    /// Names an access token.
    TokenId
}
secret_credential! {
    /// The integration's half of the signing key.
    ConsumerSecret
}
secret_credential! {
    /// The token's half of the signing key.
    TokenSecret
}

/// Which of the four a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// A [`ConsumerKey`].
    ConsumerKey,
    /// A [`ConsumerSecret`].
    ConsumerSecret,
    /// A [`TokenId`].
    TokenId,
    /// A [`TokenSecret`].
    TokenSecret,
}

impl CredentialKind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::ConsumerKey, Self::ConsumerSecret, Self::TokenId, Self::TokenSecret];

    /// Which one these bytes are by their checksum, if we could have made them. Of random bytes one
    /// in 2^30 passes for one.
    pub fn of(bytes: &[u8; LENGTH]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| is_ours(*kind, bytes))
    }

    /// Its name, also in the checksum.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ConsumerKey => "consumer-key",
            Self::ConsumerSecret => "consumer-secret",
            Self::TokenId => "token-id",
            Self::TokenSecret => "token-secret",
        }
    }
}

fn generate(kind: CredentialKind, chance: &dyn Chance) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    chance.fill(&mut bytes[..RANDOM]);
    let check = checksum(kind, &bytes);
    bytes[RANDOM..].copy_from_slice(&check);
    bytes
}

fn is_ours(kind: CredentialKind, bytes: &[u8; LENGTH]) -> bool {
    bool::from(bytes[RANDOM..].ct_eq(&checksum(kind, bytes)))
}

fn checksum(kind: CredentialKind, bytes: &[u8; LENGTH]) -> [u8; LENGTH - RANDOM] {
    let digest =
        Sha256::new().chain_update(kind.as_str()).chain_update(&bytes[..RANDOM]).finalize();
    let mut check = [0; LENGTH - RANDOM];
    check.copy_from_slice(&digest[..LENGTH - RANDOM]);
    check
}

fn encode(bytes: &[u8; LENGTH], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn digit(nibble: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(nibble)])
}

// The standard radix parser costs about as much as the rest of a lookup.
fn decode(text: &[u8]) -> Option<[u8; LENGTH]> {
    let text: &[u8; 2 * LENGTH] = text.try_into().ok()?;
    let mut bytes = [0; LENGTH];
    let mut wrong = 0;
    for (byte, pair) in bytes.iter_mut().zip(text.as_chunks::<2>().0) {
        let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
        wrong |= high | low;
        *byte = (high << 4) | (low & 15);
    }
    (wrong & 0x80 == 0).then_some(bytes)
}

const NIBBLE: [u8; 256] = {
    let mut table = [0x80; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting;

    impl Chance for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (i, byte) in bytes.iter_mut().enumerate() {
                *byte = i as u8;
            }
        }
    }

    #[test]
    fn a_credential_is_64_lower_case_hex_characters_and_survives_the_wire() {
        let key = ConsumerKey::generate(&Counting);
        let text = key.to_string();
        assert_eq!(text.len(), 64);
        assert!(text.starts_with("000102030405060708090a0b"));
        assert_eq!(ConsumerKey::from_wire(text.as_bytes()), Some(key));
        assert!(key.is_ours());
    }

    #[test]
    fn the_checksum_tells_the_kinds_apart_and_notices_a_changed_character() {
        let key = ConsumerKey::generate(&Counting);
        assert!(!TokenId::from_bytes(*key.as_bytes()).is_ours());
        let mut bytes = *key.as_bytes();
        bytes[5] ^= 1;
        assert!(!ConsumerKey::from_bytes(bytes).is_ours());
    }

    #[test]
    fn upper_case_short_long_and_foreign_characters_are_nobodys() {
        let good = ConsumerKey::generate(&Counting).to_string();
        for text in
            [good.to_uppercase(), good[1..].to_owned(), format!("{good}0"), good.replace('0', "g")]
        {
            assert_eq!(ConsumerKey::from_wire(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = TokenSecret::generate(&Counting);
        assert_eq!(format!("{secret:?}"), "TokenSecret(..)");
        assert_eq!(secret.reveal().len(), 64);
    }
}
