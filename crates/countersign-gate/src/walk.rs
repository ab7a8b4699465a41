//! The walk of one request: parse, judge, remember, record, answer or forward.

mod change_over;
mod clock;
mod ended;
mod forward;
mod judge;
mod own;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use countersign_signing::Scheme;
use countersign_telemetry::metrics::{Label as _, Route as CountedRoute};
use countersign_telemetry::trace;
use countersign_verify::{Caller, Refusal, Refused, Shape};
use futures_util::FutureExt;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, Request, Response, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tracing::Span;

use crate::Body;
use crate::answers::{self, Text};
use crate::caller::caller;
use crate::gate::{Mode, Shared};
use crate::head::{self, Head, HeadFault, Host};
use crate::listener::{Claim, Door, Held};
use crate::notices::{Cause, Example};
use crate::own::Owner;
use crate::peers::{Conflict, Origin};
use crate::preflight::{self, AllowedSite};
use crate::refusing::refuse;
use crate::rules::{Found, Route, Routing};
use crate::telling::{self, Counted, Outcome};
use crate::upstream::Server;
use forward::Forwarding;
use judge::{Demands, Judged};

const MODE: HeaderName = HeaderName::from_static("countersign-mode");

/// One client connection, as its requests see it.
pub(crate) struct Connection {
    gate: Arc<Shared>,
    door: Arc<Door>,
    peer: SocketAddr,
    /// Where it comes from, as far as no request says otherwise.
    direct: Origin,
    /// Whether what the headers of a request say of the client is believed.
    headers_count: bool,
    /// Given on to a WebSocket, which lasts longer.
    held: Mutex<Option<Held>>,
}

/// Where a request comes from, and how its sender is spoken to.
struct Visit {
    origin: Origin,
    shape: Shape,
    /// Of its trace; most have none.
    span: Span,
}

impl Connection {
    pub(crate) fn new(
        gate: Arc<Shared>,
        door: Arc<Door>,
        peer: SocketAddr,
        claim: &Claim,
        held: Held,
    ) -> Self {
        let address = peer.ip().to_canonical();
        let spoken = if door.tls.is_some() { Scheme::Https } else { Scheme::Http };
        let direct = Origin {
            source: claim.source.unwrap_or(address),
            scheme: claim.scheme.unwrap_or(spoken),
        };
        let headers_count = !door.proxy_protocol && door.peers.has(address);
        Self { gate, door, peer, direct, headers_count, held: Mutex::new(Some(held)) }
    }

