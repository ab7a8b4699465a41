//! The bytes of a journal file: a header of 64, then records of 64.
//!
//! ```text
//! header  magic 8 | version 4 | zero 4 | boot id 16 | minute 8 | zero 16 | check 8
//! record  fingerprint 8 | second within the minute 4 | flags 4 | at, in ms 8 | account 4 | token 4
//!         | address 16 | zero 8 | check 8
//! flags   1 somebody | 2 the pair retires | 4 the token's secret retires | 8, 16 surface
//! ```
//! All numbers little-endian; checks keyed. The header is as long as a record and both divide a
//! page, so that no record crosses one: the kernel has all of it or nothing when the process is
//! killed. Files of version 1, which had no more than the fingerprint, are read (`first`).

pub(in crate::replay) mod first;

use std::net::{IpAddr, Ipv6Addr};

use countersign_model::{AccountNumber, Timestamp, TokenNumber};

use super::super::fingerprint::Fingerprint;
use super::super::key::{Purpose, ReplayKey};
use super::super::{BootId, UsedBy};
use crate::{Retiring, Surface};

pub(super) const HEADER: usize = 64;
pub(super) const RECORD: usize = 64;

const CHECK: usize = 8;
const MAGIC: [u8; 8] = *b"cs-rjrnl";
const VERSION: u32 = 2;

const SOMEBODY: u32 = 1;
const PAIR: u32 = 2;
const SECRET: u32 = 4;
const SURFACE_SHIFT: u32 = 3;
const SURFACES: [Surface; 3] = [Surface::Restlet, Surface::Rest, Surface::Soap];

pub(super) struct Header {
    pub(super) boot: BootId,
    pub(super) minute: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) print: Fingerprint,
    pub(super) offset: u32,
    pub(super) by: Option<UsedBy>,
}

impl Header {
    pub(super) fn encode(&self, key: &ReplayKey) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.boot.0);
        bytes[32..40].copy_from_slice(&self.minute.to_le_bytes());
        let check = key.hash(Purpose::JournalHeader, &[&bytes[..HEADER - CHECK]]);
        bytes[HEADER - CHECK..].copy_from_slice(&check.to_le_bytes());
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
        if let Some(by) = &self.by {
            bytes[12..16].copy_from_slice(&flags(by).to_le_bytes());
            bytes[16..24].copy_from_slice(&by.at.millis().to_le_bytes());
            bytes[24..28].copy_from_slice(&by.account.0.to_le_bytes());
            bytes[28..32].copy_from_slice(&by.token.0.to_le_bytes());
            bytes[32..48].copy_from_slice(&as_v6(by.source).octets());
        }
        let check = key.hash(Purpose::Record, &[&minute.to_le_bytes(), &bytes[..RECORD - CHECK]]);
        bytes[RECORD - CHECK..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// None: the check is wrong.
    pub(super) fn decode(key: &ReplayKey, minute: i64, bytes: &[u8; RECORD]) -> Option<Self> {
        let (print, rest) = bytes.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (flags, rest) = rest.split_first_chunk()?;
        let record = Self {
            print: Fingerprint(u64::from_le_bytes(*print)),
            offset: u32::from_le_bytes(*offset),
            by: used_by(u32::from_le_bytes(*flags), rest),
        };
        (record.encode(key, minute) == *bytes).then_some(record)
    }
}

fn flags(by: &UsedBy) -> u32 {
    let surface = SURFACES.iter().position(|it| *it == by.surface).unwrap_or_default() as u32;
    let pair = if by.retiring.pair { PAIR } else { 0 };
    let secret = if by.retiring.secret { SECRET } else { 0 };
    SOMEBODY | pair | secret | surface << SURFACE_SHIFT
}

fn used_by(flags: u32, bytes: &[u8]) -> Option<UsedBy> {
    let (at, rest) = bytes.split_first_chunk()?;
    let (account, rest) = rest.split_first_chunk()?;
    let (token, rest) = rest.split_first_chunk()?;
    let source = Ipv6Addr::from(*rest.first_chunk::<16>()?);
    let by = UsedBy {
        at: Timestamp::from_millis(i64::from_le_bytes(*at)),
        account: AccountNumber(u32::from_le_bytes(*account)),
        token: TokenNumber(u32::from_le_bytes(*token)),
        source: IpAddr::V6(source).to_canonical(),
        surface: *SURFACES.get((flags >> SURFACE_SHIFT) as usize)?,
        retiring: Retiring { pair: flags & PAIR != 0, secret: flags & SECRET != 0 },
    };
    (flags & SOMEBODY != 0).then_some(by)
}

/// An IPv4 address in its place among those of IPv6 (RFC 4291, 2.5.5.2).
fn as_v6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: ReplayKey = ReplayKey::new([9; 16]);

    fn by(source: &str, surface: Surface, pair: bool, secret: bool) -> UsedBy {
        UsedBy {
            at: Timestamp::from_millis(1_800_000_015_123),
            account: AccountNumber(7),
            token: TokenNumber(u32::MAX),
            source: source.parse().unwrap(),
            surface,
            retiring: Retiring { pair, secret },
        }
    }

    #[test]
    fn a_record_reads_as_it_was_written() {
        let whose = [
            None,
            Some(by("192.0.2.1", Surface::Restlet, false, false)),
            Some(by("2001:db8::1", Surface::Rest, true, false)),
            Some(by("::", Surface::Soap, false, true)),
        ];
        for by in whose {
            let record = Record { print: Fingerprint(u64::MAX - 1), offset: 59, by };
            let bytes = record.encode(&KEY, -3);
            assert_eq!(Record::decode(&KEY, -3, &bytes), Some(record));
            assert_eq!(Record::decode(&KEY, -2, &bytes), None, "of another minute");
        }
    }

    #[test]
    fn a_bit_that_turned_is_noticed_wherever_it_is() {
        let by = Some(by("192.0.2.1", Surface::Soap, true, true));
        let bytes = Record { print: Fingerprint(5), offset: 1, by }.encode(&KEY, 30);
        for bit in 0..RECORD * 8 {
            let mut turned = bytes;
            turned[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(Record::decode(&KEY, 30, &turned), None, "bit {bit}");
        }
    }

    #[test]
    fn no_record_crosses_a_page() {
        assert_eq!((4096 % RECORD, HEADER % RECORD), (0, 0));
    }
}
