//! Assertions that are given out again: one for each principal and audience, for a while.
//!
//! What was made is used only while everything in it still holds: a role that changed or a key that
//! took over needs a new one at once. Bounded in number and swept as it is used.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_model::{AssertionKeyNumber, Grants, Timestamp};
use countersign_verify::Principal;

/// How long an assertion is given out, in seconds: the rest of its life is the time that a request
/// may be on its way.
const REUSED_SECONDS: i64 = 30;

const SHARDS: usize = 16;
/// With all shards 16,384 assertions of less than a kilobyte.
const MOST_IN_SHARD: usize = 1024;

#[derive(Default)]
pub(super) struct Cache {
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

/// What an assertion is made from.
pub(super) struct Asked<'a> {
    pub(super) principal: &'a Principal,
    pub(super) audience: &'a str,
    pub(super) permissions: Option<Arc<Grants>>,
    pub(super) key: AssertionKeyNumber,
    pub(super) now: Timestamp,
}

struct Kept {
    principal: Principal,
    audience: Box<str>,
    // Held, so that nothing else can be where it lies: the same address means unchanged.
    permissions: Option<Arc<Grants>>,
    key: AssertionKeyNumber,
    made: Timestamp,
    text: Arc<str>,
}

impl Kept {
    fn is_fresh(&self, now: Timestamp) -> bool {
        // The clock may have been set back.
        self.made <= now && now < self.made.plus_seconds(REUSED_SECONDS)
    }

    fn answers(&self, asked: &Asked<'_>) -> bool {
        let address = |permissions: &Option<Arc<Grants>>| permissions.as_ref().map(Arc::as_ptr);
        self.is_fresh(asked.now)
            && self.key == asked.key
            && address(&self.permissions) == address(&asked.permissions)
            && self.principal == *asked.principal
            && *self.audience == *asked.audience
    }
}

struct Shard {
    // Under a keyed hash of principal and audience; of two with the same one the later is kept.
    kept: HashMap<u64, Kept>,
    swept: Timestamp,
}

impl Default for Shard {
    fn default() -> Self {
        Self { kept: HashMap::new(), swept: Timestamp::from_millis(0) }
    }
}

impl Shard {
    fn make_room(&mut self, now: Timestamp) {
        let due = now < self.swept || now >= self.swept.plus_seconds(REUSED_SECONDS);
        if due || self.kept.len() >= MOST_IN_SHARD {
            self.kept.retain(|_, kept| kept.is_fresh(now));
            self.swept = now;
        }
        // All in use: any may go, and is made again when it is asked for.
        if self.kept.len() >= MOST_IN_SHARD {
            let any = self.kept.keys().next().copied();
            any.map(|any| self.kept.remove(&any));
        }
    }
}

impl Cache {
    pub(super) fn find(&self, asked: &Asked<'_>) -> Option<Arc<str>> {
        let place = self.place(asked);
        let shard = self.shard(place).lock().unwrap_or_else(PoisonError::into_inner);
        let kept = shard.kept.get(&place)?;
        kept.answers(asked).then(|| Arc::clone(&kept.text))
    }

    pub(super) fn keep(&self, asked: Asked<'_>, text: Arc<str>) {
        let place = self.place(&asked);
        let Asked { principal, audience, permissions, key, now } = asked;
        let (principal, audience) = (principal.clone(), audience.into());
        let kept = Kept { principal, audience, permissions, key, made: now, text };
        let mut shard = self.shard(place).lock().unwrap_or_else(PoisonError::into_inner);
        shard.make_room(now);
        shard.kept.insert(place, kept);
    }

    fn place(&self, asked: &Asked<'_>) -> u64 {
        let Principal { account, token, .. } = *asked.principal;
        self.hasher.hash_one((account, token, asked.audience))
    }

    fn shard(&self, place: u64) -> &Mutex<Shard> {
        &self.shards[place as usize % SHARDS]
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap().kept.len()).sum()
    }

    #[cfg(test)]
    pub(super) const MOST: usize = SHARDS * MOST_IN_SHARD;
}
