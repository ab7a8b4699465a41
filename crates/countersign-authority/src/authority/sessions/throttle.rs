//! How often somebody may guess: per user and per address, in bounded memory.
//!
//! An attempt counts as failed from its beginning, so that many at once are no way around; it is
//! forgiven when it turns out right. An unknown user is counted like a known one.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use countersign_model::{AccountNumber, Email, Timestamp};

use super::LogInFault;

/// The most users, and the most addresses, that are remembered.
const MOST: usize = 10_000;
/// Failures before a user has to wait.
const FREE_FOR_USER: u32 = 5;
/// Failures before an address has to wait: many people may share one.
const FREE_FOR_ADDRESS: u32 = 30;
/// The first wait; each failure doubles it.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait: somebody else's guesses must not lock a user out for good.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Failures are forgotten after so long without another.
const FORGOTTEN_AFTER_SECONDS: i64 = 60 * 60;

/// A user, as somebody typed it.
pub(in crate::authority) type User = (AccountNumber, Email);

/// What was tried of late.
#[derive(Default)]
pub(in crate::authority) struct Throttle {
    users: Mutex<Tried<User>>,
    addresses: Mutex<Tried<IpAddr>>,
}

/// An attempt that has begun, and counts as failed until it is forgiven.
pub(in crate::authority) struct Attempt<'a> {
    throttle: &'a Throttle,
    user: User,
    address: Option<IpAddr>,
}

impl Throttle {
    /// Begins an attempt.
    ///
    /// # Errors
    /// [`LogInFault::TooManyAttempts`], with the time from which on it may be tried again.
    pub(in crate::authority) fn begin(
        &self,
        user: User,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt<'_>, LogInFault> {
        let address = address.map(network);
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = address.map(|it| addresses.waits_until(&it, FREE_FOR_ADDRESS));
        let until = users.waits_until(&user, FREE_FOR_USER).max(of_address.flatten());
        if let Some(until) = until.filter(|until| now < *until) {
            let seconds = until.seconds().saturating_sub(now.seconds());
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX).max(1);
            return Err(LogInFault::TooManyAttempts { until, seconds });
        }
        users.fail(user.clone(), now);
        if let Some(address) = address {
            addresses.fail(address, now);
        }
        Ok(Attempt { throttle: self, user, address })
    }
}

impl Attempt<'_> {
    /// It was right: what the user has failed before is forgotten.
    pub(in crate::authority) fn succeeded(self) {
        let mut users = self.throttle.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.0.remove(&self.user);
        drop(users);
        self.forgive_address();
    }

    /// It was no guess, and proved nothing either.
    pub(in crate::authority) fn forgiven(self) {
        let mut users = self.throttle.users.lock().unwrap_or_else(PoisonError::into_inner);
        users.forgive(&self.user);
        drop(users);
        self.forgive_address();
    }

    fn forgive_address(&self) {
        if let Some(address) = &self.address {
            let addresses = self.throttle.addresses.lock();
            addresses.unwrap_or_else(PoisonError::into_inner).forgive(address);
        }
    }
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Timestamp,
}

struct Tried<K>(HashMap<K, Failures>);

impl<K> Default for Tried<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash + Clone> Tried<K> {
    fn waits_until(&self, key: &K, free: u32) -> Option<Timestamp> {
        let Failures { count, last } = *self.0.get(key)?;
        let doubled = count.checked_sub(free)?.min(16);
        let wait = (FIRST_WAIT_SECONDS << doubled).min(LONGEST_WAIT_SECONDS);
        Some(last.plus_seconds(wait))
    }

    fn fail(&mut self, key: K, now: Timestamp) {
        if !self.0.contains_key(&key) && self.0.len() >= MOST {
            self.make_room(now);
        }
        let failures = self.0.entry(key).or_insert(Failures { count: 0, last: now });
        if now >= failures.last.plus_seconds(FORGOTTEN_AFTER_SECONDS) {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
    }

    fn forgive(&mut self, key: &K) {
        if let Some(failures) = self.0.get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
        }
    }

    /// Those go first that have least to say: forgotten, forgiven, then the oldest.
    fn make_room(&mut self, now: Timestamp) {
        self.0.retain(|_, it| it.count > 0 && now < it.last.plus_seconds(FORGOTTEN_AFTER_SECONDS));
        if self.0.len() >= MOST {
            let oldest = self.0.iter().min_by_key(|(_, it)| it.last).map(|(key, _)| key.clone());
            oldest.map(|key| self.0.remove(&key));
        }
    }
}

/// An address as far as one person can't choose it: of IPv6, the first 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(prefix.into())
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(number: usize) -> User {
        (AccountNumber(1), Email::parse(&format!("u{number}@example.com")).unwrap())
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    /// The fault that says until when, in two ways.
    fn until(now: i64, until: i64) -> Option<LogInFault> {
        let seconds = u32::try_from(until - now).unwrap();
        Some(LogInFault::TooManyAttempts { until: at(until), seconds })
    }

    #[test]
    fn a_user_waits_longer_with_each_failure_and_never_longer_than_a_quarter_of_an_hour() {
        let throttle = Throttle::default();
        let fails = |now| throttle.begin(user(1), None, at(now)).err();
        for _ in 0..5 {
            assert_eq!(fails(0), None);
        }
        assert_eq!(fails(29), until(29, 30));
        assert_eq!(fails(30), None);
        assert_eq!(fails(89), until(89, 90));
        assert_eq!(throttle.begin(user(2), None, at(89)).err(), None, "another user");
        let mut now = 90;
        for _ in 0..20 {
            assert_eq!(fails(now), None);
            now += LONGEST_WAIT_SECONDS;
        }
        assert_eq!(fails(now - 1), until(now - 1, now));
        throttle.begin(user(1), None, at(now)).unwrap().succeeded();
        for _ in 0..5 {
            assert_eq!(fails(now), None);
        }
    }

    #[test]
    fn failures_are_forgotten_after_an_hour() {
        let throttle = Throttle::default();
        for now in [0, 0, 0, 0, 3600, 3600, 3600, 3600] {
            assert_eq!(throttle.begin(user(1), None, at(now)).err(), None);
        }
    }

    #[test]
    fn an_address_waits_whomever_it_tries() {
        let throttle = Throttle::default();
        let from = |n: usize, address: &str| {
            throttle.begin(user(n), Some(address.parse().unwrap()), at(0)).err()
        };
        for n in 0..30 {
            assert_eq!(from(n, &format!("2001:db8::{n:x}")), None);
        }
        assert_eq!(from(30, "2001:db8::ffff"), until(0, 30));
        assert_eq!(from(31, "2001:db8:0:1::1"), None, "another network");
        for n in 40..70 {
            throttle.begin(user(n), Some("192.0.2.1".parse().unwrap()), at(0)).unwrap().forgiven();
        }
        assert_eq!(from(70, "::ffff:192.0.2.1"), None);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            throttle.begin(user(0), None, at(0)).unwrap();
        }
        for n in 1..=MOST {
            throttle.begin(user(n), None, at(1)).unwrap();
        }
        assert_eq!(throttle.users.lock().unwrap().0.len(), MOST);
        assert_eq!(throttle.begin(user(0), None, at(2)).err(), None, "it was the oldest");
    }
}
