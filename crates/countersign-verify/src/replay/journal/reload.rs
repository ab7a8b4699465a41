//! Reading the journal at the start.
//!
//! A tail shorter than a record (or than a header) is what a kill in the middle of a write leaves:
//! that request was never answered, the tail is ignored. Everything else that isn't a record of
//! this file, key and boot is damage.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::thread;

use countersign_model::Timestamp;

use super::super::key::ReplayKey;
use super::super::seconds::Seconds;
use super::super::{BootId, JournaledUse};
use super::record::{HEADER, Header, RECORD, Record, first};
use super::{FileName, MINUTE};

/// The most uses that are told: what a trail can be behind is far below, and memory must end.
const MOST_USES: usize = 1_000_000;

/// What the files are read with.
pub(in super::super) struct Reload<'r> {
    pub(in super::super) dir: &'r Path,
    pub(in super::super) key: &'r ReplayKey,
    pub(in super::super) boot: BootId,
    pub(in super::super) mark: i64,
    pub(in super::super) boundary: i64,
    pub(in super::super) into: &'r Seconds,
    /// Uses from then on are told,
    pub(in super::super) uses_since: Timestamp,
    /// here.
    pub(in super::super) uses: Mutex<Vec<JournaledUse>>,
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
        let Some(read) = contents(self.key, &bytes) else { return Ok(()) };
        let Contents { header, records } = read
            .ok()
            .filter(|read| read.header.minute == name.minute)
            .ok_or_else(|| damaged("the header is damaged or of another key"))?;
        let start = name.minute.saturating_mul(MINUTE);
        if header.boot != self.boot {
            // Left over from before a reboot; the mark of then has become the boundary.
            let covered = start <= self.boundary;
            return if covered { Ok(()) } else { Err(damaged("it was written in another boot")) };
        }
        let mut uses = Vec::new();
        for record in records {
            let record = record
                .filter(|record| i64::from(record.offset) < MINUTE)
                .ok_or_else(|| damaged("a record has a wrong check"))?;
            let second = start.saturating_add(i64::from(record.offset));
            if second > self.mark {
                return Err(Damage::AboveMark);
            }
            self.into.insert_known(second, record.print);
            let by = record.by.filter(|by| by.at >= self.uses_since);
            uses.extend(by.map(|by| JournaledUse { fingerprint: record.print, by }));
        }
        let mut all = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MOST_USES.saturating_sub(all.len());
        all.extend(uses.into_iter().take(room));
        Ok(())
    }
}

/// A file of either version.
struct Contents<'b> {
    header: Header,
    records: Box<dyn Iterator<Item = Option<Record>> + 'b>,
}

/// What a file holds. `None`: less than a header. `Err`: no header that is ours.
fn contents<'b>(key: &'b ReplayKey, bytes: &'b [u8]) -> Option<Result<Contents<'b>, NotOurs>> {
    let (first, rest) = bytes.split_first_chunk::<{ first::HEADER }>()?;
    if let Some(header) = first::header(key, first) {
        let (records, _torn) = rest.as_chunks::<{ first::RECORD }>();
        let minute = header.minute;
        let records = records.iter().map(move |record| first::record(key, minute, record));
        return Some(Ok(Contents { header, records: Box::new(records) }));
    }
    let (header, rest) = bytes.split_first_chunk::<HEADER>()?;
    let Some(header) = Header::decode(key, header) else { return Some(Err(NotOurs)) };
    let (records, _torn) = rest.as_chunks::<RECORD>();
    let minute = header.minute;
    let records = records.iter().map(move |record| Record::decode(key, minute, record));
    Some(Ok(Contents { header, records: Box::new(records) }))
}

struct NotOurs;
