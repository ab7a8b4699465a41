//! How connections begin, wait and end.

use std::time::Duration;

use countersign_gate::Limits;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::client::{Client, PATIENCE};
use crate::upstream::Reply;
use crate::wire::{Wire, signed};
use crate::world::{Choices, World};

pub(crate) fn limited(change: impl FnOnce(&mut Limits)) -> Choices {
    let mut choices = Choices::default();
    change(&mut choices.limits);
    choices
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection_and_one_that_has_begun_is_answered() {
    for wire in Wire::ALL {
        let limits = Limits { head_read: Duration::from_millis(300), ..Choices::default().limits };
        let world = World::with(Choices { limits, ..Choices::over(wire) }).await;
        let whole = format!("{}\r\n", world.signed("GET", "/"));
        for (before, begun) in [("", ""), ("", "GET / HTTP/1.1\r\nhost: a\r\n"), (&whole, "G")] {
            let mut client = world.client().await;
            if !before.is_empty() {
                client.send(before).await;
                assert_eq!(client.receive().await.unwrap().status(), 200);
            }
            client.send(begun).await;
            if !begun.is_empty() {
                let answer = client.receive().await.unwrap();
                assert_eq!((answer.status(), answer.one("connection")), (408, Some("close")));
            }
            assert!(client.is_ended().await, "{begun}");
        }
        world.attempts.malformed_are(0).await;
        world.metric_is("countersign_limit_refusals_total{limit=\"head-time\"}", "3").await;
    }
}

#[tokio::test]
async fn further_connections_wait_for_room() {
    let world = World::with(limited(|limits| limits.connections = 2)).await;
    let first = world.client().await;
    let mut second = world.client().await;
    let mut third = world.client().await;
    third.send(format!("{}\r\n", signed("GET", "/third"))).await;
    second.send(format!("{}\r\n", signed("GET", "/second"))).await;
    assert_eq!(second.receive().await.unwrap().status(), 200);
    assert_eq!(world.upstream.count(), 1);
    drop(first);
    assert_eq!(third.receive().await.unwrap().status(), 200);
}

/// A request is in flight at an upstream that this test answers by hand.
pub(crate) async fn in_flight(change: impl FnOnce(&mut Limits)) -> (World, Client, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut choices = limited(change);
    let url = format!("http://{}", listener.local_addr().unwrap());
    choices.upstream = Some(countersign_gate::Upstream::parse(&url).unwrap());
    let world = World::with(choices).await;
    let mut client = world.client().await;
    client.send(format!("{}\r\n", signed("GET", "/"))).await;
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let mut upstream = Client::over(stream);
    upstream.receive().await.unwrap();
    (world, client, upstream)
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_request_at_the_upstream_and_is_counted() {
    let (world, client, mut upstream) = in_flight(|_| {}).await;
    drop(client);
    assert!(upstream.is_ended().await);
    for series in [
        "countersign_requests_abandoned_total{plane=\"all\"}",
        "countersign_upstream_requests_total{result=\"abandoned\"}",
    ] {
        world.metric_is(series, "1").await;
    }
    world.metric_is("countersign_requests_in_flight", "0").await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_given_up() {
    let (_world, mut client, mut upstream) =
        in_flight(|limits| limits.idle = Duration::from_millis(300)).await;
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n").await;
    let chunk = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while upstream.try_send(&chunk).await.is_ok() {
        sent += chunk.len();
        assert!(sent < 100_000_000, "the gate gathered {sent} bytes");
    }
    assert!(client.receive().await.is_err());
}

#[tokio::test]
async fn close_is_honoured() {
    let world = World::start().await;
    let mut client = world.client().await;
    client.send(format!("{}connection: close\r\n\r\n", signed("GET", "/"))).await;
    let answer = client.receive().await.unwrap();
    assert_eq!((answer.status(), answer.one("connection")), (200, Some("close")));
    assert!(client.is_ended().await);
}

#[tokio::test]
async fn an_upstream_that_says_close_does_not_close_the_client() {
    let world = World::start().await;
    let reply = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok";
    world.upstream.reply_with(Reply::BytesThenEnd(reply.into()));
    let mut client = world.client().await;
    for _ in 0..2 {
        client.send(format!("{}\r\n", signed("GET", "/"))).await;
        let answer = client.receive().await.unwrap();
        assert_eq!((answer.status(), answer.one("connection")), (200, None));
    }
}

#[tokio::test]
async fn bytes_that_are_no_http_are_counted_and_answered() {
    let world = World::start().await;
    for bytes in ["\u{16}\u{3}\u{1}hello tls", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET\r\n\r\n"] {
        let mut client = world.client().await;
        client.send(bytes).await;
        // What is no HTTP/1.1 at all may go without an answer.
        if let Ok(answer) = client.receive().await {
            assert!((400..500).contains(&answer.status()), "{bytes:?}");
        }
        assert!(client.is_ended().await);
    }
    drop(world.client().await);
    let fine = world.answer(format!("{}\r\n", signed("GET", "/"))).await;
    assert_eq!(fine.status(), 200);
    world.attempts.malformed_are(3).await;
}

#[tokio::test]
async fn a_client_that_closes_its_side_is_taken_for_gone() {
    for wire in Wire::ALL {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let upstream = Some(countersign_gate::Upstream::parse(&url).unwrap());
        let world = World::with(Choices { upstream, ..Choices::over(wire) }).await;
        let mut client = world.client().await;
        client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
        let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
        let mut upstream = Client::over(stream);
        upstream.receive().await.unwrap();
        client.finish().await;
        assert!(upstream.is_ended().await, "{wire:?}");
        assert!(client.is_ended().await, "{wire:?}");
    }
}

#[tokio::test]
async fn a_body_that_its_client_closes_within_never_arrives_as_a_whole_one() {
    for world in World::on_each_wire().await {
        for rest in
            ["content-length: 5\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"]
        {
            let mut client = world.client().await;
            client.send(format!("{}{rest}", world.signed("POST", "/"))).await;
            client.finish().await;
            assert_eq!(client.receive().await.unwrap().status(), 400, "{:?} {rest}", world.wire);
        }
        assert_eq!(world.upstream.count(), 0);
    }
}
