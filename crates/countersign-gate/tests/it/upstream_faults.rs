//! An upstream that is down, dies, says nothing or says something odd.

use std::sync::atomic::Ordering;
use std::time::Duration;

use countersign_gate::Upstream as To;
use tokio::net::TcpListener;

use crate::upstream::Reply;
use crate::wire::{authorization, signed};
use crate::world::{Choices, HOST, World};

#[tokio::test]
async fn an_upstream_that_is_down_is_said_to_be() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let upstream = Some(To::parse(&format!("http://{address}")).unwrap());
    let world = World::with(Choices { upstream, ..Choices::default() }).await;
    let answer = world.get("/", "").await;
    assert_eq!(answer.status(), 502);
    assert!(answer.text().contains("UPSTREAM_UNREACHABLE"), "{}", answer.text());
    assert!(answer.text().contains("It was not sent"));
    assert_eq!(answer.one("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn an_upstream_that_closes_without_an_answer_is_not_asked_again() {
    let world = World::start().await;
    for reply in ["", "HTTP/1.1 200 OK\r\ncontent-le", "nonsense\r\n\r\n"] {
        let before = world.upstream.count();
        world.upstream.reply_with(Reply::BytesThenEnd(reply.into()));
        let answer = world.get("/", "").await;
        assert_eq!(answer.status(), 502, "{reply}");
        assert!(answer.text().contains("UPSTREAM_FAILED"), "{}", answer.text());
        assert_eq!(world.upstream.count(), before + 1, "{reply}");
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_upstream_closed_is_not_used_again() {
    let world = World::start().await;
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    world.upstream.reply_with(Reply::BytesThenEnd(ok.into()));
    for _ in 0..20 {
        assert_eq!(world.get("/", "").await.status(), 200);
        // Lets the close arrive; what is in flight at that moment can't be told apart.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(world.upstream.count(), 20);
    assert_eq!(world.upstream.connections.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn an_answer_that_breaks_off_never_looks_complete() {
    let world = World::start().await;
    for reply in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
    ] {
        for version in ["1.0", "1.1"] {
            world.upstream.reply_with(Reply::BytesThenEnd(reply.into()));
            let authorization = authorization("GET", HOST, "/", None);
            let mut client = world.client().await;
            client
                .send(format!(
                    "GET / HTTP/{version}\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\r\n"
                ))
                .await;
            // To a client of HTTP/1.0 the end of the connection is the end of the body, so it
            // must be a reset.
            assert!(client.receive().await.is_err(), "{reply} {version}");
        }
    }
}

#[tokio::test]
async fn an_upstream_that_switches_protocols_is_not_followed() {
    let world = World::start().await;
    let reply = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    world.upstream.reply_with(Reply::Bytes(reply.into()));
    let answer = world.get("/", "connection: upgrade\r\nupgrade: x\r\n").await;
    assert_eq!(answer.status(), 502);
    assert_eq!(answer.one("upgrade"), None);
}

#[tokio::test]
async fn an_upstream_that_codes_its_answer_in_another_way_is_not_passed_on() {
    let world = World::start().await;
    let reply = "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n";
    world.upstream.reply_with(Reply::Bytes(reply.into()));
    assert_eq!(world.get("/", "").await.status(), 502);
}

#[tokio::test]
async fn a_silent_upstream_is_given_up() {
    let mut choices = Choices::default();
    choices.settings.answer_timeout = Duration::from_millis(50);
    let world = World::with(choices).await;
    world.upstream.reply_with(Reply::Silence);
    let answer = world.get("/", "").await;
    assert_eq!(answer.status(), 504);
    assert!(answer.text().contains("UPSTREAM_TIMEOUT"));
    assert_eq!(world.upstream.count(), 1);
}

#[tokio::test]
async fn an_answer_that_stops_coming_is_broken_off() {
    let mut choices = Choices::default();
    choices.limits.idle = Duration::from_millis(50);
    let world = World::with(choices).await;
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf";
    world.upstream.reply_with(Reply::Bytes(half.into()));
    let mut client = world.client().await;
    client.send(format!("{}\r\n", signed("GET", "/"))).await;
    assert!(client.receive().await.is_err());
}

#[tokio::test]
async fn a_client_that_stops_sending_is_told_and_the_upstream_sees_no_whole_body() {
    let mut choices = Choices::default();
    choices.limits.idle = Duration::from_millis(50);
    let world = World::with(choices).await;
    for lines in
        ["content-length: 100\r\n\r\nhalf", "transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
    {
        let answer = world.answer(format!("{}{lines}", signed("POST", "/"))).await;
        assert_eq!(answer.status(), 408, "{lines}");
    }
    assert_eq!(world.upstream.count(), 0);
}
