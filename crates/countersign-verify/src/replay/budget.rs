//! How many uses are held: of all, and of one holder.
//! Belongs here: the two limits and the counting. Does not: what is held (see `seconds`).

use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use super::NotRemembered;
use super::fingerprint::{Fingerprint, HOLDER_SLOTS};

/// One holder may have this part of the capacity.
const HOLDERS_AT_LEAST: usize = 16;

pub(super) struct Budget {
    capacity: usize,
    share: u32,
    held: AtomicUsize,
    held_by: Box<[AtomicU32]>,
}

impl Budget {
    pub(super) fn new(capacity: usize) -> Self {
        let share = (capacity / HOLDERS_AT_LEAST).max(1);
        Self {
            capacity,
            share: u32::try_from(share).unwrap_or(u32::MAX / 2),
            held: AtomicUsize::new(0),
            held_by: (0..HOLDER_SLOTS).map(|_| AtomicU32::new(0)).collect(),
        }
    }

    /// Counts one use, or says which limit is reached and counts nothing.
    pub(super) fn take(&self, print: Fingerprint) -> Result<(), NotRemembered> {
        let holder = &self.held_by[print.holder_slot()];
        if holder.fetch_add(1, Relaxed) >= self.share {
            holder.fetch_sub(1, Relaxed);
            return Err(NotRemembered::HolderOverShare);
        }
        if self.held.fetch_add(1, Relaxed) >= self.capacity {
            self.give_back(print);
            return Err(NotRemembered::Full);
        }
        Ok(())
    }

    /// Counts a use that was admitted by an earlier process, whatever the limits are now.
    pub(super) fn take_known(&self, print: Fingerprint) {
        self.held_by[print.holder_slot()].fetch_add(1, Relaxed);
        self.held.fetch_add(1, Relaxed);
    }

    pub(super) fn give_back(&self, print: Fingerprint) {
        self.held_by[print.holder_slot()].fetch_sub(1, Relaxed);
        self.held.fetch_sub(1, Relaxed);
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Relaxed)
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.held_by)
    }
}
