//! How the answer of an upstream ends: what its client sees, what is counted, and who is blamed.

use std::time::Duration;

use countersign_gate::Upstream as To;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::client::{Client, PATIENCE};
use crate::http2::{Http2, RST_STREAM, WHOLE, request};
use crate::log::Log;
use crate::upstream::Reply;
use crate::wire::Wire;
use crate::world::{Choices, World};

/// Answers that are not whole.
const HALVES: [&str; 3] = [
    "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
];

const CHUNKED: &str =
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwhole\r\n0\r\n\r\n";

fn over(wire: Wire, idle: Duration) -> Choices {
    let mut choices = Choices::over(wire);
    choices.limits.idle = idle;
    choices
}

fn result(result: &str) -> String {
    format!("countersign_upstream_requests_total{{result=\"{result}\"}}")
}

/// Asks in each version of HTTP, and is never given a whole answer.
async fn no_client_takes_it_as_complete(reply: &Reply, idle: Duration, ending: &str) {
    for wire in Wire::ALL {
        let (log, world) = (Log::start(), World::with(over(wire, idle)).await);
        world.upstream.reply_with(reply.clone());
        let mut client = world.client().await;
        client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
        assert!(client.receive().await.is_err(), "{wire:?}");
        world.metric_is(&result(ending), "1").await;
        if wire == Wire::Tls {
            let outcome = world.http2().await.ask(&request("GET", "/")).await;
            assert_eq!(outcome.word(), "reset 2", "INTERNAL_ERROR");
            world.metric_is(&result(ending), "2").await;
        }
        for others in ["answered", "abandoned", "broken", "timed-out"] {
            world.metric_is(&result(others), "0").await;
        }
        let lines = log.on(&format!("upstream-{ending}"));
        assert_eq!(lines.len(), 1, "{}", log.text());
        let upstream = format!(" upstream=\"{}\" ", world.upstream.address);
        assert!(lines[0].contains("WARN") && lines[0].contains(&upstream), "{lines:?}");
    }
}

#[tokio::test]
async fn an_upstream_that_dies_within_its_answer_is_counted_and_named() {
    for half in HALVES {
        let reply = Reply::BytesThenEnd(half.into());
        no_client_takes_it_as_complete(&reply, PATIENCE, "cut-off").await;
    }
    // It need not close for that: it may go on with what is no HTTP.
    let reply = Reply::Bytes(HALVES[2].into());
    no_client_takes_it_as_complete(&reply, PATIENCE, "cut-off").await;
}

#[tokio::test]
async fn an_upstream_that_stalls_within_its_answer_is_counted_and_named() {
    for half in [HALVES[0], HALVES[1]] {
        let reply = Reply::Bytes(half.into());
        no_client_takes_it_as_complete(&reply, Duration::from_millis(100), "stalled").await;
    }
}

#[tokio::test]
async fn an_answer_that_came_to_its_end_counts_as_answered_however_its_end_is_said() {
    let log = Log::start();
    let world = World::with(over(Wire::Tls, PATIENCE)).await;
    let mut answered = 0;
    for (method, reply, ends) in [
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwhole", false),
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", false),
        ("GET", CHUNKED, false),
        ("GET", "HTTP/1.1 200 OK\r\n\r\nwhole", true),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", false),
        ("GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n", false),
        ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", false),
    ] {
        let bytes = reply.into();
        world.upstream.reply_with(if ends {
            Reply::BytesThenEnd(bytes)
        } else {
            Reply::Bytes(bytes)
        });
        let mut client = world.client().await;
        client.send(format!("{}\r\n", world.signed(method, "/"))).await;
        client.receive_for(method).await.unwrap();
        let outcome = world.http2().await.ask(&request(method, "/")).await;
        assert!(!outcome.word().starts_with("reset"), "{reply}");
        answered += 2;
        world.metric_is(&result("answered"), &answered.to_string()).await;
    }
    for others in ["cut-off", "stalled", "abandoned"] {
        world.metric_is(&result(others), "0").await;
    }
    assert_eq!(log.text(), "");
}

/// A world whose upstream this test plays.
async fn by_hand(idle: Duration) -> (World, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Some(To::parse(&url).unwrap());
    (World::with(Choices { upstream, ..over(Wire::Tls, idle) }).await, listener)
}

async fn asked(listener: &TcpListener) -> Client {
    let (stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let mut upstream = Client::over(stream);
    upstream.receive().await.unwrap();
    upstream
}

#[tokio::test]
async fn a_client_that_leaves_within_an_answer_is_not_blamed_on_the_upstream() {
    let log = Log::start();
    let (world, listener) = by_hand(PATIENCE).await;
    for (number, head) in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ]
    .into_iter()
    .enumerate()
    {
        let mut client = world.client().await;
        client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
        let mut upstream = asked(&listener).await;
        upstream.send(head).await;
        client.receive_head().await.unwrap();
        drop(client);
        assert!(upstream.is_ended().await, "{head}");

        let mut client: Http2 = world.http2().await;
        let stream = client.open(&request("GET", "/"), WHOLE).await;
        let mut upstream = asked(&listener).await;
        upstream.send(head).await;
        while client.receive().await.unwrap().stream != stream {}
        client.send(RST_STREAM, 0, stream, 8_u32.to_be_bytes()).await;
        assert!(upstream.is_ended().await, "{head}");
        let abandoned = 2 * (number + 1);
        world.metric_is(&result("abandoned"), &abandoned.to_string()).await;
    }
    for others in ["answered", "cut-off", "stalled", "broken"] {
        world.metric_is(&result(others), "0").await;
    }
    assert_eq!(log.text(), "");
}
