//! The data plane: a streaming reverse proxy that forwards what was verified, and nothing else.
//!
//! One request takes one walk (`walk`): the head is checked (`head`), own paths are answered
//! (`own`), its route is found (`rules`), a form is read (`form`), the verdict is asked for, then
//! the request is refused (`refusing`) or forwarded (`upstream`), each after the trail was told.
//!
//! What was verified is what is forwarded: method, target and body bytes are taken once from the
//! HTTP library and go unchanged into the base string (of bodies only forms, as OAuth 1.0a has it)
//! and onto the upstream's wire. Headers are
//! written anew (`headers`). A fragment in the request target (`#`, which no client may send) is
//! cut off by the HTTP library before this crate sees it: what is verified and what is forwarded
//! is the same shortened target.
//!
//! Belongs here: connections, TLS, routes, limits, the rules of HTTP messages, what goes upstream
//! and what comes back. Does not: the verdict and the texts of refusals (`countersign-verify`),
//! pages and endpoints (they come in as [`OwnPaths`]), settings, files.

#![deny(missing_docs)]

mod answers;
mod body;
mod caller;
mod form;
mod gate;
mod head;
mod headers;
mod limits;
mod listener;
mod notices;
mod own;
mod peers;
mod preflight;
mod refusing;
mod rules;
mod scratch;
mod telling;
mod throttle;
mod tls;
mod upgrade;
mod upstream;
mod walk;

pub use body::{Body, BodyFault};
pub use futures_util::future::BoxFuture;
pub use gate::{Gate, GateParts, Mode};
pub use limits::Limits;
pub use listener::{Drained, Listener, Plane};
pub use own::{Arrival, OwnPaths};
pub use peers::Peers;
pub use refusing::RefusalObserver;
pub use rules::{InvalidPath, InvalidRules, PathPattern, Route, RoutePermission, Rules};
pub use throttle::Rate;
pub use tls::{Certificate, CertificateFault, Tls, TlsFault, TlsSettings, TlsVersion};
pub use upstream::{
    HealthCheck, InProcess, InvalidTrust, InvalidUpstream, Trust, Upstream, UpstreamSettings,
};
