//! The journal: every admitted use, in the operating system's hands before the answer.
//!
//! Append-only files `<minute>-<writer>-<number>.journal`, one per writer and minute of *signed*
//! time, so that a whole file leaves the window at once and writers don't wait for one another. At
//! most `minutes in the window x writers` files are open.
//!
//! A record that was written in part is cut off at once (that needs no room on the disk); where
//! even that fails the file is given up, and the next record begins the next file. Nothing that
//! follows can be out of step.
//!
//! Belongs here: writing and unlinking. Does not: what a file holds (see `journal::record`),
//! reading (see `journal::reload`), when to unlink (see `folder`).

pub(super) mod record;
pub(super) mod reload;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fingerprint::{Fingerprint, MOST_WRITERS};
use super::folder::owner_only;
use super::key::ReplayKey;
use super::seconds::width;
use super::{BootId, Settings, UsedBy};
use record::{Header, Record};

/// Written and removed, to know whether that can be done. No journal file has such a name.
const PROBE: &str = "probe";
const BLOCK: usize = 4096;

/// Seconds of signed time in one file.
pub(super) const MINUTE: i64 = 60;

pub(super) fn minute_of(second: i64) -> i64 {
    second.div_euclid(MINUTE)
}

pub(super) struct Journal {
    dir: PathBuf,
    boot: BootId,
    writers: Box<[Mutex<Writer>]>,
}

/// The files that one writer has open, a ring by minute.
struct Writer {
    number: usize,
    last_file: u64,
    open: Box<[Option<OpenFile>]>,
}

struct OpenFile {
    minute: i64,
    file: File,
    /// Bytes up to the end of the last whole record.
    whole: u64,
}

/// What a file's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    pub(super) minute: i64,
    writer: usize,
    number: u64,
}

impl Journal {
    /// Begins new files behind those in `present`; a file of an earlier process is never continued.
    pub(super) fn new(dir: &Path, settings: &Settings, boot: BootId, present: &[FileName]) -> Self {
        let last_file = present.iter().map(|name| name.number).max().unwrap_or(0);
        let minutes = (width(settings) / MINUTE + 2).unsigned_abs() as usize;
        let writer = |number| {
            let open = (0..minutes).map(|_| None).collect();
            Mutex::new(Writer { number, last_file, open })
        };
        let writers = (0..settings.writers.clamp(1, MOST_WRITERS)).map(writer).collect();
        Self { dir: dir.to_owned(), boot, writers }
    }

    pub(super) fn append(
        &self,
        key: &ReplayKey,
        second: i64,
        print: Fingerprint,
        by: Option<UsedBy>,
    ) -> io::Result<()> {
        let minute = minute_of(second);
        let offset = second.rem_euclid(MINUTE) as u32;
        let record = Record { print, offset, by }.encode(key, minute);
        let mut writer = lock(&self.writers[print.writer(self.writers.len())]);
        let name = writer.next_name(minute);
        let place = writer.place(minute);
        let file = match place {
            Some(file) if file.minute == minute => file,
            _ => place.insert(self.begin(key, name)?),
        };
        file.append(&record).map_err(|failed| {
            if failed.tail == Tail::Unknown {
                *place = None;
            }
            failed.source
        })
    }

    /// Unlinks what is wholly below the floor, of earlier processes as well.
    pub(super) fn unlink_below(&self, floor: i64) -> io::Result<()> {
        let past = |minute: i64| ends_by(minute, floor);
        for writer in &self.writers {
            lock(writer).open.iter_mut().for_each(|open| {
                open.take_if(|open| past(open.minute));
            });
        }
        let names = list(&self.dir)?.into_iter().filter(|name| past(name.minute));
        unlink(&self.dir, names)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        for writer in &self.writers {
            for open in lock(writer).open.iter().flatten() {
                open.file.sync_data()?;
            }
        }
        Ok(())
    }

    /// Bytes in the files that are open: whoever wrote them has not synced them.
    pub(super) fn open_bytes(&self) -> u64 {
        let of = |writer: &Mutex<Writer>| {
            lock(writer).open.iter().flatten().map(|open| open.whole).sum::<u64>()
        };
        self.writers.iter().map(of).sum()
    }

    /// Takes a block of the disk and gives it back.
    pub(super) fn probe(&self) -> io::Result<()> {
        let path = self.dir.join(PROBE);
        let mut options = owner_only();
        let file = options.write(true).create(true).truncate(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(&[0; BLOCK]));
        match fs::remove_file(&path) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => written.and(Err(fault)),
            _ => written,
        }
    }

    fn begin(&self, key: &ReplayKey, name: FileName) -> io::Result<OpenFile> {
        let path = name.path(&self.dir);
        let mut file = owner_only().append(true).create_new(true).open(&path)?;
        let header = Header { boot: self.boot, minute: name.minute }.encode(key);
        if let Err(fault) = file.write_all(&header) {
            // Else a full disk would collect an empty file for every request.
            let _ = fs::remove_file(&path);
            return Err(fault);
        }
        Ok(OpenFile { minute: name.minute, file, whole: header.len() as u64 })
    }
}

impl Writer {
    /// Numbers are never used twice, but some not at all.
    fn next_name(&mut self, minute: i64) -> FileName {
        self.last_file += 1;
        FileName { minute, writer: self.number, number: self.last_file }
    }

    fn place(&mut self, minute: i64) -> &mut Option<OpenFile> {
        let place = minute.rem_euclid(self.open.len() as i64) as usize;
        &mut self.open[place]
    }
}

struct Failed {
    source: io::Error,
    tail: Tail,
}

/// How a file ends after a failed write.
#[derive(PartialEq, Eq)]
enum Tail {
    WholeRecord,
    Unknown,
}

impl OpenFile {
    fn append(&mut self, record: &[u8]) -> Result<(), Failed> {
        self.file.write_all(record).map_err(|source| {
            let cut = self.file.set_len(self.whole);
            Failed { source, tail: cut.map_or(Tail::Unknown, |()| Tail::WholeRecord) }
        })?;
        self.whole += record.len() as u64;
        Ok(())
    }
}

impl FileName {
    pub(super) fn path(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{}-{}-{}.journal", self.minute, self.writer, self.number))
    }

    fn parse(name: &str) -> Option<Self> {
        // From the right: the minute may be negative.
        let mut parts = name.strip_suffix(".journal")?.rsplitn(3, '-');
        let number = parts.next()?.parse().ok()?;
        let writer = parts.next()?.parse().ok()?;
        let minute = parts.next()?.parse().ok()?;
        Some(Self { minute, writer, number })
    }
}

/// The last second of the minute is below the floor.
pub(super) fn ends_by(minute: i64, floor: i64) -> bool {
    minute < minute_of(floor)
}

pub(super) fn list(dir: &Path) -> io::Result<Vec<FileName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        names.extend(entry?.file_name().to_str().and_then(FileName::parse));
    }
    Ok(names)
}

pub(super) fn unlink(dir: &Path, names: impl Iterator<Item = FileName>) -> io::Result<()> {
    for name in names {
        match fs::remove_file(name.path(dir)) {
            // Two sweeps can meet.
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => return Err(fault),
            _ => {}
        }
    }
    Ok(())
}

fn lock(writer: &Mutex<Writer>) -> MutexGuard<'_, Writer> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}
