//! An admitted request that makes its connection a WebSocket: its place, and the change itself.

use std::sync::Arc;

use countersign_telemetry::metrics::Limit;
use countersign_verify::Principal;
use http::Response;
use hyper::upgrade::OnUpgrade;

use super::forward::Forwarding;
use super::{Connection, Visit};
use crate::Body;
use crate::answers::Text;
use crate::notices::{Cause, Example};
use crate::rules::RoutePermission;
use crate::throttle::Holder;
use crate::upgrade::{self, NoPlace, Place, Standing};

impl Connection {
    /// A place for one more WebSocket of a token; where nobody has signed, of an address. A trusted
    /// peer that does not say who its client is stands for many, and has no share.
    pub(super) fn place_for_upgrade(
        &self,
        principal: Option<&Principal>,
        visit: &Visit,
    ) -> Result<Place, Text> {
        let source = visit.origin.source;
        let whose = match principal {
            Some(principal) => Some(Holder::token(principal)),
            None => Some(Holder::source(source)).filter(|_| !self.door.peers.has(source)),
        };
        let gate = self.gate();
        gate.upgrades.place(whose).map_err(|why| match why {
            NoPlace::OfAll => {
                gate.metrics.limited(Limit::WebSockets);
                let limit = Some(gate.limits.upgraded);
                gate.notices.tell(Cause::WebSockets, &Example { limit, ..Example::default() });
                Text::TOO_MANY_UPGRADES
            }
            NoPlace::OfOne => {
                gate.metrics.limited(Limit::WebSocketsOfToken);
                let example = Example {
                    account: principal.map(|it| it.account.0),
                    token: principal.map(|it| it.token.0),
                    limit: usize::try_from(gate.upgrades.each()).ok(),
                    ..Example::from(source)
                };
                gate.notices.tell(Cause::WebSocketsOfToken, &example);
                Text::TOO_MANY_UPGRADES_OF_ONE
            }
        })
    }

    /// Both sides speak another protocol from here on.
    pub(super) fn change_over(
        &self,
        mut response: Response<Body>,
        to: Forwarding<'_>,
        place: Option<Place>,
    ) -> Response<Body> {
        let server = response.extensions_mut().remove::<OnUpgrade>();
        let (Some(client), Some(server), Some(place)) = (to.upgrade, server, place) else {
            return Text::UPSTREAM_BROKEN.answer(to.visit.shape);
        };
        let (principal, in_flight) = match to.admitted {
            Some(acting) => (Some(acting.principal), acting.in_flight),
            None => (None, None),
        };
        let verifier = Arc::clone(&self.gate().verifier);
        let clock = Arc::clone(&self.gate().clock);
        let source = to.visit.origin.source;
        let permission = to.route.permission.clone();
        let is_good = Box::new(move || {
            let directory = verifier.directory();
            principal.as_ref().is_none_or(|it| {
                let granted =
                    |needed: &RoutePermission| directory.permits(it, &needed.name, needed.level);
                directory.stands(it, source, clock.now()).is_ok()
                    && permission.as_ref().is_none_or(granted)
            })
        });
        let places = (place, self.take_held());
        self.gate().upgrades.start(client, server, Standing { is_good, in_flight }, places);
        upgrade::announce(response.headers_mut());
        response
    }
}
