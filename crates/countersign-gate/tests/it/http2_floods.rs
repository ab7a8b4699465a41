//! Clients of HTTP/2 that send or ask for too much: their connection ends or holds no more than was
//! given away, and the requests of others go on.

use std::time::Duration;

use countersign_gate::Limits;

use crate::http2::{
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, Http2, MAX_CONCURRENT_STREAMS, Outcome,
    PING, PREFACE, RST_STREAM, SETTINGS, WHOLE, WINDOW_UPDATE, block, frame, request, unsigned,
};
use crate::upstream::Reply;
use crate::wire::Wire;
use crate::world::{Choices, World};

/// `ENHANCE_YOUR_CALM`
const CALM: u32 = 11;
const CANCEL: [u8; 4] = 8_u32.to_be_bytes();

async fn world() -> World {
    World::with(Choices::over(Wire::Tls)).await
}

async fn limited(change: impl FnOnce(&mut Limits)) -> World {
    let mut choices = Choices::over(Wire::Tls);
    change(&mut choices.limits);
    World::with(choices).await
}

/// Others are served while `flooding` is open.
async fn others_go_on(world: &World, flooding: &Http2) {
    let _ = flooding;
    assert_eq!(world.http2().await.ask(&request("GET", "/other")).await.word(), "200");
    assert_eq!(world.get("/other", "").await.status(), 200);
}

#[tokio::test]
async fn a_head_over_the_limit_is_refused_and_its_connection_goes_on() {
    let world = limited(|limits| limits.head_bytes = 16 * 1024).await;
    let mut client = world.http2().await;
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    assert_eq!(client.settings.get(&6), Some(&(16 * 1024)), "it is announced");
    let mut long = request("GET", "/");
    long.push(("x", "a".repeat(12 * 1024)));
    assert_eq!(client.ask(&long).await.word(), "200");
    let mut many = request("GET", "/");
    many.extend((0..600).map(|_| ("x", "y".to_owned())));
    let many = block(&many);
    let mut long = request("GET", "/");
    long.push(("x", "a".repeat(20 * 1024)));
    let long = block(&long);
    for block in [many, long] {
        let stream = client.next();
        let (first, rest) = block.split_at(block.len().min(10_000));
        let flags = if rest.is_empty() { WHOLE } else { END_STREAM };
        client.send(HEADERS, flags, stream, first).await;
        if !rest.is_empty() {
            client.send(CONTINUATION, END_HEADERS, stream, rest).await;
        }
        assert_eq!(client.outcome(stream).await.word(), "431");
        assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    }
    assert_eq!(world.upstream.count(), 4);
}

#[tokio::test]
async fn a_head_without_an_end_ends_its_connection() {
    let world = world().await;
    for part in [vec![], vec![0, 1, b'x', 1, b'y'], block(&vec![("x", "y".repeat(10_000))])] {
        let mut client = world.http2().await;
        let stream = client.next();
        client.send(HEADERS, END_STREAM, stream, block(&unsigned("GET", "/"))).await;
        let mut sent = 0;
        while client.try_send(CONTINUATION, 0, stream, &part).await.is_ok() {
            sent += 1;
            assert!(sent < 100_000, "{} bytes are gathered", part.len());
        }
        let code = client.end().await;
        assert!([None, Some(CALM), Some(1)].contains(&code), "{code:?}");
    }
    others_go_on(&world, &world.http2().await).await;
}

#[tokio::test]
async fn more_streams_than_allowed_are_refused_one_by_one() {
    let world = limited(|limits| limits.streams = 10).await;
    world.upstream.reply_with(Reply::Silence);
    let mut client = world.http2().await;
    let mut streams = Vec::new();
    for _ in 0..15 {
        streams.push(client.open(&request("GET", "/"), WHOLE).await);
    }
    for stream in &streams[10..] {
        // Refused before it was looked at: it may be sent again.
        assert_eq!(client.outcome(*stream).await.word(), "reset 7");
    }
    assert_eq!(client.settings.get(&MAX_CONCURRENT_STREAMS), Some(&10));
    for stream in &streams[..10] {
        client.send(RST_STREAM, 0, *stream, CANCEL).await;
    }
    world.upstream.reply(200, "", "ok");
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    others_go_on(&world, &client).await;
    assert!(world.upstream.count() <= 13);
}

#[tokio::test]
async fn streams_that_are_reset_at_once_end_their_connection() {
    let world = world().await;
    for fields in [unsigned("GET", "/"), request("GET", "/flood")] {
        let mut client = world.http2().await;
        let block = block(&fields);
        for opened in 0.. {
            let stream = client.next();
            let head = frame(HEADERS, WHOLE, stream, &block);
            let both = [head, frame(RST_STREAM, 0, stream, &CANCEL)].concat();
            if client.try_send_bytes(both).await.is_err() {
                break;
            }
            assert!(opened < 50_000, "they are all taken");
        }
        let code = client.end().await;
        // A connection that is cut may lose the last words.
        assert!([None, Some(CALM)].contains(&code), "{code:?}");
        others_go_on(&world, &client).await;
    }
}

