//! The mark: up to which second requests may have been admitted, safe from a power cut.
//!
//! One file, two equal copies in blocks of their own, overwritten in place one after the other and
//! each synced, so that one is whole whenever the power goes. Not a new file and a rename: that
//! needs room on the disk and a descriptor, and a disk that the journal has filled could then never
//! be freed again, since the mark is written before journal files are unlinked.
//!
//! Belongs here: the state, its bytes, the raise. Does not: what a lost mark means (see
//! `recovery`).

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering::Acquire, Ordering::Release};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::BootId;
use super::folder::{owner_only, sync_dir};
use super::key::{Purpose, ReplayKey};

const FILE: &str = "mark";
const MAGIC: [u8; 8] = *b"cs-rmrk1";
const STATE: usize = 72;
const BLOCK: usize = 4096;
const COPIES: u64 = 2;

/// What must be known after a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Rises with every write, so that the newer of two copies is known.
    pub(super) generation: u64,
    /// The boot in which all of the journal was written.
    pub(super) boot: BootId,
    /// No second above it was ever admitted.
    pub(super) mark: i64,
    /// The second for which the mark was last raised.
    pub(super) raised_for: i64,
    /// No second below it is admitted again; the journal is complete from here on.
    pub(super) floor: i64,
    /// Up to here it isn't known what was admitted, so nothing is.
    pub(super) boundary: i64,
}

pub(super) struct Mark {
    /// The mark as it is on disk, to be read without a lock.
    covered: AtomicI64,
    step: i64,
    file: Mutex<MarkFile>,
}

/// What was found in a folder.
#[derive(Debug)]
pub(super) enum Found {
    Whole(State),
    Missing,
    Damaged,
}

struct MarkFile {
    file: File,
    state: State,
    /// The copy that is written first: one whose last write failed, so that the other stays whole.
    first: u64,
}

impl State {
    /// Nothing was ever admitted.
    pub(super) const FRESH: Self = Self {
        generation: 0,
        boot: BootId([0; 16]),
        mark: i64::MIN,
        raised_for: i64::MIN,
        floor: i64::MIN,
        boundary: i64::MIN,
    };

    fn encode(&self, key: &ReplayKey) -> [u8; BLOCK] {
        let mut bytes = [0; BLOCK];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.boot.0);
        let seconds = [self.mark, self.raised_for, self.floor, self.boundary];
        for (place, second) in bytes[32..64].as_chunks_mut::<8>().0.iter_mut().zip(seconds) {
            *place = second.to_le_bytes();
        }
        let check = key.hash(Purpose::Mark, &[&bytes[..STATE - 8]]);
        bytes[STATE - 8..STATE].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    fn decode(key: &ReplayKey, bytes: &[u8; BLOCK]) -> Option<Self> {
        let (generation, rest) = bytes[8..].split_first_chunk()?;
        let (boot, rest) = rest.split_first_chunk()?;
        let [mark, raised_for, floor, boundary] =
            rest.as_chunks().0.first_chunk().map(|seconds| seconds.map(i64::from_le_bytes))?;
        let generation = u64::from_le_bytes(*generation);
        let state = Self { generation, boot: BootId(*boot), mark, raised_for, floor, boundary };
        (state.encode(key) == *bytes).then_some(state)
    }
}

impl Mark {
    pub(super) fn read(dir: &Path, key: &ReplayKey) -> io::Result<Found> {
        let file = match File::open(dir.join(FILE)) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
            file => file?,
        };
        let copies = (0..COPIES).filter_map(|copy| {
            let mut bytes = [0; BLOCK];
            file.read_exact_at(&mut bytes, copy * BLOCK as u64).ok()?;
            State::decode(key, &bytes)
        });
        Ok(copies.max_by_key(|state| state.generation).map_or(Found::Damaged, Found::Whole))
    }

    pub(super) fn is_in(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Puts the state on disk, in place of whatever is there.
    pub(super) fn begin(dir: &Path, key: &ReplayKey, state: State, step: u32) -> io::Result<Self> {
        let path = dir.join(FILE);
        let file = owner_only().write(true).create(true).truncate(false).open(path)?;
        let mut file = MarkFile { file, state, first: 0 };
        file.write(key, state)?;
        file.file.sync_all()?;
        sync_dir(dir)?;
        let covered = AtomicI64::new(state.mark);
        Ok(Self { covered, step: i64::from(step), file: Mutex::new(file) })
    }

    /// When it returns, the second can't be forgotten by a power cut.
    pub(super) fn reserve(&self, key: &ReplayKey, second: i64) -> io::Result<()> {
        if second <= self.covered.load(Acquire) {
            return Ok(());
        }
        let mut file = self.lock();
        if second <= file.state.mark {
            return Ok(());
        }
        let mark = second.saturating_add(self.step);
        let state = State { mark, raised_for: second, ..file.state };
        file.write(key, state)?;
        self.covered.store(mark, Release);
        Ok(())
    }

    /// Before any journal file below the floor is unlinked.
    pub(super) fn record_floor(&self, key: &ReplayKey, floor: i64) -> io::Result<()> {
        let mut file = self.lock();
        let state = State { floor: file.state.floor.max(floor), ..file.state };
        file.write(key, state)
    }

    /// Writes what is there once more.
    pub(super) fn rewrite(&self, key: &ReplayKey) -> io::Result<()> {
        let mut file = self.lock();
        let state = file.state;
        file.write(key, state)
    }

    /// The mark as it is on disk.
    pub(super) fn covered(&self) -> i64 {
        self.covered.load(Acquire)
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        self.lock().file.sync_all()
    }

    fn lock(&self) -> MutexGuard<'_, MarkFile> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MarkFile {
    fn write(&mut self, key: &ReplayKey, state: State) -> io::Result<()> {
        let state = State { generation: self.state.generation + 1, ..state };
        let bytes = state.encode(key);
        for copy in [self.first, COPIES - 1 - self.first] {
            let written = self.file.write_all_at(&bytes, copy * BLOCK as u64);
            if let Err(fault) = written.and_then(|()| self.file.sync_data()) {
                self.first = copy;
                return Err(fault);
            }
        }
        self.state = state;
        Ok(())
    }
}

/// Removes the mark: what was admitted is then unknown.
pub(super) fn forget(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(FILE)) {
        Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault),
        _ => sync_dir(dir),
    }
}
