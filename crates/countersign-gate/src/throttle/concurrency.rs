//! Requests at a time.

use countersign_model::{AccountNumber, InstallationId};

use super::counts::{Counts, Place};

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Integration(AccountNumber, InstallationId),
    Account(AccountNumber),
}

/// What is in flight, by its owner.
#[derive(Default)]
pub(super) struct Concurrency(Counts<Owner>);

/// Places that are taken until this is dropped.
pub(crate) struct InFlight {
    _places: Vec<Place<Owner>>,
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
        let mut taken = Vec::new();
        for (owner, limit) in places {
            let Some(limit) = limit else { continue };
            taken.push(self.0.take(owner, limit).ok_or(owner)?);
        }
        Ok((!taken.is_empty()).then_some(InFlight { _places: taken }))
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
        assert_eq!(concurrency.0.counted(), 0);
    }
}
