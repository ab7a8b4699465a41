//! Version 1 of a journal file, which earlier releases wrote: a header of 48, then records of 16.
//!
//! ```text
//! header  magic 8 | version 4 | zero 4 | boot id 16 | minute 8 | check 8
//! record  fingerprint 8 | second within the minute 4 | check 4
//! ```
//! Only read: an upgrade must not forget what was admitted a minute before.

use super::super::super::BootId;
use super::super::super::fingerprint::Fingerprint;
use super::super::super::key::{Purpose, ReplayKey};
use super::{Header, MAGIC, Record};

pub(in crate::replay::journal) const HEADER: usize = 48;
pub(in crate::replay::journal) const RECORD: usize = 16;

const VERSION: u32 = 1;

/// None: of another key or version, or damaged.
pub(in crate::replay::journal) fn header(key: &ReplayKey, bytes: &[u8; HEADER]) -> Option<Header> {
    let (stated, check) = bytes.split_at(HEADER - 8);
    let (boot, rest) = bytes[16..].split_first_chunk::<16>()?;
    let minute = i64::from_le_bytes(*rest.first_chunk()?);
    let begins = [&MAGIC[..], &VERSION.to_le_bytes(), &[0; 4]].concat();
    let whole = stated.starts_with(&begins)
        && check == key.hash(Purpose::JournalHeader, &[stated]).to_le_bytes();
    whole.then_some(Header { boot: BootId(*boot), minute })
}

/// None: the check is wrong.
pub(in crate::replay::journal) fn record(
    key: &ReplayKey,
    minute: i64,
    bytes: &[u8; RECORD],
) -> Option<Record> {
    let (stated, check) = bytes.split_at(RECORD - 4);
    let (print, rest) = bytes.split_first_chunk()?;
    let (print, offset) = (u64::from_le_bytes(*print), u32::from_le_bytes(*rest.first_chunk()?));
    let right = key.hash(Purpose::Record, &[&minute.to_le_bytes(), stated]) as u32;
    let record = Record { print: Fingerprint(print), offset, by: None };
    (check == right.to_le_bytes()).then_some(record)
}

#[cfg(test)]
pub(in crate::replay) mod written {
    //! What an earlier release wrote, for tests of the upgrade.

    use super::*;

    pub(in crate::replay) fn header(key: &ReplayKey, boot: BootId, minute: i64) -> Vec<u8> {
        let mut bytes = [&MAGIC[..], &VERSION.to_le_bytes(), &[0; 4], &boot.0].concat();
        bytes.extend(minute.to_le_bytes());
        let check = key.hash(Purpose::JournalHeader, &[&bytes]);
        bytes.extend(check.to_le_bytes());
        bytes
    }

    pub(in crate::replay) fn record(
        key: &ReplayKey,
        minute: i64,
        print: Fingerprint,
        offset: u32,
    ) -> Vec<u8> {
        let mut bytes = [&print.0.to_le_bytes()[..], &offset.to_le_bytes()].concat();
        let check = key.hash(Purpose::Record, &[&minute.to_le_bytes(), &bytes]) as u32;
        bytes.extend(check.to_le_bytes());
        bytes
    }
}
