//! A part of the whole for each: what one address or one token may have at a time of what there is
//! for all.

use std::hash::Hash;
use std::net::IpAddr;

use countersign_model::{AccountNumber, TokenNumber};
use countersign_verify::Principal;

use super::counts::{Counts, Place};
use super::subscriber;

/// Of what there is for all, one may have one of so many parts, where no number is set.
const PARTS: usize = 8;

/// What each has, and may.
pub(crate) struct Shares<K> {
    counts: Counts<K>,
    each: u32,
}

/// Who has connections, or WebSockets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Holder {
    /// An address; of IPv6 its /64.
    Source(IpAddr),
    /// A token, whatever address it is used from.
    Token(AccountNumber, TokenNumber),
}

/// A part of a share that is taken until this is dropped.
pub(crate) type Held = Place<Holder>;

impl Holder {
    pub(crate) fn source(address: IpAddr) -> Self {
        Self::Source(subscriber(address))
    }

    pub(crate) fn token(principal: &Principal) -> Self {
        Self::Token(principal.account, principal.token)
    }
}

impl<K: Eq + Hash + Clone> Shares<K> {
    /// `set` for each; else an eighth of `all`, at least one.
    pub(crate) fn new(all: usize, set: Option<usize>) -> Self {
        let each = set.unwrap_or(all / PARTS).max(1);
        let each = u32::try_from(each).unwrap_or(u32::MAX);
        Self { counts: Counts::default(), each }
    }

    /// One more for `whose`, unless that one has all of its share.
    pub(crate) fn take(&self, whose: K) -> Option<Place<K>> {
        self.counts.take(whose, self.each)
    }

    /// How many one may have.
    pub(crate) fn each(&self) -> u32 {
        self.each
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(address: &str) -> Holder {
        Holder::source(address.parse().unwrap())
    }

    #[test]
    fn each_has_its_part_and_a_network_of_ipv6_is_one() {
        let shares = Shares::new(16, None);
        assert_eq!(shares.each(), 2);
        let mut held = vec![shares.take(holder("192.0.2.1")), shares.take(holder("192.0.2.1"))];
        held.push(shares.take(holder("2001:db8::1")));
        held.push(shares.take(holder("2001:db8::ffff:2")));
        assert!(held.iter().all(Option::is_some));
        for full in ["192.0.2.1", "2001:db8::3"] {
            assert!(shares.take(holder(full)).is_none(), "{full}");
        }
        for other in ["192.0.2.2", "2001:db8:0:1::1"] {
            assert!(shares.take(holder(other)).is_some(), "{other}");
        }
        held.remove(0);
        assert!(shares.take(holder("192.0.2.1")).is_some());
        held.clear();
        assert_eq!(shares.counts.counted(), 0);
    }

    #[test]
    fn nobodys_share_is_nothing() {
        assert_eq!(Shares::<Holder>::new(1, None).each(), 1);
        assert_eq!(Shares::<Holder>::new(10_000, Some(3)).each(), 3);
    }
}
