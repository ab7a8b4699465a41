//! Where the newest admissions came from, by what stands for their nonce.
//!
//! A table of a fixed size: the newest replaces the oldest. Held under the lock that an admission
//! takes anyway, so every step is a few places of memory, and nothing is ever asked of the
//! allocator.

use std::net::IpAddr;

use countersign_model::Timestamp;
use countersign_verify::FirstUse;
use countersign_verify::replay::Fingerprint;

/// Admissions that are known: those of a minute at 1,000 a second. 3 MiB, touched as they come.
pub(super) const KEPT: usize = 65_536;

/// No place.
const NONE: u32 = u32::MAX;

pub(super) struct Recent {
    /// By the low bits of the fingerprint: the place of the newest use that has these.
    newest: Box<[u32]>,
    uses: Vec<Seen>,
    /// The place of the oldest, once all are taken.
    oldest: usize,
}

struct Seen {
    fingerprint: Fingerprint,
    at: Timestamp,
    source: IpAddr,
    /// The place of the next older one with the same low bits.
    older: u32,
}

impl Default for Recent {
    fn default() -> Self {
        Self { newest: vec![NONE; KEPT].into(), uses: Vec::with_capacity(KEPT), oldest: 0 }
    }
}

impl Recent {
    /// Takes note of a use.
    pub(super) fn add(&mut self, fingerprint: Fingerprint, at: Timestamp, source: IpAddr) {
        let is_full = self.uses.len() == KEPT;
        let place = if is_full { self.oldest } else { self.uses.len() };
        if is_full {
            self.unlink(place);
            self.oldest = (place + 1) % KEPT;
        }
        // A place is less than `KEPT`.
        let newest = &mut self.newest[chain(fingerprint)];
        let seen = Seen { fingerprint, at, source, older: *newest };
        *newest = place as u32;
        if is_full {
            self.uses[place] = seen;
        } else {
            self.uses.push(seen);
        }
    }

    /// The use that left `fingerprint`.
    pub(super) fn find(&self, fingerprint: Fingerprint) -> Option<FirstUse> {
        let mut place = self.newest[chain(fingerprint)];
        while let Some(seen) = self.uses.get(place as usize) {
            if seen.fingerprint == fingerprint {
                return Some(FirstUse { at: seen.at, source: seen.source });
            }
            place = seen.older;
        }
        None
    }

    /// Takes the oldest out of its chain, where it is the last.
    fn unlink(&mut self, place: usize) {
        let first = &mut self.newest[chain(self.uses[place].fingerprint)];
        let mut next = *first;
        if next as usize == place {
            *first = NONE;
            return;
        }
        while let Some(seen) = self.uses.get_mut(next as usize) {
            next = seen.older;
            if next as usize == place {
                seen.older = NONE;
            }
        }
    }
}

/// The low bits are as good as random.
fn chain(fingerprint: Fingerprint) -> usize {
    fingerprint.to_bits() as usize % KEPT
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn add(recent: &mut Recent, bits: u64, second: i64) {
        let at = Timestamp::from_seconds(second);
        recent.add(Fingerprint::from_bits(bits), at, Ipv4Addr::LOCALHOST.into());
    }

    fn second(recent: &Recent, bits: u64) -> Option<i64> {
        recent.find(Fingerprint::from_bits(bits)).map(|first| first.at.seconds())
    }

    #[test]
    fn a_use_is_found_by_all_of_its_fingerprint() {
        let mut recent = Recent::default();
        let alike = [7, 7 + (1 << 16), 7 + (1 << 63)];
        for (at, bits) in (100..).zip(alike) {
            add(&mut recent, bits, at);
        }
        assert_eq!(alike.map(|bits| second(&recent, bits)), [Some(100), Some(101), Some(102)]);
        assert_eq!(second(&recent, 7 + (1 << 17)), None);
        assert_eq!(second(&recent, 8), None);
    }

    #[test]
    fn a_flood_displaces_the_oldest_and_takes_no_more_memory() {
        // All in 16 chains, which is the worst that chance could do.
        let bits = |n: u64| (n << 16) + n % 16;
        let mut recent = Recent::default();
        let many = KEPT as u64 + 1_000;
        let held = recent.uses.capacity();
        (0..many).for_each(|n| add(&mut recent, bits(n), n as i64));
        assert_eq!((recent.uses.len(), recent.uses.capacity()), (KEPT, held));
        for n in [0, 1, 999] {
            assert_eq!(second(&recent, bits(n)), None, "{n}");
        }
        for n in [1_000, 1_001, 30_000, many - 1] {
            assert_eq!(second(&recent, bits(n)), Some(n as i64), "{n}");
        }
        let linked: usize = recent.newest.iter().map(|place| length(&recent, *place)).sum();
        assert_eq!(linked, KEPT);
    }

    fn length(recent: &Recent, first: u32) -> usize {
        std::iter::successors(recent.uses.get(first as usize), |seen| {
            recent.uses.get(seen.older as usize)
        })
        .count()
    }
}
