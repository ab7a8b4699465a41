//! The end of an admitted request's walk: to the upstream and back.

use std::sync::Arc;
use std::time::Instant;

use countersign_telemetry::metrics::{Limit, UpstreamResult};
use countersign_telemetry::trace::{self, Step};
use countersign_verify::Principal;
use http::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Response, StatusCode};
use hyper::body::Body as _;
use hyper::upgrade::OnUpgrade;
use tokio::sync::OwnedSemaphorePermit;
use tracing::Instrument as _;

use super::judge::Acting;
use super::{Connection, Visit};
use crate::answers::Text;
use crate::body::{ClientFault, Paced, Progress};
use crate::form::Payload;
use crate::headers::{CalledBy, prepare_request};
use crate::rules::{Route, RoutePermission};
use crate::telling::Outcome;
use crate::upgrade::{self, Standing};
use crate::upstream::{Outgoing, Server, UpstreamFault};
use crate::{Body, answers};

/// Where a request goes, and for whom.
pub(super) struct Forwarding<'f> {
    pub(super) route: &'f Route,
    pub(super) server: &'f Server,
    pub(super) visit: &'f Visit,
    /// `None` where the route asks for no signature.
    pub(super) admitted: Option<Acting>,
    /// The client's side of a change of protocol.
    pub(super) upgrade: Option<OnUpgrade>,
}

impl Connection {
    pub(super) async fn forward(
        &self,
        mut parts: Parts,
        payload: Payload,
        to: Forwarding<'_>,
    ) -> Response<Body> {
        let shape = to.visit.shape;
        // The head was checked to have one.
        let Some(target) = parts.uri.path_and_query().cloned() else {
            return answers::internal();
        };
        let wants_upgrade = to.route.websocket && upgrade::is_wanted(&parts);
        let place = match self.place_for_upgrade(wants_upgrade) {
            Ok(place) => place,
            Err(text) => return text.answer(shape),
        };
        let principal = to.admitted.as_ref().map(|acting| &acting.principal);
        let assertion = match self.assertion(principal, to.route) {
            Ok(assertion) => assertion,
            Err(text) => return text.answer(shape),
        };
        prepare_request(
            &mut parts.headers,
            &CalledBy {
                origin: &to.visit.origin,
                principal,
                assertion: assertion.as_deref(),
                keeps_authorization: to.route.keep_authorization,
            },
        );
        if wants_upgrade {
            upgrade::announce(&mut parts.headers);
        }
        parts.extensions.clear();
        let outgoing = self.outgoing(parts, target, payload);
        let start = Instant::now();
        let sending = to.server.send(outgoing, wants_upgrade);
        let sent = sending.instrument(trace::step(&to.visit.span, Step::Upstream)).await;
        let result = sent.as_ref().err().map_or(UpstreamResult::Answered, UpstreamFault::result);
        self.gate().metrics.forwarded(result, start.elapsed());
        let mut response = match sent {
            Ok(response) => response,
            Err(fault) => {
                self.count_fault(&fault);
                return fault.text().answer(shape);
            }
        };
        response.extensions_mut().insert(Outcome::ADMITTED);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return self.change_over(response, to, place);
        }
        let in_flight = to.admitted.and_then(|acting| acting.in_flight);
        response.map(|body| body.ends(in_flight))
    }

    fn place_for_upgrade(&self, wanted: bool) -> Result<Option<OwnedSemaphorePermit>, Text> {
        let gate = self.gate();
        if !wanted {
            return Ok(None);
        }
        gate.upgrades.place().map(Some).ok_or_else(|| {
            gate.metrics.limited(Limit::WebSockets);
            if let Some(untold) = gate.limits_told.next() {
                let upgraded = gate.limits.upgraded;
                tracing::warn!(
                    upgraded,
                    untold,
                    "as many WebSockets are open as may be: raise limits.upgraded"
                );
            }
            Text::TOO_MANY_UPGRADES
        })
    }

    fn count_fault(&self, fault: &UpstreamFault) {
        match fault {
            UpstreamFault::Client(ClientFault::Malformed) => self.count_malformed(),
            UpstreamFault::Client(ClientFault::Idle) => self.gate().metrics.limited(Limit::Idle),
            _ => {}
        }
    }

    fn assertion(
        &self,
        principal: Option<&Principal>,
        route: &Route,
    ) -> Result<Option<Arc<str>>, Text> {
        let gate = self.gate();
        let (Some(principal), Some(assertions)) = (principal, &gate.assertions) else {
            return Ok(None);
        };
        let made = assertions.assertion(principal, &route.audience, gate.clock.now());
        made.map(Some).ok_or_else(|| {
            tracing::error!("no assertion could be signed: refusing with 503");
            Text::NO_ASSERTION
        })
    }

    /// Both sides speak another protocol from here on.
    fn change_over(
        &self,
        mut response: Response<Body>,
        to: Forwarding<'_>,
        place: Option<OwnedSemaphorePermit>,
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

    /// The body as it was verified, with one framing header.
    fn outgoing(&self, mut parts: Parts, target: PathAndQuery, payload: Payload) -> Outgoing {
        let (body, progress) = match payload {
            Payload::Form(bytes, share) => {
                parts.headers.insert(CONTENT_LENGTH, bytes.len().into());
                (Body::held(bytes, share), None)
            }
            Payload::Stream(incoming) if incoming.is_end_stream() => (Body::empty(), None),
            Payload::Stream(incoming) => {
                if incoming.size_hint().exact().is_none() {
                    // Said here, since the HTTP library leaves out the body of a GET otherwise.
                    parts.headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
                }
                let progress = Arc::new(Progress::default());
                let paced = Paced::new(incoming, self.gate().limits.idle);
                (Body::paced(paced.watched_by(Arc::clone(&progress))), Some(progress))
            }
        };
        Outgoing { parts, target, body, progress }
    }
}
