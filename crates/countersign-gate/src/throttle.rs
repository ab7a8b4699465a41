//! Limits on how much one sender gets: requests at a time, and requests a second.
//!
//! Belongs here: counting. Does not: what is said to who has too much (`countersign-verify`).

mod concurrency;
mod rate;

use std::net::{IpAddr, Ipv6Addr};

use countersign_model::{AccountNumber, TokenNumber};
use countersign_verify::{Principal, Refusal};
use tokio::time::Instant;

use crate::Limits;
use concurrency::{Concurrency, Owner};
use rate::Rates;

pub(crate) use concurrency::InFlight;
pub use rate::Rate;

/// What is counted, and where it ends.
pub(crate) struct Throttle {
    concurrency: Concurrency,
    of_integration: Option<u32>,
    of_account: Option<u32>,
    tokens: Option<Rates<(AccountNumber, TokenNumber)>>,
    sources: Option<Rates<IpAddr>>,
}

impl Throttle {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            concurrency: Concurrency::default(),
            of_integration: limits.concurrency_per_integration,
            of_account: limits.concurrency_per_account,
            tokens: limits.rate_per_token.map(Rates::new),
            sources: limits.rate_per_source.map(Rates::new),
        }
    }

    /// Whether an address may ask for something now. Asked before anything is computed.
    ///
    /// # Errors
    /// [`Refusal::SourceOverRate`].
    pub(crate) fn admit_source(&self, source: IpAddr) -> Result<(), Refusal> {
        match &self.sources {
            Some(rates) if !rates.admits(subscriber(source), Instant::now()) => {
                Err(Refusal::SourceOverRate)
            }
            _ => Ok(()),
        }
    }

    /// Takes the places of an admitted request. They are given back when both are dropped.
    ///
    /// # Errors
    /// [`Refusal`]: what there is too much of.
    pub(crate) fn admit(&self, principal: &Principal) -> Result<Option<InFlight>, Refusal> {
        let Principal { account, installation, token, .. } = principal;
        if let Some(rates) = &self.tokens
            && !rates.admits((*account, *token), Instant::now())
        {
            return Err(Refusal::TokenOverRate);
        }
        let places = [
            (Owner::Integration(*account, *installation), self.of_integration),
            (Owner::Account(*account), self.of_account),
        ];
        self.concurrency.enter(places).map_err(|owner| match owner {
            Owner::Integration(..) => Refusal::IntegrationOverConcurrency,
            Owner::Account(_) => Refusal::AccountOverConcurrency,
        })
    }
}

/// An address; of IPv6 the network that one subscriber has.
fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
