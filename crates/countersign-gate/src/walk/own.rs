//! A request for a path that is answered here: who may ask, and how often; and who has signed it,
//! in places where that counts.

use std::net::SocketAddr;

use countersign_telemetry::trace::{self, Step};
use countersign_verify::{BodyFormat, Caller, Refusal, Refused, Shape};
use http::request::Parts;
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use tracing::Instrument as _;

use super::judge::{Acting, Demands, Judged};
use super::{Connection, Visit};
use crate::Body;
use crate::answers;
use crate::body::Paced;
use crate::form::Payload;
use crate::gate::Shared;
use crate::head::Head;
use crate::own::{Arrival, Owner, Sites, is_signed};
use crate::refusing::refuse;

impl Connection {
    pub(super) async fn own(
        &self,
        owner: Owner,
        (parts, incoming): (Parts, Incoming),
        visit: &Visit,
        caller: Caller,
    ) -> Response<Body> {
        let Ok(head) = Head::read(&parts) else { return answers::internal() };
        if let Err(refusal) = self.may_ask(owner, &head, &parts, visit) {
            let came = head.signed(visit.origin.scheme, None).into();
            let shape = shape(owner, head.path, visit.shape, refusal);
            return refuse(&self.gate, caller, Refused::nobody(refusal), &came, shape, None).await;
        }
        if is_signed(head.path, &parts.headers) {
            return self.signed_own((parts, incoming), visit, caller).await;
        }
        self.hand_over(parts, self.paced(incoming), visit).await
    }

    /// Verified as a request for an upstream is, remembered and told to the trail; only then handed
    /// over, with who signed it.
    async fn signed_own(
        &self,
        (mut parts, incoming): (Parts, Incoming),
        visit: &Visit,
        caller: Caller,
    ) -> Response<Body> {
        let Ok(head) = Head::read(&parts) else { return answers::internal() };
        let judged = self.judge(&head, incoming, (visit, caller), Demands::OWN).await;
        let (payload, admitted, clock) = match judged {
            Judged::Answered(response) => return response,
            Judged::Admitted { payload, admitted, clock } => (payload, admitted, clock),
        };
        let Some(Acting { principal, in_flight }) = admitted else { return answers::internal() };
        parts.extensions.insert(principal);
        let body = match payload {
            Payload::Stream(incoming) => self.paced(incoming),
            Payload::Form(bytes, share) => Body::held(bytes, share),
        };
        let mut response = self.hand_over(parts, body, visit).await;
        clock.add_to(&mut response);
        response.map(|body| body.ends(in_flight))
    }

    async fn hand_over(&self, mut parts: Parts, body: Body, visit: &Visit) -> Response<Body> {
        let Ok(head) = Head::read(&parts) else { return answers::internal() };
        let arrival = Arrival {
            scheme: visit.origin.scheme,
            authority: head.host.authority().into(),
            is_loopback: head.host.is_loopback(),
        };
        parts.extensions.insert(arrival);
        let client = SocketAddr::new(visit.origin.source, self.peer.port());
        let answering = self.gate.own.handle(Request::from_parts(parts, body), client);
        answering.instrument(trace::step(&visit.span, Step::Own)).await
    }

    fn paced(&self, incoming: Incoming) -> Body {
        if incoming.is_end_stream() {
            return Body::empty();
        }
        Body::paced(Paced::new(incoming, self.gate.limits.idle).told_to(self.sender()))
    }

    fn may_ask(
        &self,
        owner: Owner,
        head: &Head<'_>,
        parts: &Parts,
        visit: &Visit,
    ) -> Result<(), Refusal> {
        let Shared { public_hosts, verifier, throttle, .. } = &*self.gate;
        // What watches a server has to see it when it is asked for most.
        if matches!(owner, Owner::Endpoint | Owner::Page) {
            throttle.admit_source(visit.origin.source)?;
        }
        let sites = Sites { public_hosts, directory: verifier.directory() };
        sites.check(owner, head.host, &parts.headers)
    }
}

/// Endpoints and the API are read by programs, in the shape of their paths; who asks too often for
/// a page is a person.
fn shape(owner: Owner, path: &str, shape: Shape, refusal: Refusal) -> Shape {
    let is_page = owner == Owner::Page && !path.starts_with("/countersign/api/");
    match refusal {
        Refusal::SourceOverRate { .. } if is_page => Shape::Restlet(BodyFormat::Text),
        _ => shape,
    }
}
