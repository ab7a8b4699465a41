//! Reads what is signed, decides, and records the decision.

use std::time::{Duration, Instant};

use bytes::Bytes;
use countersign_telemetry::trace::{self, Step};
use countersign_verify::{
    Admission, Admitted, Caller, Came, Principal, Refusal, Refused, SignedRequest,
};
use http::Response;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::clock::ClockWarning;
use super::{Connection, Visit};
use crate::form::{Foreseen, Payload};
use crate::gate::Mode;
use crate::head::Head;
use crate::notices::{Cause, Example};
use crate::peers::Origin;
use crate::refusing::refuse;
use crate::rules::{Route, RoutePermission};
use crate::scratch::with_scratch;
use crate::throttle::InFlight;
use crate::upstream::Server;
use crate::{Body, answers};

/// A longer body is not looked at when a signature is explained.
const BODY_TO_EXPLAIN: usize = 16 * 1024;
/// How long it is waited for.
const BODY_WAIT: Duration = Duration::from_millis(500);

/// How the walk to the verdict ends.
pub(super) enum Judged {
    /// The request is to be forwarded, and that is recorded if somebody has signed it.
    Admitted { payload: Payload, admitted: Option<Acting>, clock: ClockWarning },
    /// It is not.
    Answered(Response<Body>),
}

/// Who acts, and the places that the request takes.
pub(super) struct Acting {
    pub(super) principal: Principal,
    pub(super) in_flight: Option<InFlight>,
}

/// What a path asks of who sends a request to it.
#[derive(Clone, Copy)]
pub(super) struct Demands<'r> {
    /// Nothing: no signature, no token.
    unauthenticated: bool,
    /// What the role of the token must grant.
    permission: Option<&'r RoutePermission>,
    /// The host of the upstream, for which a client may have signed by mistake.
    upstream: Option<&'r str>,
    /// Whether the request was counted against the rate of its address before.
    is_counted: bool,
}

impl<'r> Demands<'r> {
    /// Of a route.
    pub(super) fn of(route: &'r Route, server: &'r Server) -> Self {
        Self {
            unauthenticated: route.unauthenticated,
            permission: route.permission.as_ref(),
            upstream: server.host(),
            is_counted: false,
        }
    }

    /// Of a path of our own that is asked with a signature. What more it asks is its own affair.
    pub(super) const OWN: Self =
        Self { unauthenticated: false, permission: None, upstream: None, is_counted: true };
}

impl Connection {
    pub(super) async fn judge(
        &self,
        head: &Head<'_>,
        incoming: Incoming,
        (visit, caller): (&Visit, Caller),
        demands: Demands<'_>,
    ) -> Judged {
        let gate = self.gate();
        let scheme = visit.origin.scheme;
        if !demands.is_counted
            && let Err(refusal) = gate.throttle.admit_source(visit.origin.source)
        {
            let unread = head.signed(scheme, None);
            let refused = Refused::nobody(refusal);
            return self.refused((visit, caller), refused, &unread.into(), demands).await;
        }
        if demands.unauthenticated {
            let payload = Payload::Stream(incoming);
            return Judged::Admitted { payload, admitted: None, clock: ClockWarning::NONE };
        }
        let reading = self.payload(head, incoming, visit);
        let mut payload = match reading.instrument(trace::step(&visit.span, Step::Form)).await {
            Ok(payload) => payload,
            Err(refused) => {
                let unread = head.signed(scheme, None);
                return self.refused((visit, caller), refused, &unread.into(), demands).await;
            }
        };
        let signed = head.signed(scheme, payload.signed());
        let verdict = self.decide(&signed, visit).and_then(|admission| {
            match self.granted(&admission, demands) {
                Ok(in_flight) => Ok((admission, in_flight)),
                Err(refusal) => Err(Refused::after(&admission, refusal)),
            }
        });
        let (admission, in_flight) = match verdict {
            Ok(admitted) => admitted,
            Err(refused) => {
                let body = self.body_to_explain(&refused, &mut payload).await;
                let signed = head.signed(scheme, payload.signed());
                let came = Came { request: signed, body: body.as_deref() };
                return self.refused((visit, caller), refused, &came, demands).await;
            }
        };
        let clock = self.watch_clock(&caller, caller.skew(admission.signed_at));
        let principal = admission.principal.clone();
        if gate.attempts.admitted(Admitted { caller, admission }).is_err() {
            gate.notices.tell(Cause::Trail, &Example::default());
            return Judged::Answered(answers::unavailable(visit.shape));
        }
        let admitted = Some(Acting { principal, in_flight });
        Judged::Admitted { payload, admitted, clock }
    }

    fn decide(&self, signed: &SignedRequest<'_>, visit: &Visit) -> Result<Admission, Refused> {
        let gate = self.gate();
        let start = Instant::now();
        let verdict = trace::step(&visit.span, Step::Decide).in_scope(|| {
            let (source, now) = (visit.origin.source, gate.clock.now());
            with_scratch(|scratch| gate.verifier.verify(signed, source, now, scratch))
        });
        gate.metrics.decided(start.elapsed());
        verdict
    }

    /// What the path asks of somebody who has logged in, and whether there is room.
    fn granted(
        &self,
        admission: &Admission,
        demands: Demands<'_>,
    ) -> Result<Option<InFlight>, Refusal> {
        let gate = self.gate();
        let principal = &admission.principal;
        if let Some(permission) = demands.permission
            && !gate.verifier.directory().permits(principal, &permission.name, permission.level)
        {
            return Err(Refusal::RoutePermissionMissing);
        }
        gate.throttle.admit(admission)
    }

    async fn refused(
        &self,
        (visit, caller): (&Visit, Caller),
        refused: Refused,
        came: &Came<'_>,
        demands: Demands<'_>,
    ) -> Judged {
        let clock = self.watch_refused_clock(&caller, &refused);
        let refusing = refuse(self.gate(), caller, refused, came, visit.shape, demands.upstream);
        let mut response = refusing.instrument(trace::step(&visit.span, Step::Record)).await;
        clock.add_to(&mut response);
        Judged::Answered(response)
    }

    /// In `dev`, a body that is no form, where the signature may be wrong because of it. Elsewhere
    /// nothing waits for a body that is not signed: how long it takes would tell which ids exist.
    async fn body_to_explain(&self, refused: &Refused, payload: &mut Payload) -> Option<Bytes> {
        let is_explained =
            self.gate().mode == Mode::Dev && refused.refusal == Refusal::BadSignature;
        match payload {
            Payload::Stream(incoming) if is_explained => {
                let whole = Limited::new(incoming, BODY_TO_EXPLAIN).collect();
                Some(timeout(BODY_WAIT, whole).await.ok()?.ok()?.to_bytes())
            }
            _ => None,
        }
    }

    async fn payload(
        &self,
        head: &Head<'_>,
        incoming: Incoming,
        visit: &Visit,
    ) -> Result<Payload, Refused> {
        if !head.has_form() {
            return Ok(Payload::Stream(incoming));
        }
        let gate = self.gate();
        let Origin { source, scheme } = visit.origin;
        let unread = head.signed(scheme, None);
        let foreseen = with_scratch(|scratch| {
            Foreseen::of(&unread, source, gate.verifier.directory(), gate.clock.now(), scratch)
        });
        gate.forms.take(incoming, source, foreseen).await
    }
}
