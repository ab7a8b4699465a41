//! The folder's random key, and everything that is hashed with it.
//!
//! SipHash-2-4: nobody outside can find two uses that look alike, or write a record that counts.
//! The key never leaves the folder's `key` file, which is written once.

use std::fmt;
use std::fs;
use std::hash::Hasher;
use std::io::{self, Write};
use std::path::Path;

use siphasher::sip::SipHasher24;
use zeroize::Zeroize;

use super::ReplayFault;
use super::folder::{owner_only, sync_dir};

const FILE: &str = "key";
const MAGIC: [u8; 8] = *b"cs-rkey1";

/// 16 random bytes, of one data folder for life.
pub struct ReplayKey([u8; 16]);

/// Keeps what is hashed for one purpose apart from what is hashed for another.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Holder = 1,
    Use = 2,
    Record = 3,
    JournalHeader = 4,
    Mark = 5,
    Key = 6,
}

impl ReplayKey {
    /// The bytes must come from the operating system's random source.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(super) fn hash(&self, purpose: Purpose, parts: &[&[u8]]) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write(&(purpose as u64).to_le_bytes());
        for part in parts {
            hasher.write(part);
        }
        hasher.finish()
    }

    pub(super) fn read(dir: &Path) -> Result<Self, ReplayFault> {
        let mut bytes = fs::read(dir.join(FILE)).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ReplayFault::KeyMissing,
            _ => ReplayFault::Io { doing: "read the replay key", source },
        })?;
        let key = Self::decode(&bytes);
        bytes.zeroize();
        key.ok_or(ReplayFault::KeyDamaged)
    }

    pub(super) fn is_in(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Writes the key in place of any other, whole or not at all.
    pub(super) fn write(&self, dir: &Path) -> io::Result<()> {
        let next = dir.join("key.next");
        let mut file = owner_only().write(true).create(true).truncate(true).open(&next)?;
        file.write_all(&MAGIC)?;
        file.write_all(&self.0)?;
        file.write_all(&self.check().to_le_bytes())?;
        file.sync_all()?;
        fs::rename(next, dir.join(FILE))?;
        sync_dir(dir)
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (key, check) = bytes.strip_prefix(&MAGIC)?.split_last_chunk::<8>()?;
        let key = Self(key.try_into().ok()?);
        (key.check() == u64::from_le_bytes(*check)).then_some(key)
    }

    fn check(&self) -> u64 {
        self.hash(Purpose::Key, &[&MAGIC])
    }
}

impl fmt::Debug for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplayKey(..)")
    }
}

impl Drop for ReplayKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
