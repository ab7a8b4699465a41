//! Requests at a time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};

use countersign_model::{AccountNumber, InstallationId};

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Integration(AccountNumber, InstallationId),
    Account(AccountNumber),
}

const SHARDS: usize = 64;

/// Counts, each only while it is not zero.
#[derive(Default)]
pub(super) struct Concurrency(Arc<Counts>);

struct Counts {
    shards: Vec<Mutex<HashMap<Owner, u32>>>,
    hasher: RandomState,
}

/// Places that are taken until this is dropped.
pub(crate) struct InFlight {
    owners: Vec<Owner>,
    counts: Arc<Counts>,
}

impl Concurrency {
    /// Takes a place for each owner that has a limit, or none.
    ///
    /// # Errors
    /// The first owner whose places are all taken.
    pub(super) fn enter<const N: usize>(
        &self,
        places: [(Owner, Option<u32>); N],
    ) -> Result<Option<InFlight>, Owner> {
        // What was taken is given back when this is dropped.
        let mut taken = InFlight { owners: Vec::new(), counts: Arc::clone(&self.0) };
        for (owner, limit) in places {
            let Some(limit) = limit else { continue };
            if !self.0.take(owner, limit) {
                return Err(owner);
            }
            taken.owners.push(owner);
        }
        Ok(Some(taken).filter(|taken| !taken.owners.is_empty()))
    }
}

impl Default for Counts {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { shards, hasher: RandomState::new() }
    }
}

impl Counts {
    fn take(&self, owner: Owner, limit: u32) -> bool {
        self.change(owner, |count| {
            if *count < limit {
                *count += 1;
                true
            } else {
                false
            }
        })
    }

    fn give_back(&self, owner: Owner) {
        self.change(owner, |count| {
            *count = count.saturating_sub(1);
            true
        });
    }

    fn change(&self, owner: Owner, change: impl FnOnce(&mut u32) -> bool) -> bool {
        let at = self.hasher.hash_one(owner) as usize % SHARDS;
        let Some(shard) = self.shards.get(at) else { return true };
        let mut shard = shard.lock().unwrap_or_else(|held| held.into_inner());
        let count = shard.entry(owner).or_default();
        let done = change(count);
        if *count == 0 {
            shard.remove(&owner);
        }
        done
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        for owner in &self.owners {
            self.counts.give_back(*owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: Owner = Owner::Account(AccountNumber(1));

    fn integration(number: u32) -> Owner {
        Owner::Integration(AccountNumber(1), InstallationId(number))
    }

    #[test]
    fn a_place_is_free_again_when_its_request_ends() {
        let concurrency = Concurrency::default();
        let enter = |number, of_integration, of_account| {
            concurrency.enter([(integration(number), of_integration), (ACCOUNT, of_account)])
        };
        let first = enter(1, Some(1), Some(2)).unwrap();
        assert_eq!(enter(1, Some(1), Some(2)).err(), Some(integration(1)));
        let second = enter(2, Some(1), Some(2)).unwrap();
        assert_eq!(enter(3, Some(1), Some(2)).err(), Some(ACCOUNT));
        drop(second);
        assert!(enter(3, Some(1), Some(2)).is_ok(), "what was refused holds no place");
        drop(first);
        assert!(enter(4, None, None).unwrap().is_none(), "without limits nothing is counted");
        let left: usize =
            concurrency.0.shards.iter().map(|shard| shard.lock().unwrap().len()).sum();
        assert_eq!(left, 0);
    }
}
