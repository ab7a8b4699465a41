//! Who comes over a network without a signature: somebody who is logged in, as a cookie says, or a
//! stranger.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use countersign_authority::{ActiveSession, LogInFault, UseCaseFault};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use zeroize::Zeroizing;

use super::{cookie, site};
use crate::Door;
use crate::api::Office;
use crate::problem::Problem;

/// How a request came, as whoever took it in knows.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// Where it comes from.
    pub client: IpAddr,
    /// Whether its client spoke TLS.
    pub is_https: bool,
    /// Whether the host that was asked can only mean this machine.
    pub is_loopback: bool,
    /// The host that was asked, with the port if one was named.
    pub host: Box<str>,
}

impl Arrival {
    /// What a browser calls the site that was asked.
    pub(crate) fn origin(&self) -> String {
        let (scheme, port) = if self.is_https { ("https", ":443") } else { ("http", ":80") };
        let host = self.host.strip_suffix(port).unwrap_or(&self.host);
        format!("{scheme}://{}", host.to_ascii_lowercase())
    }
}

/// A request over a network that nobody signed.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) arrival: Arrival,
    /// What the cookie holds.
    secret: Option<Arc<Zeroizing<String>>>,
    /// Who that is. `None`: a stranger, or a session that has ended.
    active: Option<Arc<ActiveSession>>,
}

impl Visit {
    /// Looks at what came with a request's head.
    pub(crate) async fn of(
        office: &Office,
        arrival: &Arrival,
        parts: (&http::Method, &HeaderMap),
    ) -> Result<Self, Problem> {
        let (method, headers) = parts;
        let stranger = Self { arrival: arrival.clone(), secret: None, active: None };
        let Some(secret) = cookie::read(headers, arrival)? else { return Ok(stranger) };
        if headers.contains_key(AUTHORIZATION) {
            return Err(two_credentials());
        }
        site::check(method, headers, arrival)?;
        let active = match office.authority.session(&secret, Some(arrival.client)).await {
            Ok(active) => Some(Arc::new(active)),
            Err(UseCaseFault::LogIn(LogInFault::SessionEnded)) => None,
            Err(fault) => return Err(fault.into()),
        };
        Ok(Self { secret: Some(Arc::new(secret)), active, ..stranger })
    }

    /// The session that the request is of.
    pub(crate) fn active(&self) -> Result<&ActiveSession, Problem> {
        match (&self.active, &self.secret) {
            (Some(active), _) => Ok(active),
            (None, Some(_)) => Err(UseCaseFault::from(LogInFault::SessionEnded).into()),
            (None, None) => Err(Problem::unauthenticated()),
        }
    }
}

/// Who acts must be one, whatever a jar adds to a signed request.
pub(crate) fn two_credentials() -> Problem {
    Problem::new(
        "two-credentials",
        "the request has a session's cookie and an Authorization header: send one of them",
    )
}

/// Somebody who is logged in, for what only people do.
pub(crate) struct LoggedIn {
    pub(crate) active: Arc<ActiveSession>,
    pub(crate) secret: Arc<Zeroizing<String>>,
    pub(crate) arrival: Arrival,
    pub(crate) office: Arc<Office>,
}

impl FromRequestParts<Arc<Office>> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let visit = visit(parts)?;
        visit.active()?;
        let (Some(active), Some(secret)) = (visit.active, visit.secret) else {
            return Err(Problem::unauthenticated());
        };
        Ok(Self { active, secret, arrival: visit.arrival, office: Arc::clone(office) })
    }
}

/// Somebody who may be nobody: for logging in and out, and for links. It is known not to be caused
/// by another site.
pub(crate) struct Stranger {
    pub(crate) arrival: Arrival,
    /// What its cookie holds, if it has one.
    pub(crate) secret: Option<Arc<Zeroizing<String>>>,
    pub(crate) office: Arc<Office>,
}

impl Stranger {
    /// One of few places, for what costs something, or can be guessed. It is taken when the whole
    /// request is there: who sends a part of one holds nothing.
    pub(super) fn place(&self) -> Result<Place, Problem> {
        let place = self.office.places.take(self.arrival.client);
        place.ok_or_else(|| UseCaseFault::from(LogInFault::Busy).into())
    }
}

impl FromRequestParts<Arc<Office>> for Stranger {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let Visit { arrival, secret, .. } = visit(parts)?;
        if !arrival.is_https && !arrival.is_loopback {
            return Err(Problem::new(
                "insecure-connection",
                "passwords are sent over TLS, or on this machine: use https (and name a proxy \
                 that speaks it for us in trusted_peers)",
            ));
        }
        site::check(&parts.method, &parts.headers, &arrival)?;
        Ok(Self { arrival, secret, office: Arc::clone(office) })
    }
}

fn visit(parts: &Parts) -> Result<Visit, Problem> {
    match parts.extensions.get::<Door>() {
        Some(Door::Browser(_)) => {
            parts.extensions.get::<Visit>().cloned().ok_or_else(Problem::unauthenticated)
        }
        Some(_) => Err(Problem::new(
            "not-with-token",
            "this is for people who log in over a network: a signed request, and the control \
             socket, have no session",
        )),
        None => Err(Problem::unauthenticated()),
    }
}

/// Requests of strangers that are answered at a time, in all,
const MOST: usize = 256;
/// and of one network: passwords take their time.
const MOST_OF_NETWORK: usize = 16;

/// Places for strangers, so that they leave room for each other and for everybody else.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Places {
    fn take(&self, client: IpAddr) -> Option<Place> {
        let network = network(client);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = taken.values().sum();
        let of_network = taken.get(&network).copied().unwrap_or_default();
        if all >= MOST || of_network >= MOST_OF_NETWORK {
            return None;
        }
        *taken.entry(network).or_default() += 1;
        drop(taken);
        Some(Place { places: self.clone(), network })
    }
}

/// One of them, until it is dropped.
pub(super) struct Place {
    places: Places,
    network: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.network);
            }
        }
    }
}

/// As far as one person can't choose it: of IPv6, the first 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_have_places_in_all_and_for_each_network() {
        let places = Places::default();
        let from = |text: String| places.take(text.parse().unwrap());
        let mut held: Vec<_> = (0..16).filter_map(|n| from(format!("2001:db8::{n:x}"))).collect();
        assert_eq!(held.len(), 16);
        assert!(from("2001:db8::ffff".into()).is_none());
        let other = from("2001:db8:0:1::1".into());
        assert!(other.is_some());
        held.pop();
        assert!(from("2001:db8::ffff".into()).is_some());
        drop((held, other));
        let all: Vec<_> =
            (0..300).filter_map(|n| from(format!("192.0.{}.{}", n / 200, n % 200))).collect();
        assert_eq!(all.len(), MOST);
        drop(all);
        assert!(places.0.lock().unwrap().is_empty());
    }
}
