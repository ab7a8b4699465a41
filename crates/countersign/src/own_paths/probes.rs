//! `/countersign/health/live`, `/countersign/health/ready` and `/countersign/metrics`: for who
//! watches this server. None of them asks for a login, so none tells a secret, a name or a path.

use std::net::SocketAddr;
use std::sync::Arc;

use countersign_gate::Body;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};
use ipnet::IpNet;
use serde_json::json;

use crate::monitor::Monitor;

/// What OpenMetrics text is.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers probes.
pub(crate) struct Probes {
    monitor: Arc<Monitor>,
    /// Who may read metrics.
    metrics_from: Vec<IpNet>,
}

impl Probes {
    /// Metrics are for peers in `metrics_from`; where that is empty, for this machine.
    pub(crate) fn new(monitor: Arc<Monitor>, metrics_from: Vec<IpNet>) -> Self {
        Self { monitor, metrics_from }
    }

    /// The answer, if that is a probe's path and its peer may have one.
    pub(super) fn answer(
        &self,
        method: &Method,
        path: &str,
        peer: SocketAddr,
    ) -> Option<Response<Body>> {
        let answer = match path {
            "/countersign/health/live" | "/countersign/health/ready" | "/countersign/metrics"
                if !matches!(*method, Method::GET | Method::HEAD) =>
            {
                let mut response =
                    text(StatusCode::METHOD_NOT_ALLOWED, "text/plain", String::new());
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
                response
            }
            // Who gets an answer gets it from a process that answers.
            "/countersign/health/live" => json(StatusCode::OK, &json!({ "live": true })),
            "/countersign/health/ready" => {
                let readiness = self.monitor.readiness();
                let status = match readiness.is_ready() {
                    true => StatusCode::OK,
                    false => StatusCode::SERVICE_UNAVAILABLE,
                };
                json(status, &readiness.to_json())
            }
            "/countersign/metrics" if self.may_read_metrics(peer) => {
                text(StatusCode::OK, OPEN_METRICS, self.monitor.metrics())
            }
            _ => return None,
        };
        Some(answer)
    }

    /// By the peer alone: what a header says about another address is not believed.
    fn may_read_metrics(&self, peer: SocketAddr) -> bool {
        let address = peer.ip().to_canonical();
        match self.metrics_from.as_slice() {
            [] => address.is_loopback(),
            networks => networks.iter().any(|network| network.contains(&address)),
        }
    }
}

fn json(status: StatusCode, content: &serde_json::Value) -> Response<Body> {
    text(status, "application/json", format!("{content}\n"))
}

fn text(status: StatusCode, content_type: &'static str, content: String) -> Response<Body> {
    let mut response = Response::new(Body::from(content));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
