//! The memory that forms may hold: in all, for one client address, and for one token.
//!
//! Ids are no secrets, so whoever knows some can send forms that never end. What one sender holds
//! is therefore bounded, and others go on. An address gets less than a token: who knows a token's
//! id can't keep its owner out from one place.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_model::{AccountNumber, TokenNumber};

/// Parts of the whole that one address and one token may hold. The longest form always fits.
const ADDRESS: usize = 8;
const TOKEN: usize = 4;

/// How much is held, and by whom.
pub(super) struct Budget {
    whole: usize,
    longest: usize,
    held: Mutex<HashMap<Holder, usize>>,
}

/// Who is charged for a form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Everybody,
    /// An IPv4 address, or the /64 network of an IPv6 address, which one host has for itself.
    Address(IpAddr),
    Token(AccountNumber, TokenNumber),
}

/// Something would hold more than it may.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoRoom;

impl Budget {
    /// Of `whole` bytes, for forms of up to `longest`.
    pub(super) fn new(whole: usize, longest: usize) -> Self {
        Self { whole, longest, held: Mutex::default() }
    }

    /// A share that holds nothing yet, and is charged to `address`.
    pub(super) fn share(self: &Arc<Self>, address: IpAddr) -> Share {
        let holders = vec![Holder::Everybody, Holder::address(address)];
        Share { budget: Arc::clone(self), holders, bytes: 0 }
    }

    /// What all hold together.
    pub(super) fn in_all(&self) -> usize {
        self.held().get(&Holder::Everybody).copied().unwrap_or_default()
    }

    fn limit(&self, holder: Holder) -> usize {
        let part = match holder {
            Holder::Everybody => return self.whole,
            Holder::Address(_) => self.whole / ADDRESS,
            Holder::Token(..) => self.whole / TOKEN,
        };
        part.max(self.longest)
    }

    fn take(&self, holders: &[Holder], bytes: usize) -> Result<(), NoRoom> {
        if bytes == 0 {
            return Ok(());
        }
        let mut held = self.held();
        for holder in holders {
            let already = held.get(holder).copied().unwrap_or_default();
            if bytes > self.limit(*holder).saturating_sub(already) {
                return Err(NoRoom);
            }
        }
        for holder in holders {
            *held.entry(*holder).or_default() += bytes;
        }
        Ok(())
    }

    fn give_back(&self, holders: &[Holder], bytes: usize) {
        let mut held = self.held();
        for holder in holders {
            if let Entry::Occupied(mut entry) = held.entry(*holder) {
                *entry.get_mut() -= bytes;
                if *entry.get() == 0 {
                    entry.remove();
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Holder, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Holder {
    fn address(source: IpAddr) -> Self {
        const NETWORK: u128 = u128::MAX << 64;
        Self::Address(match source {
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & NETWORK).into(),
            IpAddr::V4(_) => source,
        })
    }
}

/// Bytes that one form holds. They are given back when it is dropped.
pub(crate) struct Share {
    budget: Arc<Budget>,
    holders: Vec<Holder>,
    bytes: usize,
}

impl Share {
    /// Makes room for `bytes` in all.
    pub(super) fn hold(&mut self, bytes: usize) -> Result<(), NoRoom> {
        let more = bytes.saturating_sub(self.bytes);
        self.budget.take(&self.holders, more)?;
        self.bytes += more;
        Ok(())
    }

    /// Charges it to this token as well.
    pub(super) fn charge(
        &mut self,
        (account, number): (AccountNumber, TokenNumber),
    ) -> Result<(), NoRoom> {
        let token = Holder::Token(account, number);
        self.budget.take(&[token], self.bytes)?;
        self.holders.push(token);
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.give_back(&self.holders, self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN_1: (AccountNumber, TokenNumber) = (AccountNumber(1), TokenNumber(1));
    const TOKEN_2: (AccountNumber, TokenNumber) = (AccountNumber(1), TokenNumber(2));

    fn held(
        budget: &Arc<Budget>,
        address: &str,
        token: (AccountNumber, TokenNumber),
        bytes: usize,
    ) -> Result<Share, NoRoom> {
        let mut share = budget.share(address.parse().unwrap());
        share.hold(bytes)?;
        share.charge(token)?;
        Ok(share)
    }

    #[test]
    fn one_address_holds_an_eighth_and_one_token_a_quarter() {
        let budget = Arc::new(Budget::new(80, 5));
        let first = held(&budget, "192.0.2.1", TOKEN_1, 10).unwrap();
        assert!(held(&budget, "192.0.2.1", TOKEN_2, 1).is_err());
        // The owner of the token goes on from elsewhere.
        let second = held(&budget, "192.0.2.2", TOKEN_1, 10).unwrap();
        assert!(held(&budget, "192.0.2.3", TOKEN_1, 1).is_err());
        assert!(held(&budget, "192.0.2.3", TOKEN_2, 10).is_ok());
        drop((first, second));
        assert!(budget.held().is_empty());
    }

    #[test]
    fn all_together_hold_no_more_than_the_whole() {
        let budget = Arc::new(Budget::new(10, 10));
        let mut first = held(&budget, "192.0.2.1", TOKEN_1, 6).unwrap();
        assert!(held(&budget, "192.0.2.2", TOKEN_2, 5).is_err());
        assert_eq!(first.hold(11), Err(NoRoom));
        assert_eq!(first.hold(10), Ok(()));
        drop(first);
        assert!(held(&budget, "192.0.2.2", TOKEN_2, 10).is_ok());
    }

    #[test]
    fn a_form_that_grows_is_charged_to_its_token_as_well() {
        let budget = Arc::new(Budget::new(40, 1));
        let mut growing = held(&budget, "192.0.2.1", TOKEN_1, 0).unwrap();
        assert_eq!(growing.hold(5), Ok(()));
        let _second = held(&budget, "192.0.2.2", TOKEN_1, 5).unwrap();
        assert!(held(&budget, "192.0.2.3", TOKEN_1, 1).is_err());
    }

    #[test]
    fn the_addresses_of_one_ipv6_network_are_one() {
        let budget = Arc::new(Budget::new(80, 10));
        let _share = held(&budget, "2001:db8::1", TOKEN_1, 10).unwrap();
        assert!(held(&budget, "2001:db8::ffff:2", TOKEN_2, 1).is_err());
        assert!(held(&budget, "2001:db8:0:1::1", TOKEN_2, 10).is_ok());
    }
}
