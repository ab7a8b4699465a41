//! The whole of it, as something that answers requests.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use bytes::Bytes;
use countersign_authority::Authority;
use countersign_trail::TokenClocks;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower_service::Service;

use crate::problem::{Inner, Problem};
use crate::{Door, router};

/// Answers requests. Cheap to clone; needs no socket.
#[derive(Clone)]
pub struct Api {
    router: Router,
}

/// What handlers work with.
pub(crate) struct Office {
    pub(crate) authority: Arc<Authority>,
    pub(crate) clocks: Arc<dyn TokenClocks>,
}

impl Api {
    /// The API over a record, and over what is known of clients' clocks.
    pub fn new(authority: Arc<Authority>, clocks: Arc<dyn TokenClocks>) -> Self {
        Self { router: router::router(Arc::new(Office { authority, clocks })) }
    }

    /// Answers a request that came in by `door`; without one, nobody is known to ask. A body is
    /// read up to 64 KiB; how long it may take is up to whoever hands it in.
    pub async fn answer<B>(&self, mut request: Request<B>, door: Option<Door>) -> Response<Bytes>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let is_operator = matches!(door, Some(Door::Operator(_)));
        request.extensions_mut().remove::<Door>();
        if let Some(door) = door {
            request.extensions_mut().insert(door);
        }
        let answer: Result<_, Infallible> = self.router.clone().call(request).await;
        let Ok(answer) = answer;
        let (mut head, body) = answer.into_parts();
        let mut body = match body.collect().await {
            Ok(body) => body.to_bytes(),
            // All bodies are in memory.
            Err(_) => Bytes::new(),
        };
        if let Some(inner) = head.extensions.remove::<Inner>() {
            tracing::error!(why = &*inner.0, "a request to the API could not be carried out");
            if is_operator {
                body = Problem::told(inner).body();
            }
        }
        if body.is_empty() && head.status != StatusCode::NOT_MODIFIED {
            head.headers.remove(CONTENT_TYPE);
        }
        head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Response::from_parts(head, body)
    }
}
