//! Messages that pass: methods, bodies, statuses, connections.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use countersign_gate::{Body, BoxFuture, InProcess, Upstream as To};
use http::Response;
use http_body_util::BodyExt;

use crate::upstream::Reply;
use crate::wire::{authorization, signed};
use crate::world::{Choices, HOST, World};

#[tokio::test]
async fn methods_and_bodies_arrive_as_they_were_sent() {
    let world = World::start().await;
    for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "GET", "SEARCH", "M-SEARCH"] {
        let message = format!(
            "{}content-type: application/json\r\ncontent-length: 7\r\n\r\n{{\"a\":1}}",
            signed(method, "/x")
        );
        assert_eq!(world.answer(message).await.status(), 200, "{method}");
        let received = world.upstream.last();
        assert_eq!(received.first_line(), format!("{method} /x HTTP/1.1"));
        assert_eq!(received.text(), "{\"a\":1}");
        assert_eq!(received.one("content-length"), Some("7"));
        assert_eq!(received.one("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn a_request_without_a_body_arrives_without_framing_or_with_length_zero() {
    let world = World::start().await;
    world.get("/", "").await;
    assert_eq!(world.upstream.last().one("content-length"), None);
    assert_eq!(world.upstream.last().one("transfer-encoding"), None);
    let empty = format!("{}content-length: 0\r\n\r\n", signed("POST", "/"));
    assert_eq!(world.answer(empty).await.status(), 200);
    assert_eq!(world.upstream.last().one("content-length"), Some("0"));
    let chunked = format!("{}transfer-encoding: chunked\r\n\r\n0\r\n\r\n", signed("POST", "/"));
    assert_eq!(world.answer(chunked).await.status(), 200);
    assert!(world.upstream.last().body.is_empty());
}

#[tokio::test]
async fn statuses_headers_and_bodies_come_back() {
    let world = World::start().await;
    for status in [200, 201, 302, 404, 418, 500, 599] {
        world.upstream.reply(status, "location: /ü\r\nx-a: 1\r\nx-a: 2\r\n", "body");
        let answer = world.get("/", "").await;
        assert_eq!((answer.status(), answer.text()), (status, "body".to_owned()));
        assert_eq!(answer.all("x-a"), ["1", "2"]);
        assert_eq!(answer.one("location"), Some("/ü"));
        assert_eq!(answer.one("countersign-reference"), None);
    }
}

#[tokio::test]
async fn answers_without_a_body_end_where_they_should() {
    let world = World::start().await;
    let mut client = world.client().await;
    for (method, reply, status, length) in [
        ("HEAD", "HTTP/1.1 200 OK\r\ncontent-length: 1234\r\n\r\n", 200, Some("1234")),
        ("HEAD", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", 200, None),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, None),
        ("GET", "HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n", 304, None),
        ("GET", "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, Some("0")),
    ] {
        // Tests of the upstream's side are simple: one connection per answer.
        world.upstream.reply_with(Reply::BytesThenEnd(reply.into()));
        client.send(format!("{}\r\n", signed(method, "/"))).await;
        let answer = client.receive_for(method).await.unwrap();
        assert_eq!((answer.status(), answer.one("content-length")), (status, length), "{reply}");
    }
}

#[tokio::test]
async fn informational_answers_before_the_answer_are_no_answer() {
    let world = World::start().await;
    let reply =
        "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    world.upstream.reply_with(Reply::Bytes(reply.into()));
    assert_eq!(world.get("/", "").await.status(), 200);
}

#[tokio::test]
async fn a_client_that_expects_100_gets_it_only_when_it_is_admitted() {
    let world = World::start().await;
    let mut client = world.client().await;
    let lines = "content-length: 3\r\nexpect: 100-continue\r\n";
    client.send(format!("{}{lines}\r\n", signed("POST", "/"))).await;
    assert_eq!(client.receive().await.unwrap().status(), 100);
    client.send("abc").await;
    assert_eq!(client.receive().await.unwrap().status(), 200);
    assert_eq!(world.upstream.last().text(), "abc");
    assert_eq!(world.upstream.last().one("expect"), None);

    let refused = format!("POST / HTTP/1.1\r\nhost: {HOST}\r\n{lines}\r\n");
    assert_eq!(world.answer(refused).await.status(), 401);
}

#[tokio::test]
async fn connections_are_reused_on_both_sides() {
    let world = World::start().await;
    let mut client = world.client().await;
    for _ in 0..5 {
        client.send(format!("{}\r\n", signed("GET", "/"))).await;
        assert_eq!(client.receive().await.unwrap().text(), "ok");
    }
    assert_eq!(world.upstream.count(), 5);
    assert_eq!(world.upstream.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_client_of_http_1_0_is_served() {
    let world = World::start().await;
    let authorization = authorization("GET", HOST, "/", None);
    let mut client = world.client().await;
    client
        .send(format!("GET / HTTP/1.0\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\r\n"))
        .await;
    let answer = client.receive().await.unwrap();
    assert!(answer.first_line().starts_with("HTTP/1.0 200"));
    assert!(client.is_ended().await);
    assert_eq!(world.upstream.last().first_line(), "GET / HTTP/1.1");
}

#[tokio::test]
async fn an_upgrade_is_not_passed_on() {
    let world = World::start().await;
    let answer = world.get("/", "connection: upgrade\r\nupgrade: websocket\r\n").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(world.upstream.last().one("upgrade"), None);
    assert_eq!(world.upstream.last().one("connection"), None);
}

struct Mirror;

impl InProcess for Mirror {
    fn handle(&self, request: http::Request<Body>) -> BoxFuture<'_, Response<Body>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await.unwrap();
            assert!(body.trailers().is_none());
            let body = body.to_bytes();
            let entity = parts.headers["countersign-entity"].to_str().unwrap();
            let text = format!("{} {} {entity} {}", parts.method, parts.uri, body.len());
            Response::builder().header("countersign-x", "1").body(Body::from(text)).unwrap()
        })
    }
}

#[tokio::test]
async fn a_server_in_the_same_process_gets_the_same() {
    let upstream = Some(To::in_process(Arc::new(Mirror)));
    let world = World::with(Choices { upstream, ..Choices::default() }).await;
    let message = format!("{}content-length: 3\r\n\r\nabc", signed("POST", "/a%2fb?c"));
    let answer = world.answer(message).await;
    assert_eq!(answer.text(), "POST /a%2fb?c 22 3");
    assert_eq!(answer.one("countersign-x"), None);

    let chunks = "transfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\ncountersign-entity: 1\r\n\r\n";
    let answer = world.answer(format!("{}{chunks}", signed("PUT", "/"))).await;
    assert_eq!(answer.text(), "PUT / 22 2");
    assert_eq!(world.upstream.count(), 0);
}
