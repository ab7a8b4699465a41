//! The window in memory: a ring of seconds, each with sets of fingerprints.
//!
//! A second is dropped whole when it falls below the floor, by whoever raised the floor. Whoever
//! inserts reads the floor again under the shard's lock: the floor was raised before the dropping
//! took that lock, so nothing can be inserted into a second after it was dropped.

use std::cmp::Ordering::{Equal, Greater, Less};
use std::mem;
use std::sync::atomic::{AtomicI64, Ordering::AcqRel, Ordering::Acquire};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::budget::Budget;
use super::fingerprint::{Fingerprint, SHARDS};
use super::journal::{MINUTE, minute_of};
use super::spares::Spares;
use super::{LONGEST_WINDOW, NotRemembered, Settings};

pub(super) struct Seconds {
    shards: Box<[Shard]>,
    ring: i64,
    width: i64,
    window: i64,
    floor: AtomicI64,
    budget: Budget,
    spares: Spares,
}

/// A line of cache each: two threads in neighbouring shards don't wait for one another.
#[repr(align(64))]
struct Shard(Mutex<Prints>);

struct Prints {
    second: i64,
    set: HashTable<u64>,
}

/// The floor was raised by this call, and by no other.
pub(super) struct Rise {
    before: i64,
    pub(super) floor: i64,
}

impl Rise {
    pub(super) fn passes_minute(&self) -> bool {
        minute_of(self.before) != minute_of(self.floor)
    }
}

/// Admissible seconds, from the floor on, less one.
pub(super) fn width(settings: &Settings) -> i64 {
    2 * window(settings)
}

pub(super) fn window(settings: &Settings) -> i64 {
    i64::from(settings.window.clamp(1, LONGEST_WINDOW))
}

impl Seconds {
    pub(super) fn new(settings: &Settings, floor: i64) -> Self {
        let width = width(settings);
        // A minute more: after a start the floor is known from the journal to the minute only.
        let ring = (width + 1 + MINUTE).unsigned_abs().next_power_of_two();
        Self {
            shards: (0..ring as usize * SHARDS).map(|_| Shard::empty()).collect(),
            ring: ring.cast_signed(),
            width,
            window: window(settings),
            floor: AtomicI64::new(floor),
            budget: Budget::new(settings.capacity),
            spares: Spares::new(),
        }
    }

    pub(super) fn floor(&self) -> i64 {
        self.floor.load(Acquire)
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Raises the floor to the window's lower edge and drops what falls below.
    pub(super) fn raise_floor(&self, now: i64) -> Option<Rise> {
        let floor = now.saturating_sub(self.window);
        if self.floor() >= floor {
            return None;
        }
        let before = self.floor.fetch_max(floor, AcqRel);
        if before >= floor {
            return None;
        }
        for second in before.max(floor.saturating_sub(self.ring))..floor {
            for shard in 0..SHARDS {
                self.drop_below(floor, self.lock(second, shard));
            }
        }
        Some(Rise { before, floor })
    }

    pub(super) fn check_range(&self, second: i64) -> Result<(), NotRemembered> {
        let floor = self.floor();
        let ceiling = floor.saturating_add(self.width);
        match second {
            s if s < floor => Err(NotRemembered::BelowFloor { floor }),
            s if s > ceiling => Err(NotRemembered::AboveCeiling { ceiling }),
            _ => Ok(()),
        }
    }

    /// The second has passed `check_range`.
    pub(super) fn insert(&self, second: i64, print: Fingerprint) -> Result<(), NotRemembered> {
        let mut shard = self.lock(second, print.shard());
        let floor = self.floor();
        if second < floor || !self.turn_to(&mut shard, second) {
            return Err(NotRemembered::BelowFloor { floor });
        }
        match shard.entry(print) {
            Entry::Occupied(_) => Err(NotRemembered::Used(print)),
            Entry::Vacant(place) => {
                self.budget.take(print)?;
                place.insert(print.0);
                Ok(())
            }
        }
    }

    /// Takes over what an earlier process has admitted, from the floor on.
    pub(super) fn insert_known(&self, second: i64, print: Fingerprint) {
        let mut shard = self.lock(second, print.shard());
        if second >= self.floor()
            && self.turn_to(&mut shard, second)
            && let Entry::Vacant(place) = shard.entry(print)
        {
            self.budget.take_known(print);
            place.insert(print.0);
        }
    }

    pub(super) fn set_bytes(&self) -> usize {
        let sets = self.shards.iter().map(|shard| shard.lock().set.allocation_size());
        sets.sum::<usize>() + self.spares.bytes()
    }

    pub(super) fn fixed_bytes(&self) -> usize {
        size_of_val(&*self.shards) + self.budget.bytes()
    }

    /// Makes the shard one of this second. False: it already serves a later one of the ring.
    fn turn_to(&self, shard: &mut Prints, second: i64) -> bool {
        match shard.second.cmp(&second) {
            Equal => true,
            Greater => false,
            Less => {
                shard.second = second;
                self.give_back(mem::replace(&mut shard.set, self.spares.take()));
                true
            }
        }
    }

    fn drop_below(&self, floor: i64, mut shard: MutexGuard<'_, Prints>) {
        if shard.second < floor {
            let set = mem::take(&mut shard.set);
            drop(shard);
            self.give_back(set);
        }
    }

    fn give_back(&self, set: HashTable<u64>) {
        set.iter().for_each(|print| self.budget.give_back(Fingerprint(*print)));
        self.spares.keep(set);
    }

    fn lock(&self, second: i64, shard: usize) -> MutexGuard<'_, Prints> {
        // The ring is a power of two, so this is the remainder for negative seconds as well.
        let place = (second & (self.ring - 1)) as usize;
        self.shards[place * SHARDS + shard].lock()
    }
}

impl Shard {
    fn empty() -> Self {
        Self(Mutex::new(Prints { second: i64::MIN, set: HashTable::new() }))
    }

    fn lock(&self) -> MutexGuard<'_, Prints> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prints {
    fn entry(&mut self, print: Fingerprint) -> Entry<'_, u64> {
        self.set.entry(print.0, |held| *held == print.0, |held| *held)
    }
}
