//! Sets of seconds that are over, for seconds that begin: in the middle of its work the guard asks
//! the allocator for nothing.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;

use super::fingerprint::SHARDS;

/// Those of two seconds: one may end a moment before the next begins.
const MOST: usize = 2 * SHARDS;

/// Empty sets with room in them.
pub(super) struct Spares(Mutex<Vec<HashTable<u64>>>);

impl Spares {
    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::with_capacity(MOST)))
    }

    /// One that is empty, with room where there is one to spare.
    pub(super) fn take(&self) -> HashTable<u64> {
        self.lock().pop().unwrap_or_default()
    }

    /// Empties `set` and keeps it, unless most of its room was not used: else a busy hour would be
    /// held for ever after.
    pub(super) fn keep(&self, mut set: HashTable<u64>) {
        if set.is_empty() || set.len() < set.capacity() / 4 {
            return;
        }
        set.clear();
        let mut spares = self.lock();
        if spares.len() < MOST {
            spares.push(set);
        }
    }

    /// Heap bytes of what is kept.
    pub(super) fn bytes(&self) -> usize {
        self.lock().iter().map(HashTable::allocation_size).sum()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<HashTable<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(uses: u64, room: usize) -> HashTable<u64> {
        let mut set = HashTable::with_capacity(room);
        (0..uses).for_each(|print| {
            set.insert_unique(print, print, |held| *held);
        });
        set
    }

    #[test]
    fn a_set_comes_back_empty_and_with_its_room() {
        let spares = Spares::new();
        spares.keep(set(700, 700));
        let spare = spares.take();
        assert!(spare.is_empty());
        assert!(spare.capacity() >= 700);
        assert_eq!(spares.take().capacity(), 0);
    }

    #[test]
    fn room_that_was_hardly_used_is_given_up() {
        let spares = Spares::new();
        spares.keep(set(10, 700));
        spares.keep(set(0, 700));
        assert_eq!(spares.bytes(), 0);
    }

    #[test]
    fn no_more_are_kept_than_two_seconds_have() {
        let spares = Spares::new();
        (0..3 * SHARDS).for_each(|_| spares.keep(set(7, 7)));
        assert_eq!(spares.bytes(), MOST * set(7, 7).allocation_size());
    }
}
