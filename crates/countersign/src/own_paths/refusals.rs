//! `GET /countersign/api/v1/refusals/{reference}`: what was wrong with a refused request.
//!
//! A stand-in answers it to its own machine, without a login: it hides nothing. A deployment
//! answers as if there were no such endpoint, until there are logins for it.

use std::net::SocketAddr;

use countersign_gate::Body;
use countersign_trail::{Explanations, Viewer};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use serde_json::json;

use super::probes::was_passed_on;
use crate::explain;

const PREFIX: &str = "/countersign/api/v1/refusals/";

/// Who is told about refusals over HTTP.
pub(crate) enum Refusals {
    /// Everybody on this machine.
    Told(Explanations),
    /// Nobody.
    Untold,
}

impl Refusals {
    /// Answers a path below `/countersign/api/`, if it is one of these and they are told.
    pub(super) async fn answer(
        &self,
        method: &Method,
        path: &str,
        is_from_here: bool,
    ) -> Option<Response<Body>> {
        let Self::Told(explanations) = self else { return None };
        let reference = path.strip_prefix(PREFIX)?;
        Some(told(explanations, method, reference, is_from_here).await)
    }
}

/// Whether somebody on this machine asks: a proxy on it may pass on what anybody asks.
pub(super) fn is_from_here(peer: SocketAddr, headers: &HeaderMap) -> bool {
    peer.ip().to_canonical().is_loopback() && !was_passed_on(headers)
}

async fn told(
    explanations: &Explanations,
    method: &Method,
    reference: &str,
    is_from_here: bool,
) -> Response<Body> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let (code, message) = ("METHOD_NOT_ALLOWED", "A refusal can be read only: use GET.");
        let mut response = error(StatusCode::METHOD_NOT_ALLOWED, code, message);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if !is_from_here {
        return unknown();
    }
    match explanations.find(Viewer::Operator, reference).await {
        Ok(Some(kept)) => match serde_json::to_value(explain::report(kept)) {
            Ok(report) => json_answer(StatusCode::OK, &report),
            Err(_) => broken(),
        },
        Ok(None) => unknown(),
        Err(fault) => {
            tracing::error!(%fault, "a refusal can't be looked up");
            broken()
        }
    }
}

/// The one answer for what does not exist and for what is not shown.
fn unknown() -> Response<Body> {
    error(StatusCode::NOT_FOUND, "NOT_FOUND", "There is no refusal with this reference.")
}

fn broken() -> Response<Body> {
    let message = "What was refused can't be read at the moment: the server's log says why.";
    error(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR", message)
}

fn error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    json_answer(status, &json!({ "error": { "code": code, "message": message } }))
}

fn json_answer(status: StatusCode, content: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{content}\n")));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn explanations_are_for_this_machine_and_not_for_whom_a_proxy_on_it_passes_on() {
        for (peer, header, told) in [
            ("127.0.0.1:5000", "accept", true),
            ("[::ffff:127.0.0.1]:5000", "accept", true),
            ("[::1]:5000", "accept", true),
            ("192.0.2.1:5000", "accept", false),
            ("127.0.0.1:5000", "x-forwarded-for", false),
            ("127.0.0.1:5000", "forwarded", false),
            ("127.0.0.1:5000", "via", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header, HeaderValue::from_static("x"));
            assert_eq!(is_from_here(peer.parse().unwrap(), &headers), told, "{peer} {header}");
        }
    }
}
