//! The end of an admitted request's walk: to the upstream and back.

use std::sync::Arc;

use countersign_telemetry::metrics::UpstreamResult;
use countersign_telemetry::trace::{self, Step};
use countersign_verify::Principal;
use http::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Method, Response, StatusCode};
use hyper::body::Body as _;
use hyper::upgrade::OnUpgrade;
use tracing::Instrument as _;

use super::judge::Acting;
use super::{Connection, Visit};
use crate::answers::Text;
use crate::body::{Paced, Progress};
use crate::form::Payload;
use crate::headers::{CalledBy, prepare_request};
use crate::notices::{Cause, Example};
use crate::rules::Route;
use crate::telling::Outcome;
use crate::upgrade;
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
        let principal = to.admitted.as_ref().map(|acting| &acting.principal);
        let wanted = wants_upgrade.then(|| self.place_for_upgrade(principal, to.visit));
        let place = match wanted.transpose() {
            Ok(place) => place,
            Err(text) => return text.answer(shape),
        };
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
        let has_no_body = parts.method == Method::HEAD;
        let outgoing = self.outgoing(parts, target, payload);
        let mut forwarded = self.gate().metrics.forwarding();
        let sending = to.server.send(outgoing, wants_upgrade);
        let sent = sending.instrument(trace::step(&to.visit.span, Step::Upstream)).await;
        let mut response = match sent {
            Ok(response) => response,
            Err(fault) => {
                forwarded.ends(fault.result());
                return self.no_answer(&fault).answer(shape);
            }
        };
        forwarded.has_begun();
        response.extensions_mut().insert(Outcome::ADMITTED);
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            forwarded.ends(UpstreamResult::Answered);
            return self.change_over(response, to, place);
        }
        let in_flight = to.admitted.and_then(|acting| acting.in_flight);
        if has_no_body {
            forwarded.ends(UpstreamResult::Answered);
        }
        response.map(|body| body.ends(in_flight).of_upstream(forwarded))
    }

    fn no_answer(&self, fault: &UpstreamFault) -> Text {
        if let UpstreamFault::Client(fault) = fault {
            self.body_ended(*fault);
        }
        fault.text()
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
            gate.notices.tell(Cause::Assertion, &Example::default());
            Text::NO_ASSERTION
        })
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
