//! `GET /countersign/api/v1/refusals/{reference}`: what was wrong with a refused request.
//!
//! A stand-in answers it to its own machine, without a login: it hides nothing. A deployment
//! answers as if there were no such endpoint, until there are logins for it.

use std::net::SocketAddr;

use countersign_gate::Body;
use countersign_trail::{Explanations, Viewer};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};
use serde_json::json;

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
        peer: SocketAddr,
    ) -> Option<Response<Body>> {
        let (Self::Told(explanations), Some(reference)) = (self, path.strip_prefix(PREFIX)) else {
            return None;
        };
        Some(told(explanations, method, reference, peer).await)
    }
}

async fn told(
    explanations: &Explanations,
    method: &Method,
    reference: &str,
    peer: SocketAddr,
) -> Response<Body> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        let (code, message) = ("METHOD_NOT_ALLOWED", "A refusal can be read only: use GET.");
        let mut response = error(StatusCode::METHOD_NOT_ALLOWED, code, message);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if !peer.ip().to_canonical().is_loopback() {
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
