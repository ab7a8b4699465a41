//! The walk of one request: parse, judge, remember, record, answer or forward.

mod clock;
mod forward;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use countersign_model::Timestamp;
use countersign_signing::Scheme;
use countersign_verify::{Admitted, Caller, Came, Principal, Refusal, Refused, Shape};
use futures_util::FutureExt;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use crate::Body;
use crate::answers;
use crate::body::Paced;
use crate::caller::caller;
use crate::form::{Foreseen, Payload};
use crate::gate::{Mode, Shared};
use crate::head::{self, Head, HeadFault};
use crate::headers::Origin;
use crate::own::{Owner, check_site};
use crate::refusing::refuse;
use crate::scratch::with_scratch;
use clock::ClockWarning;

/// A longer body is not looked at when a signature is explained.
const BODY_TO_EXPLAIN: usize = 16 * 1024;
/// How long it is waited for.
const BODY_WAIT: Duration = Duration::from_millis(500);

const MODE: HeaderName = HeaderName::from_static("countersign-mode");

/// The listener's scheme. What a peer says about another one is never believed: there are no
/// trusted peers.
const SCHEME: Scheme = Scheme::Http;

/// One client connection, as its requests see it.
pub(crate) struct Connection {
    gate: Arc<Shared>,
    peer: SocketAddr,
    source: IpAddr,
    origin: Origin,
}

impl Connection {
    pub(crate) fn new(gate: Arc<Shared>, peer: SocketAddr) -> Self {
        let source = peer.ip().to_canonical();
        // An address is digits, letters and `:.`, so the fallback is never taken.
        let address = HeaderValue::try_from(source.to_string())
            .unwrap_or_else(|_| HeaderValue::from_static("unknown"));
        let scheme = HeaderValue::from_static(SCHEME.as_str());
        Self { gate, peer, source, origin: Origin { address, scheme } }
    }