    /// Answers one request, whatever happens inside.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, Infallible> {
        let start = Instant::now();
        let in_flight = self.gate.metrics.begun(telling::plane(self.door.serves));
        let span = trace::request(&self.gate.coin, request.method().as_str());
        let walked = AssertUnwindSafe(self.walk(request, &span)).catch_unwind().await;
        let mut response = walked.unwrap_or_else(|_| {
            tracing::error!(
                "a request was answered with 500 after a panic, which is a mistake of ours: report \
                 it with the lines above"
            );
            answers::internal()
        });
        in_flight.answered();
        self.count(&mut response, &span, start);
        if self.gate.mode == Mode::Dev {
            response.headers_mut().insert(MODE, HeaderValue::from_static("dev"));
        }
        Ok(response)
    }

    /// Counts what was answered, and ends its trace.
    fn count(&self, response: &mut Response<Body>, span: &Span, start: Instant) {
        let status = response.status().as_u16();
        let extensions = response.extensions_mut();
        let Counted(route) = extensions.remove().unwrap_or(Counted(CountedRoute::Unknown));
        let Outcome(outcome) = extensions.remove().unwrap_or(Outcome::ANSWERED);
        let plane = telling::plane(self.door.serves);
        self.gate.metrics.answered(plane, route, status, start.elapsed());
        trace::ended(span, route.name(), status, outcome);
    }

    async fn walk(&self, request: Request<Incoming>, span: &Span) -> Response<Body> {
        let (mut parts, incoming) = request.into_parts();
        head::translate(&mut parts);
        let upgrade = parts.extensions.remove::<OnUpgrade>();
        let (origin, conflict) = match self.origin(&parts.headers) {
            Ok(origin) => (origin, None),
            Err(Conflict) => (self.direct, Some(HeadFault::ForwardedConflict)),
        };
        let caller = caller(&parts, origin.source, self.gate.clock.now());
        let visit = Visit { origin, shape: shape(&parts), span: span.clone() };
        let head = match conflict.map_or_else(|| Head::read(&parts), Err) {
            Ok(head) => head,
            Err(fault) => return self.bad_head(&parts, fault, &visit, caller).await,
        };
        let owner = Owner::of(head.path);
        let counted = Counted(telling::route(owner, visit.shape));
        let mut response = self.answer_as(owner, (parts, incoming, upgrade), visit, caller).await;
        response.extensions_mut().insert(counted);
        response
    }

    async fn answer_as(
        &self,
        owner: Owner,
        (parts, incoming, upgrade): (Parts, Incoming, Option<OnUpgrade>),
        visit: Visit,
        caller: Caller,
    ) -> Response<Body> {
        if !owner.is_served_on(self.door.serves) {
            return Text::NOT_SERVED_HERE.answer(visit.shape);
        }
        match owner {
            Owner::Upstream => self.gated((parts, incoming, upgrade), &visit, caller).await,
            _ => self.own(owner, (parts, incoming), &visit, caller).await,
        }
    }

    fn origin(&self, headers: &HeaderMap) -> Result<Origin, Conflict> {
        if self.headers_count {
            self.door.peers.origin(self.direct, headers)
        } else {
            Ok(self.direct)
        }
    }

    /// A request for an upstream: its route, and what that asks for.
    async fn gated(
        &self,
        (parts, incoming, upgrade): (Parts, Incoming, Option<OnUpgrade>),
        visit: &Visit,
        caller: Caller,
    ) -> Response<Body> {
        let Ok(head) = Head::read(&parts) else { return answers::internal() };
        let routing = self.gate.routing.load_full();
        if let Some(site) = asking_site(&routing, &parts, &head) {
            return preflight::answer(&site, &parts);
        }
        let (route, server) = match self.route(&routing, &parts, head.host, head.path) {
            Ok(found) => found,
            Err(NoRoute::Answered(text)) => return text.answer(visit.shape),
            Err(NoRoute::OtherMethods(allow)) => return other_method(allow, visit.shape),
            Err(NoRoute::Fault(fault)) => {
                return self.bad_head(&parts, fault, visit, caller).await;
            }
        };
        let site = AllowedSite::of(route, &parts.headers);
        let judged = self.judge(&head, incoming, (visit, caller), Demands::of(route, server)).await;
        let mut response = match judged {
            Judged::Answered(response) => response,
            Judged::Admitted { payload, admitted, clock } => {
                let to = Forwarding { route, server, visit, admitted, upgrade };
                let mut response = self.forward(parts, payload, to).await;
                clock.add_to(&mut response);
                response
            }
        };
        if let Some(site) = site {
            site.add_to(&mut response);
        }
        response
    }

    fn route<'r>(
        &self,
        routing: &'r Routing,
        parts: &Parts,
        host: Host<'_>,
        path: &str,
    ) -> Result<(&'r Route, &'r Server), NoRoute> {
        match routing.find(host, path, &parts.method) {
            Found::Route(route, server) => Ok((route, server)),
            Found::OtherMethods(methods) => {
                let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
                Err(NoRoute::OtherMethods(names.join(", ")))
            }
            Found::Ambiguous => Err(NoRoute::Fault(HeadFault::PathAmbiguous)),
            Found::Nothing => Err(NoRoute::Answered(Text::NO_ROUTE)),
        }
    }

    /// Where a message with such a head ends is not sure, so nothing more is read from its
    /// connection.
    async fn bad_head(
        &self,
        parts: &Parts,
        fault: HeadFault,
        visit: &Visit,
        caller: Caller,
    ) -> Response<Body> {
        let message = fault.message();
        let (cause, source) = match fault {
            HeadFault::ForwardedConflict => (Cause::ForwardedHeaders, self.peer.ip()),
            _ => (Cause::HeadRejected, visit.origin.source),
        };
        let example = Example { why: Some(message), ..Example::from(source) };
        self.gate.notices.tell(cause, &example);
        let refused = Refused::nobody(Refusal::Head(message));
        let came = head::unchecked(parts, visit.origin.scheme).into();
        let mut response = refuse(&self.gate, caller, refused, &came, visit.shape, None).await;
        // HTTP/2 says where a message ends by itself.
        if parts.version != Version::HTTP_2 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// What the connection holds, for a WebSocket that it becomes.
    fn take_held(&self) -> Option<Held> {
        self.held.lock().unwrap_or_else(|held| held.into_inner()).take()
    }

    fn gate(&self) -> &Shared {
        &self.gate
    }
}

/// The site whose browser asks whether its page may send a request, if the route of that request
/// names the site. All other questions are requests like any.
fn asking_site(routing: &Routing, parts: &Parts, head: &Head<'_>) -> Option<AllowedSite> {
    let asked = preflight::asked_method(parts).filter(|_| preflight::is_preflight(parts))?;
    match routing.find(head.host, head.path, &asked) {
        Found::Route(route, _) => AllowedSite::of(route, &parts.headers),
        _ => None,
    }
}

/// Why a request has no route.
enum NoRoute {
    Answered(Text),
    OtherMethods(String),
    Fault(HeadFault),
}

fn other_method(allow: String, shape: Shape) -> Response<Body> {
    let mut response = Text::METHOD_NOT_ALLOWED.answer(shape);
    if let Ok(allow) = HeaderValue::try_from(allow) {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn shape(parts: &Parts) -> Shape {
    let content_type = parts.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    Shape::of(parts.uri.path(), content_type)
}
