//! The replay guard: a proven request is admitted at most once.
//!
//! A request is its holder (32-byte token id, or for step one the consumer key), the second it was
//! signed at and its percent-decoded nonce, compared as the bytes they are. What is promised, by
//! what, and against what:
//!
//! | against | by |
//! | --- | --- |
//! | the same request on 64 threads | one lock per shard of a second; exactly one insertion wins |
//! | death of the process (`kill -9`, panic) | a journal record is given to the operating system by `write(2)` before the request is admitted; the journal is read before [`ReplayGuard::open`] returns |
//! | death of the machine (power, kernel) | the *mark*: no second above it is admitted before it was raised and synced; after a start under another boot id all seconds up to the mark are refused |
//! | a damaged or partly lost folder | checks keyed with the folder's key; in doubt, seconds up to the mark are refused, or up to `now + window` where the mark itself is lost |
//! | a clock that steps back | the *floor*, the oldest admissible second, only ever rises; it is on disk before a journal file below it is unlinked, so after a restart everything above it is known |
//! | a full disk | what can't be written is refused; a record that was written in part is cut off again |
//! | a flood of one holder, or of all | one holder has at most 1/16 of the capacity; at the capacity everything new is refused. Nothing is ever forgotten early |
//!
//! Not promised: protection from somebody who edits the folder. A journal file that was deleted or
//! cut short without a reboot is noticed only where the mark or the records beside it give it away.
//! A whole folder from a backup, or a
//! restored machine, can't be told from the true one: its owner must call [`ReplayGuard::renew`].
//! With neither mark nor journal the clock at the start is all there is. A clock that was ahead
//! while requests of that time were admitted leaves the floor up there, and all is refused until
//! it is reached (or `renew`): [`Recovery::floor`] shows it.
//!
//! What it costs: a request is remembered as 64 keyed bits, so a new request may be taken for an
//! old one and refused, never the reverse. Within one second two requests of one holder look alike
//! with probability 2^-44, of two holders with 2^-64: at 10,000 requests a second, all of one
//! holder, one in 1.8 thousand million is refused wrongly. Holders are counted in 2^20 slots; two
//! that fall into one slot (2^-20 for a pair) have one share together.
//!
//! Belongs here: the order of the steps. Does not: whether the request is proven, and inside the
//! window (the verdict has checked both); what a refusal looks like; several nodes.

mod boot;
mod budget;
mod fault;
mod fingerprint;
mod folder;
mod journal;
mod key;
mod mark;
mod recovery;
mod seconds;
mod spares;
#[cfg(test)]
mod tests;

use std::io;
use std::net::IpAddr;
use std::path::Path;

use countersign_model::{AccountNumber, Timestamp, TokenNumber};

use crate::{Retiring, Surface};

pub use boot::BootId;
pub use fault::{NotRemembered, ReplayFault};
pub use fingerprint::Fingerprint;
pub use key::ReplayKey;
pub use recovery::{BoundaryReason, Recovery};

use folder::Folder;
use seconds::Seconds;

/// The longest window that is kept, in seconds each side; a longer one is read as this.
pub const LONGEST_WINDOW: u32 = 3600;

/// One use of a nonce, proven by a signature.
#[derive(Clone, Copy)]
pub struct Use<'u> {
    /// The token id, or for step one the consumer key.
    pub holder: &'u [u8; 32],
    /// The signed timestamp.
    pub second: i64,
    /// The nonce after percent-decoding; compared as given.
    pub nonce: &'u [u8],
    /// Whose it is: told again after a start, where it is asked for.
    pub by: Option<UsedBy>,
}

/// Whose use it is. The guard itself has no need of it: it stands in the journal for whoever counts
/// uses, and may have lost the last of them to a `kill -9`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedBy {
    /// When it is remembered.
    pub at: Timestamp,
    /// The account.
    pub account: AccountNumber,
    /// The token in it.
    pub token: TokenNumber,
    /// The address that it came from.
    pub source: IpAddr,
    /// Which kind of door.
    pub surface: Surface,
    /// What it was signed with that is about to retire.
    pub retiring: Retiring,
}

/// A use that a start has found in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournaledUse {
    /// What stands for it.
    pub fingerprint: Fingerprint,
    /// Whose it is.
    pub by: UsedBy,
}

/// How much is kept, and how.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seconds each side of now, as the verdict's; at most [`LONGEST_WINDOW`].
    pub window: u32,
    /// Uses that are held at most, of all holders together.
    pub capacity: usize,
    /// Journal files per minute that are written side by side; about the number of cores.
    pub writers: usize,
    /// Seconds that one sync of the mark reserves ahead.
    pub mark_step: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { window: 300, capacity: 6_000_000, writers: 4, mark_step: 30 }
    }
}

/// Remembers every admitted request until its second can't be admitted any more.
///
/// All methods block: a lock for nanoseconds, a `write(2)`, and once per `mark_step` and minute of
/// signed time one caller syncs the mark.
pub struct ReplayGuard {
    key: ReplayKey,
    seconds: Seconds,
    folder: Option<Folder>,
}

