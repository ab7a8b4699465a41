//! The JSON API, for requests that a token has signed, and for who is logged in.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use countersign_api::{Api, Door, refuse};
use countersign_gate::{Arrival, Body};
use countersign_signing::Scheme;
use countersign_verify::Principal;
use http::{Request, Response};
use tokio::time::timeout;

/// How long a request may take, to the last byte of its body: a change waits for others, and for a
/// disk.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers a request; who signed it, as the gate has verified, is who asks. One that nobody signed
/// came from a browser, or from a program that works like one.
pub(super) async fn answer(
    api: &Api,
    request: Request<Body>,
    client: SocketAddr,
) -> Response<Body> {
    let principal = request.extensions().get::<Principal>().cloned();
    let arrival = request.extensions().get::<Arrival>();
    let from = client.ip().to_canonical();
    let door = match principal {
        Some(principal) => Some(Door::Token(principal, from)),
        None => arrival.map(|arrival| Door::Browser(visitor(arrival, from))),
    };
    let answer = timeout(PATIENCE, api.answer(request, door)).await;
    let answer = answer.unwrap_or_else(|_| {
        refuse("too-slow", "the body did not come in time, or the server is too busy: try again")
    });
    answer.map(Body::from)
}

fn visitor(arrival: &Arrival, client: IpAddr) -> countersign_api::Arrival {
    countersign_api::Arrival {
        client,
        is_https: arrival.scheme == Scheme::Https,
        is_loopback: arrival.is_loopback,
        host: arrival.authority.clone(),
    }
}
