//! How many of something each of many has now, and a place that is given back when it is dropped.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex};

const SHARDS: usize = 64;

/// Counts, each only while it is not zero. Clones are the same counts.
pub(super) struct Counts<K>(Arc<Shards<K>>);

struct Shards<K> {
    shards: Vec<Mutex<HashMap<K, u32>>>,
    hasher: RandomState,
}

/// One that is counted until this is dropped.
pub(crate) struct Place<K: Eq + Hash + Clone> {
    whose: K,
    counts: Counts<K>,
}

impl<K: Eq + Hash + Clone> Counts<K> {
    /// Counts one more of `whose`, where it has less than `limit`.
    pub(super) fn take(&self, whose: K, limit: u32) -> Option<Place<K>> {
        let is_taken = self.change(&whose, |count| {
            let has_room = *count < limit;
            *count += u32::from(has_room);
            has_room
        });
        is_taken.then(|| Place { whose, counts: self.clone() })
    }

    fn change<R: Default>(&self, whose: &K, change: impl FnOnce(&mut u32) -> R) -> R {
        let at = self.0.hasher.hash_one(whose) as usize % SHARDS;
        let Some(shard) = self.0.shards.get(at) else { return R::default() };
        let mut shard = shard.lock().unwrap_or_else(|held| held.into_inner());
        let count = shard.entry(whose.clone()).or_default();
        let done = change(count);
        if *count == 0 {
            shard.remove(whose);
        }
        done
    }

    #[cfg(test)]
    pub(super) fn counted(&self) -> usize {
        self.0.shards.iter().map(|shard| shard.lock().unwrap().len()).sum()
    }
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self(Arc::new(Shards { shards, hasher: RandomState::new() }))
    }
}

impl<K> Clone for Counts<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K: Eq + Hash + Clone> Drop for Place<K> {
    fn drop(&mut self) {
        self.counts.change(&self.whose, |count| *count = count.saturating_sub(1));
    }
}