impl ReplayGuard {
    /// A guard that forgets with the process: for `dev` and tests. It knows no restart boundary.
    pub fn in_memory(settings: Settings, key: ReplayKey) -> Self {
        Self { key, seconds: Seconds::new(&settings, i64::MIN), folder: None }
    }

    /// Makes the files of a *fresh* data folder, one in which nothing was ever admitted.
    ///
    /// Refuses a folder that has any already. See [`Self::renew`] for one that isn't fresh.
    pub fn create(dir: &Path, key: &ReplayKey) -> Result<(), ReplayFault> {
        folder::create(dir, key)
    }

    /// Gives up what the folder knows: after a restore from backup, or when its key is lost.
    ///
    /// The next [`Self::open`] refuses all seconds up to its `now + window`.
    pub fn renew(dir: &Path, key: &ReplayKey) -> Result<(), ReplayFault> {
        folder::renew(dir, key)
    }

    /// Reads the folder; when it returns, every request that may still be admitted is known, or
    /// its second is refused. One guard per folder at a time: the caller holds the folder's lock.
    /// Tells the uses since `uses_since` ([`Recovery::uses`]).
    pub fn open(
        dir: &Path,
        settings: Settings,
        boot: BootId,
        now: i64,
        uses_since: Timestamp,
    ) -> Result<(Self, Recovery), ReplayFault> {
        let key = ReplayKey::read(dir)?;
        let (seconds, folder, recovery) =
            recovery::recover(dir, &key, &settings, boot, now, uses_since)?;
        Ok((Self { key, seconds, folder: Some(folder) }, recovery))
    }

    /// Remembers a use, or says why the request must not be admitted. What it gives stands for
    /// the use: the same use again is [`NotRemembered::Used`] with the same fingerprint.
    ///
    /// After [`NotRemembered::Unwritable`] from the journal the nonce stays used.
    pub fn remember(&self, used: &Use<'_>, now: i64) -> Result<Fingerprint, NotRemembered> {
        if let Some(folder) = &self.folder {
            folder.check_boundary(used.second)?;
        }
        self.advance(now);
        // Before the mark: a second that can't be admitted must not raise it.
        self.seconds.check_range(used.second)?;
        if let Some(folder) = &self.folder {
            folder.reserve(&self.key, used.second)?;
        }
        let print = self.key.fingerprint(used);
        self.seconds.insert(used.second, print)?;
        if let Some(folder) = &self.folder {
            folder.append(&self.key, used.second, print, used.by)?;
        }
        Ok(print)
    }

    /// Uses held now.
    pub fn held(&self) -> usize {
        self.seconds.budget().held()
    }

    /// Uses that can be held.
    pub fn capacity(&self) -> usize {
        self.seconds.budget().capacity()
    }

    /// The oldest admissible second; it never falls.
    pub fn floor(&self) -> i64 {
        self.seconds.floor()
    }

    /// The restart boundary, as long as it is not behind `now`: seconds up to here are refused, so
    /// nobody whose clock is right is admitted before it has passed.
    pub fn refuses_until(&self, now: i64) -> Option<i64> {
        self.folder.as_ref().map(Folder::boundary).filter(|boundary| *boundary >= now)
    }

    /// Heap bytes of the sets now, empty room included. Takes every lock once.
    pub fn memory_bytes(&self) -> usize {
        self.seconds.set_bytes()
    }

    /// Heap bytes that are held however little is remembered.
    pub fn fixed_bytes(&self) -> usize {
        self.seconds.fixed_bytes()
    }

    /// The last failure to write to the folder, for the log; taken away by reading it.
    pub fn take_write_fault(&self) -> Option<String> {
        self.folder.as_ref().and_then(Folder::take_fault)
    }

    /// Whether the last write to the folder was done. Unlike [`Self::take_write_fault`] it can be
    /// asked by many.
    pub fn is_writable(&self) -> bool {
        self.folder.as_ref().is_none_or(Folder::is_writable)
    }

    /// Finds out whether something could be written now: where nothing is admitted since a write
    /// failed, nothing else would.
    pub fn probe(&self) {
        if let Some(folder) = &self.folder {
            folder.probe(&self.key);
        }
    }

    /// The reserved mark: after a crash of the machine, seconds up to here are refused. `None`
    /// where there is no folder, or nothing was admitted yet.
    pub fn mark(&self) -> Option<i64> {
        self.folder.as_ref().map(Folder::mark).filter(|mark| *mark > i64::MIN)
    }

    /// Bytes in journal files that are still written to. They are the operating system's, not yet
    /// the disk's.
    pub fn unsynced_bytes(&self) -> u64 {
        self.folder.as_ref().map_or(0, Folder::unsynced_bytes)
    }

    /// Syncs the open journal files: for a graceful stop.
    pub fn sync(&self) -> io::Result<()> {
        self.folder.as_ref().map_or(Ok(()), Folder::sync)
    }

    fn advance(&self, now: i64) {
        if let Some(rise) = self.seconds.raise_floor(now)
            && rise.passes_minute()
            && let Some(folder) = &self.folder
        {
            folder.sweep(&self.key, rise.floor);
        }
    }
}
