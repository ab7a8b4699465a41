//! The paths that Countersign answers itself: health, metrics, the pages, the JSON API, refusals,
//! the keys of assertions, and nothing else yet.

mod api;
mod key_set;
mod probes;
mod refusals;

use std::net::SocketAddr;
use std::time::Duration;

use countersign_api::Api;
use countersign_gate::{Body, BoxFuture, OwnPaths};
use countersign_verify::{Answer, Shape};
use countersign_web::Pages;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

pub(crate) use key_set::KeySet;
pub(crate) use probes::Probes;
pub(crate) use refusals::Refusals;

/// The longest body that a page takes: a form with a password.
const MAX_BODY: usize = 16 * 1024;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct OwnEndpoints {
    pages: Pages,
    api: Api,
    refusals: Refusals,
    probes: Probes,
    key_set: KeySet,
}

impl OwnEndpoints {
    pub(crate) fn new(
        (pages, api): (Pages, Api),
        refusals: Refusals,
        probes: Probes,
        key_set: KeySet,
    ) -> Self {
        Self { pages, api, refusals, probes, key_set }
    }

    async fn page(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        let body = timeout(PATIENCE, Limited::new(body, MAX_BODY).collect());
        let body = match body.await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) => return plain(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large.\n"),
            Err(_) => return plain(StatusCode::REQUEST_TIMEOUT, "The form came too slowly.\n"),
        };
        let answer = self.pages.handle(Request::from_parts(head, body.to_bytes())).await;
        answer.map(Body::from)
    }
}

impl OwnPaths for OwnEndpoints {
    fn handle(&self, request: Request<Body>, peer: SocketAddr) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async move {
            let path = request.uri().path();
            if let Some(answer) = self.probes.answer(&request, peer) {
                return answer;
            }
            match path {
                "/countersign/jwks.json" => self.key_set.answer(request.method()),
                path if path.starts_with("/countersign/api/") => {
                    let is_from_here = refusals::is_from_here(peer, request.headers());
                    match self.refusals.answer(request.method(), path, is_from_here).await {
                        Some(answer) => answer,
                        None => api::answer(&self.api, request, peer).await,
                    }
                }
                path if path.starts_with("/countersign") => self.page(request).await,
                path => not_found(path),
            }
        })
    }
}

/// A path of Token-Based Authentication that nothing answers, in the shape its clients read.
fn not_found(path: &str) -> Response<Body> {
    let answer = Answer::error(
        404,
        "NOT_FOUND",
        "There is no such endpoint on this server.",
        Shape::of(path, None),
    );
    let mut response = plain(StatusCode::NOT_FOUND, "");
    *response.body_mut() = Body::from(answer.body);
    let content_type = HeaderValue::from_static(answer.content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text.as_bytes()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
