//! How connections of HTTP/2 begin, wait and end.

use std::time::Duration;

use countersign_gate::{Drained, Limits, Upstream as To};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::client::{Client, PATIENCE};
use crate::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADER_TABLE_SIZE, HEADERS, Http2,
    INITIAL_WINDOW_SIZE, PING, RST_STREAM, SETTINGS, WHOLE, WINDOW_UPDATE, block, request,
    unsigned,
};
use crate::upstream::Reply;
use crate::wire::Wire;
use crate::world::{Choices, World};

const CANCEL: [u8; 4] = 8_u32.to_be_bytes();

fn limited(change: impl FnOnce(&mut Limits)) -> Choices {
    let mut choices = Choices::over(Wire::Tls);
    change(&mut choices.limits);
    choices
}

fn short_heads() -> Choices {
    limited(|limits| limits.head_read = Duration::from_millis(100))
}

#[tokio::test]
async fn a_client_that_asks_for_nothing_is_sent_away() {
    let world = World::with(short_heads()).await;
    let mut client = world.http2().await;
    assert_eq!(client.end().await, Some(0));
    let mut client = world.http2().await;
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    assert_eq!(client.end().await, Some(0));
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn a_client_that_just_leaves_has_done_nothing_wrong() {
    let world = World::with(limited(|_| {})).await;
    drop(world.silent_http2().await);
    let mut client = world.http2().await;
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    drop(client);
    let mut client = world.http2().await;
    let internal_error = [0, 0, 0, 0, 0, 0, 0, 2];
    client.send(crate::http2::GOAWAY, 0, 0, internal_error).await;
    client.end().await;
    let mut client = world.http2().await;
    client.open(&request("POST", "/"), END_HEADERS).await;
    drop(client);
    assert_eq!(world.http2().await.ask(&request("GET", "/")).await.word(), "200");
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn a_client_that_never_begins_is_cut() {
    let world = World::with(short_heads()).await;
    for begun in ["", "PRI * HTTP/2.0\r\n", crate::http2::PREFACE] {
        let mut client = world.silent_http2().await;
        client.deaf_to.insert(SETTINGS);
        client.try_send_bytes(begun).await.unwrap();
        client.end().await;
    }
}

#[tokio::test]
async fn a_client_that_does_not_answer_when_sent_away_is_cut() {
    let world = World::with(short_heads()).await;
    let mut client = world.http2().await;
    client.deaf_to.extend([PING, SETTINGS]);
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    client.end().await;
}

#[tokio::test]
async fn a_client_that_answers_only_to_show_that_it_lives_is_cut() {
    let world = World::with(short_heads()).await;
    let mut client = world.http2().await;
    client.deaf_to.insert(PING);
    // Answers every question but the one that asks it to go.
    let shutdown = [0x0b, 0x7b, 0xa2, 0xf0, 0x8b, 0x9b, 0xfe, 0x54];
    while let Ok(frame) = client.receive().await {
        if frame.kind == PING && frame.flags == 0 && frame.payload != shutdown {
            let _ = client.try_send(PING, 1, 0, &frame.payload).await;
        }
    }
}

#[tokio::test]
async fn a_head_that_comes_in_drops_is_cut() {
    let world = World::with(short_heads()).await;
    let mut client = world.http2().await;
    let stream = client.next();
    client.send(HEADERS, END_STREAM, stream, block(&unsigned("GET", "/"))).await;
    while client.try_send(CONTINUATION, 0, stream, []).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(world.attempts.codes().len(), 0);
}

#[tokio::test]
async fn a_request_that_was_taken_back_keeps_no_connection_open() {
    let world = World::with(short_heads()).await;
    world.upstream.reply_with(Reply::Silence);
    let mut client = world.http2().await;
    let stream = client.open(&request("GET", "/"), WHOLE).await;
    while world.upstream.count() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client.send(RST_STREAM, 0, stream, CANCEL).await;
    assert_eq!(client.end().await, Some(0));
}

/// A request is in flight at an upstream that this test answers by hand.
async fn in_flight(choices: Choices, settings: &[(u16, u32)]) -> (World, Http2, u32, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Some(To::parse(&url).unwrap());
    let world = World::with(Choices { upstream, ..choices }).await;
    let mut client = world.silent_http2().await;
    client.start(&[&[(HEADER_TABLE_SIZE, 0)], settings].concat()).await;
    let stream = client.open(&request("GET", "/"), WHOLE).await;
    let (server, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let mut server = Client::over(server);
    server.receive().await.unwrap();
    (world, client, stream, server)
}

#[tokio::test]
async fn what_is_in_flight_is_answered_however_long_it_takes() {
    let (_world, mut client, stream, mut upstream) = in_flight(short_heads(), &[]).await;
    let half = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndo").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        upstream.send("ne").await;
    };
    let (outcome, ()) = tokio::join!(client.outcome(stream), half);
    assert_eq!(outcome.answer().text(), "done");
    assert_eq!(client.end().await, Some(0));
}

#[tokio::test]
async fn a_stopping_gate_answers_what_is_in_flight_and_nothing_else() {
    let (world, mut client, stream, mut upstream) = in_flight(limited(|_| {}), &[]).await;
    let mut idle = world.http2().await;
    let mut silent = world.silent_http2().await;
    let served = world.stop();
    assert_eq!(idle.end().await, Some(0));
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ndone").await;
    assert_eq!(client.outcome(stream).await.answer().text(), "done");
    assert_eq!(client.end().await, Some(0));
    silent.start(&[]).await;
    silent.end().await;
    assert_eq!(timeout(PATIENCE, served).await.unwrap().unwrap(), Drained { cut: 0 });
}

const LARGE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n";

/// Sends an answer without an end until nobody takes it any more.
async fn pour(upstream: &mut Client) {
    upstream.send(LARGE).await;
    let chunk = vec![b'x'; 64 * 1024];
    let mut sent = 0;
    while upstream.try_send(&chunk).await.is_ok() {
        sent += chunk.len();
        assert!(sent < 100_000_000, "the gate gathered {sent} bytes");
    }
}

#[tokio::test]
async fn a_request_whose_answer_is_not_taken_is_given_up_and_others_go_on() {
    let choices = limited(|limits| limits.idle = Duration::from_millis(300));
    let (_world, mut client, stream, mut upstream) = in_flight(choices, &[]).await;
    // The client lets the first 64 KiB of this answer come and no more.
    client.send(WINDOW_UPDATE, 0, 0, 1_000_000_u32.to_be_bytes()).await;
    let (outcome, ()) = tokio::join!(client.outcome(stream), pour(&mut upstream));
    assert_eq!(outcome.word(), "reset 8");
    assert_eq!(client.ask(&unsigned("GET", "/")).await.word(), "401");
}

#[tokio::test]
async fn a_small_answer_that_is_not_taken_is_given_up_too() {
    let choices = limited(|limits| limits.idle = Duration::from_millis(300));
    let world = World::with(choices).await;
    let mut client = world.silent_http2().await;
    client.start(&[(HEADER_TABLE_SIZE, 0), (INITIAL_WINDOW_SIZE, 0)]).await;
    for fields in [unsigned("GET", "/"), request("GET", "/"), unsigned("GET", "/rest/x")] {
        let stream = client.open(&fields, WHOLE).await;
        assert_eq!(client.outcome(stream).await.word(), "reset 8");
    }
}

#[tokio::test]
async fn an_answer_that_is_taken_slowly_arrives() {
    let choices = limited(|limits| limits.idle = Duration::from_secs(1));
    let world = World::with(choices).await;
    let piece = 16 * 1024;
    world.upstream.reply(200, "", &"x".repeat(8 * piece));
    let mut client = world.silent_http2().await;
    client.start(&[(HEADER_TABLE_SIZE, 0), (INITIAL_WINDOW_SIZE, 0)]).await;
    client.send(WINDOW_UPDATE, 0, 0, 1_000_000_u32.to_be_bytes()).await;
    let stream = client.open(&request("GET", "/"), WHOLE).await;
    for _ in 0..8 {
        // In all it takes longer than an answer may stand still.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let more = u32::try_from(piece).unwrap();
        client.send(WINDOW_UPDATE, 0, stream, more.to_be_bytes()).await;
    }
    assert_eq!(client.outcome(stream).await.answer().body.len(), 8 * piece);
}

#[tokio::test]
async fn a_client_that_reads_no_bytes_at_all_is_given_up() {
    let choices = limited(|limits| limits.idle = Duration::from_millis(300));
    let large = 0x7fff_ffff;
    let (_world, mut client, _, mut upstream) =
        in_flight(choices, &[(INITIAL_WINDOW_SIZE, large)]).await;
    client.send(WINDOW_UPDATE, 0, 0, (large - 65_535).to_be_bytes()).await;
    pour(&mut upstream).await;
}

#[tokio::test]
async fn an_upstream_that_does_not_read_holds_the_client_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Some(To::parse(&url).unwrap());
    let world = World::with(Choices { upstream, ..limited(|_| {}) }).await;
    let mut client = world.http2().await;
    let stream = client.open(&request("POST", "/"), END_HEADERS).await;
    let (_server, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    // As much as the gate has given room for, and again where it gives more.
    let (mut room, mut sent) = (65_535_usize, 0);
    while room > 0 {
        let part = room.min(16 * 1024);
        client.send(DATA, 0, stream, vec![b'x'; part]).await;
        (room, sent) = (room - part, sent + part);
        assert!(sent < 100_000_000, "the gate gathered {sent} bytes");
        while let Ok(Ok(frame)) = timeout(Duration::from_millis(200), client.receive()).await {
            if frame.kind == WINDOW_UPDATE && frame.stream == stream {
                let more: [u8; 4] = frame.payload.try_into().unwrap();
                room += usize::try_from(u32::from_be_bytes(more)).unwrap();
                break;
            }
        }
    }
}
