//! Hashes of keys that we gave out ourselves.
//!
//! Nobody else has a key inserted, so nobody can choose many that share a place; looking up a
//! foreign one is harmless. That leaves no need for a hash with a secret, which costs a verdict
//! more than what it is for.

use std::hash::{BuildHasherDefault, Hasher};

/// The hasher of keys that are random already.
pub(super) type AlreadyRandom = BuildHasherDefault<FirstHalf>;

/// The hasher of numbers from our series, and of short names.
pub(super) type OfOurs = BuildHasherDefault<Folded>;

#[derive(Default)]
pub(super) struct FirstHalf(u64);

impl Hasher for FirstHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only `u128` keys are used; this keeps the hasher total.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = key as u64;
    }
}

/// One multiplication a number, both halves of the product folded: the maps take a place from the
/// low bits and a tag from the high ones.
#[derive(Default)]
pub(super) struct Folded(u64);

/// 2^64 over the golden ratio, odd.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Folded {
    fn fold(&mut self, value: u64) {
        // So that zeros count, too.
        let product =
            u128::from(self.0 ^ value ^ MULTIPLIER.rotate_left(32)) * u128::from(MULTIPLIER);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Hasher for Folded {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.fold(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.fold(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.fold(value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::{BuildHasher, Hash};

    use super::*;

    /// How many of these fall into a place of `places` that another has, and how many tags of 128
    /// there are.
    fn shared(keys: impl Iterator<Item = impl Hash>, places: u64) -> (usize, usize) {
        let (mut taken, mut tags) = (HashSet::new(), HashSet::new());
        let hashes = keys.map(|key| OfOurs::default().hash_one(key));
        let shared = hashes.filter(|hash| {
            tags.insert(hash >> 57);
            !taken.insert(hash % places)
        });
        (shared.count(), tags.len())
    }

    #[test]
    fn numbers_of_a_series_spread_over_places_and_tags() {
        // Of so many random ones, 9,180 of 65,536 would share one in 262,144: 7,226 to be exact.
        let (shared_places, tags) = shared((0..65_536_u32).map(|number| (1_u32, number)), 262_144);
        assert!(shared_places < 9_000, "{shared_places}");
        assert_eq!(tags, 128);
        let logins = (0..10_000_u32).map(|entity| (1_u32, entity, 1000 + entity % 200));
        let (shared_places, tags) = shared(logins, 32_768);
        assert!(shared_places < 2_000, "{shared_places}");
        assert_eq!(tags, 128);
    }

    #[test]
    fn the_order_of_numbers_counts() {
        let of = |key: (u32, u32)| OfOurs::default().hash_one(key);
        assert_ne!(of((1, 2)), of((2, 1)));
        assert_ne!(of((0, 0)), of((0, 1)));
    }
}
