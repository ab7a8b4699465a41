//! Paths that Countersign answers itself. They are never forwarded, and nothing else is theirs.
//!
//! A path is compared as it came: another spelling of an own path (`//countersign/`,
//! `/countersign%2f`, `/./rest/`, another case) is not one. It goes the way of all other paths, to
//! the upstream, as it is, and only with a proven signature.

mod site;

use std::net::SocketAddr;

use countersign_signing::Scheme;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response};

use crate::{Body, BoxFuture, Plane};

pub(crate) use site::Sites;

/// Answers the own paths: pages, API, endpoints of Token-Based Authentication, health.
pub trait OwnPaths: Send + Sync {
    /// Answers one request. Its head and host were checked, and for `/countersign/` also its site.
    /// `client` is where it comes from, as far as that is known: the peer, or whom a trusted peer
    /// names. Its headers are the client's own, so `countersign-*` and `x-forwarded-*` prove
    /// nothing; its body is streamed, and not limited in size.
    ///
    /// Below `/countersign/api/`, a request with an OAuth signature was verified first, remembered
    /// and told to the trail: it has a [`Principal`](countersign_verify::Principal) as extension.
    /// One without that extension was signed by nobody. Each has an [`Arrival`].
    fn handle(&self, request: Request<Body>, client: SocketAddr) -> BoxFuture<'_, Response<Body>>;
}

/// How a request for an own path came, as its listener or a trusted peer says. It is an extension
/// of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// What its client spoke.
    pub scheme: Scheme,
    /// The host that was asked, with the port if one was named.
    pub authority: Box<str>,
    /// Whether that host can only mean this machine.
    pub is_loopback: bool,
}

/// Whose a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Endpoints that clients of Token-Based Authentication call, from any site, and under any host
    /// but one of an account that there is not.
    Endpoint,
    /// Pages and API, which are protected from other sites.
    Page,
    /// What machines ask for under any name: health, and the keys of assertions. Reading them
    /// changes nothing and tells nothing that is not for all.
    Public,
    /// Who may read metrics is decided by address. A name could be made to mean this machine by
    /// whoever owns it (DNS rebinding), a written address can't.
    Metrics,
    /// All else.
    Upstream,
}

impl Owner {
    /// Whether a listener for `plane` answers it.
    pub(crate) fn is_served_on(self, plane: Plane) -> bool {
        match plane {
            Plane::All => true,
            Plane::Data => !matches!(self, Self::Page | Self::Metrics),
            Plane::Control => matches!(self, Self::Page | Self::Public | Self::Metrics),
        }
    }

    pub(crate) fn of(path: &str) -> Self {
        let public =
            ["/countersign/health/live", "/countersign/health/ready", "/countersign/jwks.json"];
        let endpoints = ["/rest/", "/app/login/", "/services/rest/auth/"];
        if public.contains(&path) {
            Self::Public
        } else if path == "/countersign/metrics" {
            Self::Metrics
        } else if path.starts_with("/countersign/") || path == "/countersign" {
            Self::Page
        } else if endpoints.iter().any(|prefix| path.starts_with(prefix)) {
            Self::Endpoint
        } else {
            Self::Upstream
        }
    }
}

/// Where somebody may say by a signature who they are.
const API: &str = "/countersign/api/";

/// Whether a request for an own path is signed, in a place where that counts.
pub(crate) fn is_signed(path: &str, headers: &HeaderMap) -> bool {
    let mut authorization = headers.get_all(AUTHORIZATION).iter();
    path.starts_with(API)
        && authorization.any(|value| {
            let scheme = value.as_bytes().split(|byte| *byte == b' ').next().unwrap_or_default();
            scheme.eq_ignore_ascii_case(b"OAuth")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_paths_are_own_in_one_spelling() {
        for (path, owner) in [
            ("/rest/requesttoken", Owner::Endpoint),
            ("/app/login/secure/authorizetoken.nl", Owner::Endpoint),
            ("/services/rest/auth/oauth2/v1/token", Owner::Endpoint),
            ("/countersign", Owner::Page),
            ("/countersign/", Owner::Page),
            ("/countersign/../x", Owner::Page),
            ("/countersign/health/ready", Owner::Public),
            ("/countersign/health/ready/", Owner::Page),
            ("/countersign/jwks.json", Owner::Public),
            ("/countersign/metrics", Owner::Metrics),
            ("/countersign%2f", Owner::Upstream),
            ("/countersign%2Fapi", Owner::Upstream),
            ("//countersign/", Owner::Upstream),
            ("/./countersign/", Owner::Upstream),
            ("/x/../countersign/", Owner::Upstream),
            ("/Countersign/", Owner::Upstream),
            ("/countersignx", Owner::Upstream),
            ("/%63ountersign/", Owner::Upstream),
            ("/rest", Owner::Upstream),
            ("/restlet", Owner::Upstream),
            ("/services/rest/record/v1/customer", Owner::Upstream),
            ("/app/site/hosting/restlet.nl", Owner::Upstream),
            ("/", Owner::Upstream),
        ] {
            assert_eq!(Owner::of(path), owner, "{path}");
        }
    }
}
