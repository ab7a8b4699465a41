//! `/countersign/health/live`, `/countersign/health/ready` and `/countersign/metrics`: for who
//! watches this server. None of them asks for a login, so none tells a secret, a name or a path.

use std::net::SocketAddr;
use std::sync::Arc;

use countersign_gate::Body;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, FORWARDED, HeaderName, VIA};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use ipnet::IpNet;
use serde_json::json;

use crate::monitor::Monitor;

/// What OpenMetrics text is.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What proxies add to a request that they pass on, beside what begins with [`FORWARDED_BY`].
const PASSED_ON: [HeaderName; 3] = [FORWARDED, VIA, HeaderName::from_static("x-real-ip")];
/// `X-Forwarded-For`, `-Host`, `-Proto`, `-Port`, and whatever else proxies say.
const FORWARDED_BY: &str = "x-forwarded";

/// Answers probes.
pub(crate) struct Probes {
    monitor: Arc<Monitor>,
    /// Who may read metrics.
    metrics_from: Vec<IpNet>,
}

impl Probes {
    /// Metrics are for who asks from `metrics_from`.
    pub(crate) fn new(monitor: Arc<Monitor>, metrics_from: Vec<IpNet>) -> Self {
        Self { monitor, metrics_from }
    }

    /// The answer, if that is a probe's path and its peer may have one.
    pub(super) fn answer(
        &self,
        request: &Request<Body>,
        peer: SocketAddr,
    ) -> Option<Response<Body>> {
        let method = request.method();
        let answer = match request.uri().path() {
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
            "/countersign/metrics" if self.may_read_metrics(peer, request.headers()) => {
                text(StatusCode::OK, OPEN_METRICS, self.monitor.metrics())
            }
            _ => return None,
        };
        Some(answer)
    }

    /// By the address that the request comes from. What a proxy has passed on is another's
    /// request, whatever address the proxy has: one on this machine must not open the metrics to
    /// all who reach it.
    fn may_read_metrics(&self, peer: SocketAddr, headers: &HeaderMap) -> bool {
        if was_passed_on(headers) {
            return false;
        }
        let address = peer.ip().to_canonical();
        self.metrics_from.iter().any(|network| network.contains(&address))
    }
}

/// Whether a proxy says that it only passes the request on.
pub(super) fn was_passed_on(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| PASSED_ON.contains(name) || name.as_str().starts_with(FORWARDED_BY))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_that_any_proxy_passes_on_is_known_by_its_headers() {
        for (name, passed_on) in [
            ("Forwarded", true),
            ("Via", true),
            ("X-Real-IP", true),
            ("X-Forwarded-For", true),
            ("X-Forwarded-Host", true),
            ("X-Forwarded-Proto", true),
            ("X-Forwarded-Port", true),
            ("X-Forwarded-By", true),
            ("X-Forwarded", true),
            ("Accept", false),
            ("X-Scrape-Timeout", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("localhost"));
            let name: HeaderName = name.parse().unwrap();
            headers.insert(name.clone(), HeaderValue::from_static(""));
            assert_eq!(was_passed_on(&headers), passed_on, "{name}");
        }
    }
}
