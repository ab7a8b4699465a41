//! `GET /countersign/jwks.json`: the public keys that upstreams check assertions with.

use std::sync::Arc;

use countersign_assertions::SignedAssertions;
use countersign_gate::Body;
use countersign_model::{AssertionKey, Clock};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Response, StatusCode};

/// What is published of the keys. No secret, and nobody needs a session for it.
pub(crate) struct KeySet {
    assertions: Arc<SignedAssertions>,
    clock: Arc<dyn Clock>,
    may_be_kept: String,
}

impl KeySet {
    pub(crate) fn new(assertions: Arc<SignedAssertions>, clock: Arc<dyn Clock>) -> Self {
        // A key is published for longer than this before it signs.
        let may_be_kept = format!("public, max-age={}", AssertionKey::KEPT_SECONDS);
        Self { assertions, clock, may_be_kept }
    }

    pub(super) fn answer(&self, method: &Method) -> Response<Body> {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let text = "The keys can be read only: use GET.\n";
            let mut response = super::plain(StatusCode::METHOD_NOT_ALLOWED, text);
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return response;
        }
        let mut response = Response::new(Body::from(self.assertions.key_set(self.clock.now())));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
        if let Ok(may_be_kept) = HeaderValue::from_str(&self.may_be_kept) {
            headers.insert(CACHE_CONTROL, may_be_kept);
        }
        response
    }
}
