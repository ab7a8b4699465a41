//! The bytes of a journal file: a header of 48, then records of 16.
//!
//! ```text
//! header  magic 8 | version 4 | zero 4 | boot id 16 | minute 8 | check 8
//! record  fingerprint 8 | second within the minute 4 | check 4
//! ```
//! All numbers little-endian; checks keyed. The header is a multiple of the record, so that no
//! record crosses a page: the kernel has all of it or nothing when the process is killed.

use super::super::BootId;
use super::super::fingerprint::Fingerprint;
use super::super::key::{Purpose, ReplayKey};

pub(super) const HEADER: usize = 48;
pub(super) const RECORD: usize = 16;

const MAGIC: [u8; 8] = *b"cs-rjrnl";
const VERSION: u32 = 1;

pub(super) struct Header {
    pub(super) boot: BootId,
    pub(super) minute: i64,
}

#[derive(Clone, Copy)]
pub(super) struct Record {
    pub(super) print: Fingerprint,
    pub(super) offset: u32,
}

impl Header {
    pub(super) fn encode(&self, key: &ReplayKey) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.boot.0);
        bytes[32..40].copy_from_slice(&self.minute.to_le_bytes());
        let check = key.hash(Purpose::JournalHeader, &[&bytes[..40]]);
        bytes[40..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// None: of another key or version, or damaged.
    pub(super) fn decode(key: &ReplayKey, bytes: &[u8; HEADER]) -> Option<Self> {
        let (boot, rest) = bytes[16..].split_first_chunk::<16>()?;
        let header = Self { boot: BootId(*boot), minute: i64::from_le_bytes(*rest.first_chunk()?) };
        (header.encode(key) == *bytes).then_some(header)
    }
}

impl Record {
    pub(super) fn encode(&self, key: &ReplayKey, minute: i64) -> [u8; RECORD] {
        let mut bytes = [0; RECORD];
        bytes[..8].copy_from_slice(&self.print.0.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.offset.to_le_bytes());
        let check = key.hash(Purpose::Record, &[&minute.to_le_bytes(), &bytes[..12]]) as u32;
        bytes[12..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// None: the check is wrong.
    pub(super) fn decode(key: &ReplayKey, minute: i64, bytes: &[u8; RECORD]) -> Option<Self> {
        let (print, rest) = bytes.split_first_chunk()?;
        let record = Self {
            print: Fingerprint(u64::from_le_bytes(*print)),
            offset: u32::from_le_bytes(*rest.first_chunk()?),
        };
        (record.encode(key, minute) == *bytes).then_some(record)
    }
}
