//! How many places of the queue one token and one address may have at once. No I/O, no clock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_verify::RefusedAttempt;

use super::limiter::{Spender, spenders};

/// Places for one token, for one integration named without a token, and for one source. Of the 128
/// that there are, so that it takes 16 tokens and 16 addresses to fill the queue.
pub(super) const FOR_ONE: u32 = 8;

/// Who has places. Bounded by the queue: each place is that of a refusal in it.
#[derive(Clone, Default)]
pub(super) struct Places(Arc<Mutex<HashMap<Spender, u32>>>);

/// A place in the queue, which is left when this is dropped.
pub(super) struct Place {
    places: Places,
    holders: Vec<Spender>,
}

impl Places {
    /// A place, where neither token nor source has as many as it may.
    pub(super) fn take(&self, attempt: &RefusedAttempt) -> Option<Place> {
        let holders = spenders(attempt);
        let mut taken = self.lock();
        if holders.iter().any(|it| taken.get(it).is_some_and(|taken| *taken >= FOR_ONE)) {
            return None;
        }
        for holder in &holders {
            *taken.entry(*holder).or_default() += 1;
        }
        drop(taken);
        Some(Place { places: self.clone(), holders })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Spender, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        for holder in &self.holders {
            if let Some(count) = taken.get_mut(holder) {
                *count -= 1;
                if *count == 0 {
                    taken.remove(holder);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::attempt;
    use super::*;

    #[test]
    fn a_place_that_is_left_is_free_and_nothing_is_remembered_of_it() {
        let places = Places::default();
        let attempt = attempt([10, 0, 0, 1], Some(1));
        let held: Vec<Place> = (0..20).filter_map(|_| places.take(&attempt)).collect();
        assert_eq!(held.len(), FOR_ONE as usize);
        assert_eq!(places.lock().len(), 2);
        drop(held);
        assert!(places.lock().is_empty());
        assert!(places.take(&attempt).is_some());
    }
}
