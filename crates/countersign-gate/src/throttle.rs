//! Limits on how much one sender gets: requests at a time, and requests a second; a share of the
//! connections and WebSockets that there are for all.
//!
//! Belongs here: counting. Does not: what is said to who has too much (`countersign-verify`).

mod concurrency;
mod counts;
mod rate;
mod share;

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use countersign_model::{AccountNumber, ConcurrencyLimit, TokenNumber};
use countersign_verify::{Admission, Principal, Refusal};
use tokio::time::Instant;

use crate::Limits;
use concurrency::{Concurrency, Owner};
use rate::Rates;

pub(crate) use concurrency::InFlight;
pub use rate::Rate;
pub(crate) use share::{Held as Share, Holder, Shares};

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
        let Some(rates) = &self.sources else { return Ok(()) };
        let admitted = rates.admit(subscriber(source), Instant::now());
        admitted.map_err(|wait| Refusal::SourceOverRate { seconds: whole_seconds(wait) })
    }

    /// Takes the places of an admitted request. They are given back when both are dropped.
    ///
    /// # Errors
    /// [`Refusal`]: what there is too much of.
    pub(crate) fn admit(&self, admission: &Admission) -> Result<Option<InFlight>, Refusal> {
        let Principal { account, installation, token, .. } = &admission.principal;
        if let Some(rates) = &self.tokens {
            let admitted = rates.admit((*account, *token), Instant::now());
            admitted.map_err(|wait| Refusal::TokenOverRate { seconds: whole_seconds(wait) })?;
        }
        // An account can make less of what its operator lets it have, not more.
        let its_own = admission.concurrency_limit.map(ConcurrencyLimit::get);
        let of_integration = [self.of_integration, its_own].into_iter().flatten().min();
        let places = [
            (Owner::Integration(*account, *installation), of_integration),
            (Owner::Account(*account), self.of_account),
        ];
        self.concurrency.enter(places).map_err(|owner| match owner {
            Owner::Integration(..) => Refusal::IntegrationOverConcurrency,
            Owner::Account(_) => Refusal::AccountOverConcurrency,
        })
    }
}

/// As `Retry-After` has it: not too short.
fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
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
