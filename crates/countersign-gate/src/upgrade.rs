//! Connections that become WebSockets (RFC 6455): from then on bytes pass as they are.
//!
//! Belongs here: which request asks for it, and how such a connection ends: with either side, when
//! both are silent for too long, when the gate stops, and when the token that opened it is no
//! longer good. Does not: what is said on it.

mod bridge;

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use http::request::Parts;
use http::{Method, Version};
use hyper::upgrade::OnUpgrade;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, timeout_at};

use crate::Limits;
use crate::head::connection_names;
use crate::listener::Held;
use crate::throttle::{Holder, InFlight, Share, Shares};
use bridge::Bridge;

const KEY: HeaderName = HeaderName::from_static("sec-websocket-key");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// The upgraded connections of a gate.
pub(crate) struct Upgrades {
    places: Arc<Semaphore>,
    all: usize,
    shares: Shares<Holder>,
    idle: Duration,
    handshake: Duration,
    ending: watch::Sender<bool>,
}

/// The place of one, until it is dropped.
pub(crate) struct Place {
    _all: OwnedSemaphorePermit,
    _share: Option<Share>,
}

/// Why there is no place for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// There are as many as may be.
    OfAll,
    /// Who wants it has its share.
    OfOne,
}

/// What holds as long as an upgraded connection may stay.
pub(crate) struct Standing {
    /// Asked every half second.
    pub(crate) is_good: Box<dyn Fn() -> bool + Send + Sync>,
    /// The places of its request, given back at its end.
    #[expect(dead_code, reason = "gives its places back when dropped")]
    pub(crate) in_flight: Option<InFlight>,
}

impl Upgrades {
    pub(crate) fn new(limits: &Limits) -> Self {
        let all = limits.upgraded.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(all)),
            all,
            shares: Shares::new(all, limits.upgraded_per_token),
            idle: limits.upgraded_idle,
            handshake: limits.handshake,
            ending: watch::Sender::new(false),
        }
    }

    /// A place for one more. Who stands for many (`None`) has no share.
    ///
    /// # Errors
    /// [`NoPlace`]: of what there are too many.
    pub(crate) fn place(&self, whose: Option<Holder>) -> Result<Place, NoPlace> {
        let all = Arc::clone(&self.places).try_acquire_owned().map_err(|_| NoPlace::OfAll)?;
        let share = match whose {
            None => None,
            Some(holder) => Some(self.shares.take(holder).ok_or(NoPlace::OfOne)?),
        };
        Ok(Place { _all: all, _share: share })
    }

    /// How many one may have.
    pub(crate) fn each(&self) -> u32 {
        self.shares.each()
    }

    /// Passes bytes between the two sides, which are told that they have changed over. `places` are
    /// its own and that of the connection.
    pub(crate) fn start(
        &self,
        client: OnUpgrade,
        server: OnUpgrade,
        standing: Standing,
        places: (Place, Option<Held>),
    ) {
        let bridge = Bridge {
            client,
            server,
            standing,
            idle: self.idle,
            handshake: self.handshake,
            ending: self.ending.subscribe(),
        };
        tokio::spawn(async move {
            bridge.run().await;
            drop(places);
        });
    }

    /// How many there are.
    pub(crate) fn open(&self) -> usize {
        self.all.saturating_sub(self.places.available_permits())
    }

    /// Ends them all.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Waits until they have ended, or are cut. Gives the number of those that have not by then.
    pub(crate) async fn ended(&self, until: Instant, mut cutting: watch::Receiver<bool>) -> usize {
        let all = u32::try_from(self.all).unwrap_or(u32::MAX);
        tokio::select! {
            biased;
            _ = timeout_at(until, self.places.acquire_many(all)) => {}
            _ = cutting.wait_for(|cut| *cut) => {}
        }
        self.open()
    }
}

/// Whether a request asks for a WebSocket. Those of HTTP/2 come as `CONNECT` (RFC 8441), which no
/// client is offered.
pub(crate) fn is_wanted(parts: &Parts) -> bool {
    let named = |value: &HeaderValue| {
        connection_names(value).any(|name| name.eq_ignore_ascii_case(b"upgrade"))
    };
    parts.method == Method::GET
        && parts.version == Version::HTTP_11
        && parts.headers.get_all(CONNECTION).iter().any(named)
        && is_websocket(&parts.headers)
        && parts.headers.contains_key(KEY)
}

/// Whether a message names it, and nothing else, as the protocol to change over to.
pub(crate) fn is_websocket(headers: &HeaderMap) -> bool {
    let mut protocols = headers.get_all(UPGRADE).iter();
    let first = protocols.next();
    first.is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes()))
        && protocols.next().is_none()
}

/// Says on one connection what was taken off as belonging to another.
pub(crate) fn announce(headers: &mut HeaderMap) {
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, WEBSOCKET);
}
