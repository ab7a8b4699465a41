//! The JSON API, for requests that a token has signed.

use std::net::SocketAddr;
use std::time::Duration;

use countersign_api::{Api, Door, refuse};
use countersign_gate::Body;
use countersign_verify::Principal;
use http::{Request, Response};
use tokio::time::timeout;

/// How long a request may take, to the last byte of its body: a change waits for others, and for a
/// disk.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers a request; who signed it, as the gate has verified, is who asks.
pub(super) async fn answer(
    api: &Api,
    request: Request<Body>,
    client: SocketAddr,
) -> Response<Body> {
    let principal = request.extensions().get::<Principal>().cloned();
    let door = principal.map(|principal| Door::Token(principal, client.ip().to_canonical()));
    let answer = timeout(PATIENCE, api.answer(request, door)).await;
    let answer = answer.unwrap_or_else(|_| {
        refuse("too-slow", "the body did not come in time, or the server is too busy: try again")
    });
    answer.map(Body::from)
}
