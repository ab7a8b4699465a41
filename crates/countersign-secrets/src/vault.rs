//! Sealed secrets: a key-encryption key wraps data keys, data keys seal secrets.
//!
//! AES-256-GCM with random 96-bit nonces; a data key seals at most 2^32 times (NIST SP 800-38D
//! section 8.3). The binding of a secret (kind, row, version, data key) is associated data, so a
//! swapped or moved secret does not open. The key-encryption key never enters the store.

use std::collections::HashMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use countersign_model::{Binding, Chance, Sealed};
use countersign_verify::SecretOpener;
use thiserror::Error;
use zeroize::{Zeroize, Zeroizing};

/// How often one data key may seal.
const MOST_SEALS: u64 = 1 << 32;

const WRAPPED_LENGTH: usize = 12 + 32 + 16;

/// The key that wraps the data keys. Kept outside the data folder by its operator.
pub struct KeyEncryptionKey(Zeroizing<[u8; 32]>);

impl KeyEncryptionKey {
    const PREFIX: &str = "countersign-key-1 ";

    /// Makes a new one.
    pub fn generate(chance: &dyn Chance) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        chance.fill(key.as_mut());
        Self(key)
    }

    /// The text of a key file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(Self::PREFIX.len() + 65));
        text.push_str(Self::PREFIX);
        for byte in self.0.iter() {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        text.push('\n');
        text
    }

    /// Reads the text of a key file. `None` where it isn't one.
    pub fn from_text(text: &str) -> Option<Self> {
        let hex = text.trim().strip_prefix(Self::PREFIX)?.as_bytes();
        if hex.len() != 64 {
            return None;
        }
        let mut key = Zeroizing::new([0; 32]);
        for (byte, pair) in key.iter_mut().zip(hex.chunks_exact(2)) {
            let pair = str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(key))
    }

    fn cipher(&self) -> Result<LessSafeKey, VaultFault> {
        cipher(&self.0)
    }
}

/// A data key, enciphered under the key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedDataKey {
    /// Its number.
    pub number: u32,
    /// Nonce, ciphertext, tag.
    pub wrapped: Vec<u8>,
}

/// The data keys, opened.
pub struct Vault {
    keys: HashMap<u32, LessSafeKey>,
    current: u32,
}

impl Vault {
    /// Makes the first data key.
    ///
    /// # Errors
    /// [`VaultFault::Cipher`].
    pub fn create(
        kek: &KeyEncryptionKey,
        chance: &dyn Chance,
    ) -> Result<(Self, WrappedDataKey), VaultFault> {
        let number = 1;
        let mut key = Zeroizing::new([0; 32]);
        chance.fill(key.as_mut());
        let mut nonce = [0; 12];
        chance.fill(&mut nonce);

        let mut enciphered = *key;
        let tag = kek
            .cipher()?
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(wrapping_data(number)),
                &mut enciphered,
            )
            .map_err(|_| VaultFault::Cipher)?;
        let wrapped = [nonce.as_slice(), &enciphered, tag.as_ref()].concat();

        let keys = HashMap::from([(number, cipher(&key)?)]);
        Ok((Self { keys, current: number }, WrappedDataKey { number, wrapped }))
    }

    /// Opens the data keys of a store.
    ///
    /// # Errors
    /// [`VaultFault::WrongKey`] where the key-encryption key is another store's,
    /// [`VaultFault::NoDataKey`] where there is none.
    pub fn open(kek: &KeyEncryptionKey, wrapped: &[WrappedDataKey]) -> Result<Self, VaultFault> {
        let kek = kek.cipher()?;
        let mut keys = HashMap::new();
        for key in wrapped {
            let data_key = unwrap(&kek, key)?;
            keys.insert(key.number, cipher(&data_key)?);
        }
        let current = *keys.keys().max().ok_or(VaultFault::NoDataKey)?;
        Ok(Self { keys, current })
    }

    /// The number of the data key that seals now.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// Seals a secret. `seals` is how often the current data key has been used, this time
    /// included.
    ///
    /// # Errors
    /// [`VaultFault::Exhausted`] where the data key has been used too often.
    pub fn seal(
        &self,
        secret: &[u8; 32],
        binding: &Binding,
        seals: u64,
        chance: &dyn Chance,
    ) -> Result<Sealed, VaultFault> {
        if seals > MOST_SEALS {
            return Err(VaultFault::Exhausted);
        }
        let key = self.keys.get(&self.current).ok_or(VaultFault::NoDataKey)?;
        let mut nonce = [0; 12];
        chance.fill(&mut nonce);
        let mut ciphertext = *secret;
        let sealed = key.seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(binding.associated_data(self.current)),
            &mut ciphertext,
        );
        let Ok(sealed_tag) = sealed else {
            ciphertext.zeroize();
            return Err(VaultFault::Cipher);
        };
        let mut tag = [0; 16];
        tag.copy_from_slice(sealed_tag.as_ref());
        Ok(Sealed { data_key: self.current, nonce, ciphertext, tag })
    }
}

impl SecretOpener for Vault {
    fn open(&self, sealed: &Sealed, binding: &Binding) -> Option<Zeroizing<[u8; 32]>> {
        let key = self.keys.get(&sealed.data_key)?;
        let mut buffer = Zeroizing::new([0; 48]);
        buffer[..32].copy_from_slice(&sealed.ciphertext);
        buffer[32..].copy_from_slice(&sealed.tag);
        let opened = key
            .open_in_place(
                Nonce::assume_unique_for_key(sealed.nonce),
                Aad::from(binding.associated_data(sealed.data_key)),
                buffer.as_mut_slice(),
            )
            .ok()?;
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(opened);
        Some(secret)
    }
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, VaultFault> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| VaultFault::Cipher)?;
    Ok(LessSafeKey::new(key))
}

fn unwrap(kek: &LessSafeKey, key: &WrappedDataKey) -> Result<Zeroizing<[u8; 32]>, VaultFault> {
    let wrapped: &[u8; WRAPPED_LENGTH] =
        key.wrapped.as_slice().try_into().map_err(|_| VaultFault::WrongKey)?;
    let (nonce, sealed) = wrapped.split_first_chunk::<12>().ok_or(VaultFault::WrongKey)?;
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let opened = kek
        .open_in_place(
            Nonce::assume_unique_for_key(*nonce),
            Aad::from(wrapping_data(key.number)),
            &mut buffer,
        )
        .map_err(|_| VaultFault::WrongKey)?;
    let mut data_key = Zeroizing::new([0; 32]);
    data_key.copy_from_slice(opened);
    Ok(data_key)
}

fn wrapping_data(number: u32) -> [u8; 12] {
    let mut data = *b"data-key\0\0\0\0";
    data[8..].copy_from_slice(&number.to_be_bytes());
    data
}

/// Why the vault does not open or seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VaultFault {
    /// The key-encryption key is not the one that wrapped the data keys.
    #[error("the key does not open this data folder: give the key file that it was made with")]
    WrongKey,
    /// The store has no data key.
    #[error("the data folder has no data key: it was not made by `countersign init`")]
    NoDataKey,
    /// The data key has sealed as often as it may.
    #[error("the data key has been used 2^32 times and must be rotated")]
    Exhausted,
    /// The cipher itself failed.
    #[error("the cipher failed")]
    Cipher,
}

#[cfg(test)]
mod tests;