    /// Answers one request, whatever happens inside.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        let walked = AssertUnwindSafe(self.walk(request)).catch_unwind().await;
        let mut response = walked.unwrap_or_else(|_| {
            tracing::error!("a request was answered with 500 after a panic");
            answers::internal()
        });
        if self.gate.mode == Mode::Dev {
            response.headers_mut().insert(MODE, HeaderValue::from_static("dev"));
        }
        Ok(response)
    }

    async fn walk(&self, request: Request<Incoming>) -> Response<Body> {
        let (parts, incoming) = request.into_parts();
        let shape = shape(&parts);
        let caller = caller(&parts, self.source, self.gate.clock.now());
        let head = match Head::read(&parts) {
            Ok(head) => head,
            Err(fault) => return self.bad_head(&parts, fault, caller, shape).await,
        };
        match Owner::of(head.path) {
            Owner::Upstream => match self.judge(&head, incoming, caller, shape).await {
                Judged::Admitted { payload, principal, clock } => {
                    let mut response = self.forward(parts, payload, &principal, shape).await;
                    clock.add_to(&mut response);
                    response
                }
                Judged::Answered(response) => response,
            },
            Owner::Endpoint => self.own(parts, incoming).await,
            Owner::Page => match check_site(head.host, &parts.headers, &self.gate.public_hosts) {
                Ok(()) => self.own(parts, incoming).await,
                Err(refusal) => {
                    let request = head.signed(SCHEME, None);
                    let came = request.into();
                    refuse(&self.gate, caller, Refused::nobody(refusal), &came, shape).await
                }
            },
        }
    }

    async fn own(&self, parts: Parts, incoming: Incoming) -> Response<Body> {
        let body = Body::paced(Paced::new(incoming, self.gate.limits.idle));
        self.gate.own.handle(Request::from_parts(parts, body), self.peer).await
    }

    /// Reads what is signed, decides, and records the decision.
    async fn judge(
        &self,
        head: &Head<'_>,
        incoming: Incoming,
        caller: Caller,
        shape: Shape,
    ) -> Judged {
        let gate = &*self.gate;
        let mut payload = match self.payload(head, incoming).await {
            Ok(payload) => payload,
            Err(refused) => {
                let unread = head.signed(SCHEME, None);
                return self.refused(caller, refused, &unread.into(), shape).await;
            }
        };
        let signed = head.signed(SCHEME, payload.signed());
        let verdict =
            with_scratch(|scratch| gate.verifier.verify(&signed, gate.clock.now(), scratch));
        let admission = match verdict {
            Ok(admission) => admission,
            Err(refused) => {
                let body = self.body_to_explain(&refused, &mut payload).await;
                let signed = head.signed(SCHEME, payload.signed());
                let came = Came { request: signed, body: body.as_deref() };
                return self.refused(caller, refused, &came, shape).await;
            }
        };
        let clock = self.watch_clock(&caller, caller.skew(admission.signed_at));
        let principal = admission.principal.clone();
        let admitted = Admitted { caller, admission };
        if gate.attempts.admitted(admitted).is_err() {
            tracing::error!("the login audit trail can't be written: refusing with 503");
            return Judged::Answered(answers::unavailable(shape));
        }
        Judged::Admitted { payload, principal, clock }
    }

    async fn refused(
        &self,
        caller: Caller,
        refused: Refused,
        came: &Came<'_>,
        shape: Shape,
    ) -> Judged {
        let clock = self.watch_refused_clock(&caller, &refused);
        let mut response = refuse(&self.gate, caller, refused, came, shape).await;
        clock.add_to(&mut response);
        Judged::Answered(response)
    }

    /// In `dev`, a body that is no form, where the signature may be wrong because of it. Elsewhere
    /// nothing waits for a body that is not signed: how long it takes would tell which ids exist.
    async fn body_to_explain(&self, refused: &Refused, payload: &mut Payload) -> Option<Bytes> {
        let is_explained = self.gate.mode == Mode::Dev && refused.refusal == Refusal::BadSignature;
        match payload {
            Payload::Stream(incoming) if is_explained => {
                let whole = Limited::new(incoming, BODY_TO_EXPLAIN).collect();
                Some(timeout(BODY_WAIT, whole).await.ok()?.ok()?.to_bytes())
            }
            _ => None,
        }
    }

    async fn payload(&self, head: &Head<'_>, incoming: Incoming) -> Result<Payload, Refused> {
        if !head.has_form() {
            return Ok(Payload::Stream(incoming));
        }
        let gate = &*self.gate;
        let unread = head.signed(SCHEME, None);
        let foreseen = with_scratch(|scratch| {
            Foreseen::of(&unread, gate.verifier.directory(), gate.clock.now(), scratch)
        });
        gate.forms.take(incoming, self.source, foreseen).await
    }

    /// Where a message with such a head ends is not sure, so nothing more is read from its
    /// connection.
    async fn bad_head(
        &self,
        parts: &Parts,
        fault: HeadFault,
        caller: Caller,
        shape: Shape,
    ) -> Response<Body> {
        let message = fault.message();
        tracing::debug!(peer = %self.peer, message, "a head was refused");
        let refused = Refused::nobody(Refusal::Head(message));
        let came = head::unchecked(parts, SCHEME).into();
        let mut response = refuse(&self.gate, caller, refused, &came, shape).await;
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    }

    pub(crate) fn count_malformed(&self, at: Timestamp) {
        self.gate.attempts.malformed(self.source, at);
    }

    pub(crate) fn gate(&self) -> &Shared {
        &self.gate
    }
}

/// How the second walk ends.
enum Judged {
    /// The verdict is recorded; the request is to be forwarded.
    Admitted { payload: Payload, principal: Principal, clock: ClockWarning },
    /// It is not.
    Answered(Response<Body>),
}

fn shape(parts: &Parts) -> Shape {
    let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    Shape::of(parts.uri.path(), content_type)
}