#[tokio::test]
async fn requests_that_are_taken_back_when_they_are_with_the_upstream_give_all_back() {
    let world = limited(|limits| limits.concurrency_per_account = Some(20)).await;
    world.upstream.reply_with(Reply::Silence);
    let mut client = world.http2().await;
    for count in 1..=200 {
        let stream = client.open(&request("GET", "/"), WHOLE).await;
        while world.upstream.count() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        client.send(RST_STREAM, 0, stream, CANCEL).await;
    }
    world.upstream.reply(200, "", "ok");
    others_go_on(&world, &client).await;
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
    assert_eq!(world.attempts.codes().len(), 0);
}

#[tokio::test]
async fn streams_that_make_the_gate_reset_them_end_their_connection() {
    let world = world().await;
    let mut client = world.http2().await;
    let mut bad = unsigned("GET", "/");
    bad.push(("connection", "close".to_owned()));
    let block = block(&bad);
    let mut sent = 0;
    loop {
        let stream = client.next();
        if client.try_send(HEADERS, WHOLE, stream, &block).await.is_err() {
            break;
        }
        sent += 1;
        assert!(sent < 100_000, "it takes them all");
    }
    let code = client.end().await;
    assert!([None, Some(CALM)].contains(&code), "{code:?}");
    others_go_on(&world, &client).await;
}

/// Sends these bytes again and again without reading anything, until nothing is taken any more.
async fn flood(world: &World, bytes: Vec<u8>) -> Http2 {
    let mut client = world.http2().await;
    let many = bytes.repeat(64 * 1024 / bytes.len() + 1);
    let mut sent = 0;
    while client.try_send_bytes(&many).await.is_ok() {
        sent += many.len();
        assert!(sent < 200_000_000, "{sent} bytes are taken and nothing is read");
    }
    client
}

#[tokio::test]
async fn a_client_that_floods_with_questions_and_reads_nothing_is_given_up() {
    let world = limited(|limits| limits.idle = Duration::from_millis(300)).await;
    for question in [frame(PING, 0, 0, &[0; 8]), frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 255, 255])] {
        let client = flood(&world, question).await;
        others_go_on(&world, &client).await;
    }
}

#[tokio::test]
async fn frames_without_a_meaning_are_bounded_by_the_time_for_a_request() {
    let world = limited(|limits| limits.head_read = Duration::from_millis(200)).await;
    for frame in [
        frame(0x99, 0, 0, &[0; 100]),
        frame(WINDOW_UPDATE, 0, 0, &1_u32.to_be_bytes()),
        frame(PING, 1, 0, &[0; 8]),
    ] {
        let mut client = world.http2().await;
        let many = frame.repeat(100);
        // As fast as they are taken: that this comes to an end is the point.
        while client.try_send_bytes(&many).await.is_ok() {}
        others_go_on(&world, &client).await;
    }
}

#[tokio::test]
async fn frames_that_break_the_rules_end_their_connection() {
    let world = world().await;
    let head = block(&unsigned("GET", "/"));
    for (bytes, code) in [
        (frame(HEADERS, WHOLE, 2, &head), 1),
        (frame(HEADERS, WHOLE, 0, &head), 1),
        (frame(DATA, 0, 0, b"x"), 1),
        (frame(CONTINUATION, END_HEADERS, 1, &head), 1),
        (frame(SETTINGS, 0, 1, &[]), 1),
        (frame(SETTINGS, 0, 0, &[0; 5]), 1),
        (frame(SETTINGS, 0, 0, &[0, 4, 255, 255, 255, 255]), 1),
        (frame(PING, 0, 0, &[0; 7]), 1),
        (frame(WINDOW_UPDATE, 0, 0, &[0; 4]), 1),
        (frame(HEADERS, WHOLE, 1, &[0xff; 20]), 1),
        (frame(HEADERS, WHOLE, 1, &[0x80]), 1),
        (frame(DATA, 0, 1, &[0; 20_000]), 6),
        (frame(5, END_HEADERS, 1, &[0, 0, 0, 2]), 1),
    ] {
        let mut client = world.http2().await;
        client.try_send_bytes(&bytes).await.unwrap();
        assert_eq!(client.end().await, Some(code), "{bytes:?}");
    }
    let window = frame(WINDOW_UPDATE, 0, 0, &0x7fff_ffff_u32.to_be_bytes());
    let mut client = world.http2().await;
    client.try_send_bytes(&window).await.unwrap();
    assert_eq!(client.end().await, Some(3));
    assert_eq!(world.attempts.codes().len(), 0);
    others_go_on(&world, &client).await;
    world.attempts.malformed_are(14).await;
}

#[tokio::test]
async fn what_is_no_http_2_is_not_answered_as_http_1_1() {
    let world = world().await;
    for bytes in [
        "GET / HTTP/1.1\r\nhost: gate.test\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        let mut client = world.silent_http2().await;
        client.try_send_bytes(bytes).await.unwrap();
        let outcome = client.outcome(1).await;
        assert!(matches!(outcome, Outcome::Ended(_)), "{bytes:?}: {outcome:?}");
    }
    world.attempts.malformed_are(3).await;
    // Only TLS agrees on HTTP/2: a plain listener speaks HTTP/1.1 only.
    let plain = World::start().await;
    let mut client = plain.client().await;
    client.send(PREFACE).await;
    assert!(client.is_ended().await);
}
