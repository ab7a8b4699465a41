//! The built-in upstream: says what arrived, and looks like an empty list to clients of REST web
//! services.

use countersign_gate::{Body, BoxFuture, InProcess};
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub(super) struct Echo;

impl InProcess for Echo {
    fn handle(&self, request: Request<Body>) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async {
            let (head, body) = request.into_parts();
            match digest(body).await {
                Some(digest) => answer(StatusCode::OK, &echo(&head, &digest)),
                None => answer(
                    StatusCode::BAD_REQUEST,
                    &json!({"error": {"code": "BODY", "message": "The body ended early."}}),
                ),
            }
        })
    }
}

/// SHA-256 of the body, which streams by.
async fn digest(mut body: Body) -> Option<String> {
    let mut digest = Sha256::new();
    while let Some(frame) = body.frame().await {
        if let Some(bytes) = frame.ok()?.data_ref() {
            digest.update(bytes);
        }
    }
    Some(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn echo(head: &http::request::Parts, body_sha256: &str) -> Value {
    let identity: Map<String, Value> = head
        .headers
        .iter()
        .filter(|(name, _)| name.as_str().starts_with("countersign-"))
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    json!({
        "method": head.method.as_str(),
        "path": head.uri.path(),
        "query": head.uri.query(),
        "body_sha256": body_sha256,
        "identity": identity,
        "items": [],
        "count": 0,
        "hasMore": false,
        "offset": 0,
        "totalResults": 0,
        "links": [],
    })
}

fn answer(status: StatusCode, value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
