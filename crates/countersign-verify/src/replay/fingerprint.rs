//! What is remembered of a use: 64 keyed bits.
//!
//! ```text
//!  63     52 51    48 47     44 43            24 23              0
//! | use     | writer | shard   | holder slot    | use             |
//! ```
//! hashbrown takes its tag from the top 7 bits and the place from the low ones: both are bits of
//! the use, and none of them is fixed within a shard. The slot lies in the entry so that a dropped
//! second can be counted back without further memory. Writer and shard bits belong to the use, too.

use super::Use;
use super::key::{Purpose, ReplayKey};

pub(super) const HOLDER_SLOTS: usize = 1 << SLOT_BITS;
pub(super) const SHARDS: usize = 1 << SHARD_BITS;
/// More writers than this can't be told apart.
pub(super) const MOST_WRITERS: usize = 1 << WRITER_BITS;

const SLOT_SHIFT: u32 = 24;
const SLOT_BITS: u32 = 20;
const SLOT_MASK: u64 = ((1 << SLOT_BITS) - 1) << SLOT_SHIFT;
const SHARD_SHIFT: u32 = 44;
const SHARD_BITS: u32 = 4;
const WRITER_SHIFT: u32 = 48;
const WRITER_BITS: u32 = 4;

/// Stands for one use of a nonce. Tells nothing about it to whoever has not the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub(super) u64);

impl Fingerprint {
    /// From its bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits: as good as random, but for those of the holder (24 to 43).
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    pub(super) fn holder_slot(self) -> usize {
        self.bits(SLOT_SHIFT, SLOT_BITS)
    }

    pub(super) fn shard(self) -> usize {
        self.bits(SHARD_SHIFT, SHARD_BITS)
    }

    /// One of `writers`, which are at most `MOST_WRITERS`.
    pub(super) fn writer(self, writers: usize) -> usize {
        (self.bits(WRITER_SHIFT, WRITER_BITS) * writers) >> WRITER_BITS
    }

    fn bits(self, shift: u32, bits: u32) -> usize {
        ((self.0 >> shift) as usize) & ((1 << bits) - 1)
    }
}

impl ReplayKey {
    pub(super) fn fingerprint(&self, used: &Use<'_>) -> Fingerprint {
        let slot = self.hash(Purpose::Holder, &[used.holder]);
        let second = used.second.to_le_bytes();
        let print = self.hash(Purpose::Use, &[&second, used.holder, used.nonce]);
        Fingerprint((print & !SLOT_MASK) | ((slot << SLOT_SHIFT) & SLOT_MASK))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLDER: [u8; 32] = [7; 32];

    fn print(holder: &[u8; 32], second: i64, nonce: &[u8]) -> Fingerprint {
        ReplayKey::new([1; 16]).fingerprint(&Use { holder, second, nonce, by: None })
    }

    #[test]
    fn every_part_of_a_use_counts_as_the_bytes_it_is() {
        let one = print(&HOLDER, 100, b"abc123");
        assert_eq!(print(&HOLDER, 100, b"abc123"), one);
        assert_ne!(print(&HOLDER, 100, b"ABC123"), one);
        assert_ne!(print(&HOLDER, 100, b"%61bc123"), one);
        assert_ne!(print(&HOLDER, 100, b"abc123\0"), one);
        assert_ne!(print(&HOLDER, 101, b"abc123"), one);
        assert_ne!(print(&[8; 32], 100, b"abc123"), one);
        assert_ne!(
            ReplayKey::new([2; 16]).fingerprint(&Use {
                holder: &HOLDER,
                second: 100,
                nonce: b"abc123",
                by: None,
            }),
            one
        );
    }

    #[test]
    fn the_slot_depends_on_the_holder_only() {
        let slot = print(&HOLDER, 100, b"a").holder_slot();
        assert_eq!(print(&HOLDER, 999, b"another").holder_slot(), slot);
        assert_ne!(print(&[8; 32], 100, b"a").holder_slot(), slot);
    }

    #[test]
    fn uses_spread_over_all_shards_and_writers() {
        let mut shards = [0; SHARDS];
        let mut writers = [0; 3];
        for n in 0..16_000_u32 {
            let print = print(&HOLDER, 100, &n.to_le_bytes());
            shards[print.shard()] += 1;
            writers[print.writer(3)] += 1;
        }
        assert!(shards.iter().all(|n| (850..1150).contains(n)), "{shards:?}");
        assert!(writers.iter().all(|n| (4500..6500).contains(n)), "{writers:?}");
    }
}
