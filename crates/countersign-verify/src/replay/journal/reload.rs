//! Reading the journal at the start.
//!
//! A tail shorter than a record (or than a header) is what a kill in the middle of a write leaves:
//! that request was never answered, the tail is ignored. Everything else that isn't a record of
//! this file, key and boot is damage.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use super::super::BootId;
use super::super::key::ReplayKey;
use super::super::seconds::Seconds;
use super::record::{HEADER, Header, RECORD, Record};
use super::{FileName, MINUTE};

/// What the files are read with.
pub(in super::super) struct Reload<'r> {
    pub(in super::super) dir: &'r Path,
    pub(in super::super) key: &'r ReplayKey,
    pub(in super::super) boot: BootId,
    pub(in super::super) mark: i64,
    pub(in super::super) boundary: i64,
    pub(in super::super) into: &'r Seconds,
}

#[derive(Debug)]
pub(in super::super) enum Damage {
    /// The file isn't what was written.
    File(String),
    /// Something was admitted above the mark: the mark is older than the journal.
    AboveMark,
}

impl Reload<'_> {
    /// Reads all files, side by side.
    pub(in super::super) fn read(&self, names: &[FileName]) -> Result<(), Damage> {
        let next = AtomicUsize::new(0);
        let share = || {
            while let Some(name) = names.get(next.fetch_add(1, Relaxed)) {
                self.file(name)?;
            }
            Ok(())
        };
        let readers = thread::available_parallelism().map_or(1, usize::from).min(names.len());
        thread::scope(|scope| {
            let others: Vec<_> = (1..readers).map(|_| scope.spawn(share)).collect();
            share()?;
            for other in others {
                let died = |_| Err(Damage::File("a reader of the journal died".to_owned()));
                other.join().unwrap_or_else(died)?;
            }
            Ok(())
        })
    }

    fn file(&self, name: &FileName) -> Result<(), Damage> {
        let path = name.path(self.dir);
        let damaged = |what: &str| Damage::File(format!("{}: {what}", path.display()));
        let bytes = fs::read(&path).map_err(|fault| damaged(&fault.to_string()))?;
        let Some((header, records)) = bytes.split_first_chunk::<HEADER>() else { return Ok(()) };
        let header = Header::decode(self.key, header)
            .filter(|header| header.minute == name.minute)
            .ok_or_else(|| damaged("the header is damaged or of another key"))?;
        let start = name.minute.saturating_mul(MINUTE);
        if header.boot != self.boot {
            // Left over from before a reboot; the mark of then has become the boundary.
            let covered = start <= self.boundary;
            return if covered { Ok(()) } else { Err(damaged("it was written in another boot")) };
        }
        let (records, _torn) = records.as_chunks::<RECORD>();
        for bytes in records {
            let record = Record::decode(self.key, name.minute, bytes)
                .filter(|record| i64::from(record.offset) < MINUTE)
                .ok_or_else(|| damaged("a record has a wrong check"))?;
            let second = start.saturating_add(i64::from(record.offset));
            if second > self.mark {
                return Err(Damage::AboveMark);
            }
            self.into.insert_known(second, record.print);
        }
        Ok(())
    }
}
