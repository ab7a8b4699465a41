//! The folder of one guard: `key`, `mark` and the journal, all readable by the owner only.
//!
//! Belongs here: making it, and the order among its files while it is in use. Does not: what is
//! concluded from it at a start (see `recovery`).

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use super::fingerprint::Fingerprint;
use super::journal::{self, Journal};
use super::mark::{self, Mark, State};
use super::{NotRemembered, ReplayFault, ReplayKey, UsedBy};

pub(super) struct Folder {
    boundary: i64,
    mark: Mark,
    journal: Journal,
    fault: Mutex<Option<String>>,
    /// The last write failed.
    failing: AtomicBool,
}

impl Folder {
    pub(super) fn new(boundary: i64, mark: Mark, journal: Journal) -> Self {
        Self { boundary, mark, journal, fault: Mutex::new(None), failing: AtomicBool::new(false) }
    }

    /// Seconds up to here are refused, since it is not known who was admitted in them.
    pub(super) fn boundary(&self) -> i64 {
        self.boundary
    }

    pub(super) fn check_boundary(&self, second: i64) -> Result<(), NotRemembered> {
        match self.boundary {
            until if second <= until => Err(NotRemembered::RestartBoundary { until }),
            _ => Ok(()),
        }
    }

    pub(super) fn reserve(&self, key: &ReplayKey, second: i64) -> Result<(), NotRemembered> {
        self.mark.reserve(key, second).map_err(|fault| self.unwritable("raise the mark", &fault))
    }

    pub(super) fn append(
        &self,
        key: &ReplayKey,
        second: i64,
        print: Fingerprint,
        by: Option<UsedBy>,
    ) -> Result<(), NotRemembered> {
        let written = self.journal.append(key, second, print, by);
        written.map_err(|fault| self.unwritable("write the journal", &fault))?;
        // Read first: a line that every core reads is not to be written by each.
        if self.failing.load(Relaxed) {
            self.failing.store(false, Relaxed);
        }
        Ok(())
    }

    /// Finds out whether something could be written now, and is as good as a write that was tried.
    /// After a failure the mark is written, too: it needs no room, so its fault is another one.
    pub(super) fn probe(&self, key: &ReplayKey) {
        let mark = if self.failing.load(Relaxed) { self.mark.rewrite(key) } else { Ok(()) };
        match mark.and_then(|()| self.journal.probe()) {
            Ok(()) => self.failing.store(false, Relaxed),
            Err(fault) => {
                self.unwritable("write to the folder", &fault);
            }
        }
    }

    pub(super) fn is_writable(&self) -> bool {
        !self.failing.load(Relaxed)
    }

    pub(super) fn mark(&self) -> i64 {
        self.mark.covered()
    }

    pub(super) fn unsynced_bytes(&self) -> u64 {
        self.journal.open_bytes()
    }

    /// Unlinks what is below the floor, after the floor is on disk. A failure keeps files longer
    /// and is tried again a minute later; nothing is admitted by it.
    pub(super) fn sweep(&self, key: &ReplayKey, floor: i64) {
        let recorded = self.mark.record_floor(key, floor);
        if let Err(fault) = recorded.and_then(|()| self.journal.unlink_below(floor)) {
            self.unwritable("unlink old journal files", &fault);
        }
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.journal.sync()?;
        self.mark.sync()
    }

    pub(super) fn take_fault(&self) -> Option<String> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn unwritable(&self, doing: &str, fault: &io::Error) -> NotRemembered {
        let text = format!("can't {doing}: {fault}");
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(text);
        self.failing.store(true, Relaxed);
        NotRemembered::Unwritable
    }
}

pub(super) fn create(dir: &Path, key: &ReplayKey) -> Result<(), ReplayFault> {
    let names = journal::list(dir).map_err(ReplayFault::io("list the replay journal"))?;
    if ReplayKey::is_in(dir) || Mark::is_in(dir) || !names.is_empty() {
        return Err(ReplayFault::AlreadyCreated);
    }
    // The mark last: a folder that was made in part is one whose mark is missing.
    key.write(dir).map_err(ReplayFault::io("write the replay key"))?;
    Mark::begin(dir, key, State::FRESH, 0).map_err(ReplayFault::io("write the replay mark"))?;
    Ok(())
}

pub(super) fn renew(dir: &Path, key: &ReplayKey) -> Result<(), ReplayFault> {
    // The mark first: without it every start refuses what it can't know.
    mark::forget(dir).map_err(ReplayFault::io("remove the replay mark"))?;
    let names = journal::list(dir).map_err(ReplayFault::io("list the replay journal"))?;
    journal::unlink(dir, names.into_iter())
        .map_err(ReplayFault::io("remove the replay journal"))?;
    key.write(dir).map_err(ReplayFault::io("write the replay key"))
}

pub(super) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}
