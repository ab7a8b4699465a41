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
use crate::gate::Shared;
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
                tell_all_are_taken(gate);
                Text::TOO_MANY_UPGRADES
            }
            NoPlace::OfOne => {
                tell_a_share_is_taken(gate, principal, visit);
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

fn tell_all_are_taken(gate: &Shared) {
    gate.metrics.limited(Limit::WebSockets);
    if let Some(untold) = gate.limits_told.next() {
        let upgraded = gate.limits.upgraded;
        tracing::warn!(
            upgraded,
            untold,
            "as many WebSockets are open as may be: raise limits.upgraded"
        );
    }
}

fn tell_a_share_is_taken(gate: &Shared, principal: Option<&Principal>, visit: &Visit) {
    gate.metrics.limited(Limit::WebSocketsOfToken);
    let shares = gate.upgrades.shares();
    let Some(untold) = shares.told.next() else { return };
    tracing::warn!(
        source = %visit.origin.source,
        account = principal.map(|it| it.account.0),
        token = principal.map(|it| it.token.0),
        each = shares.each(),
        untold,
        "a token, or without one an address, has as many WebSockets open as one may: raise \
         limits.upgraded_per_token, or see what it does with so many"
    );
}
