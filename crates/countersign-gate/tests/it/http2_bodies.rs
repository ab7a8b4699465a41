//! Bodies over HTTP/2: what was announced is what arrives, or nothing counts as having arrived.

use std::time::Duration;

use countersign_gate::Limits;

use crate::http2::{DATA, END_HEADERS, END_STREAM, Fields, HEADERS, WHOLE, block, request};
use crate::wire::Wire;
use crate::world::{Choices, HOST, World};

async fn world() -> World {
    World::with(Choices::over(Wire::Tls)).await
}

fn post(fields: &[(&'static str, &str)]) -> Fields<'static> {
    let added = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
    request("POST", "/f").into_iter().chain(added).collect()
}

/// Signed with this form, which is not yet sent.
fn form(form: &str, fields: &[(&'static str, &str)]) -> Fields<'static> {
    let mut head = post(fields);
    head[4].1 = Wire::Tls.authorization("POST", HOST, "/f", Some(form));
    head.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
    head
}

#[tokio::test]
async fn a_body_arrives_with_its_length_or_in_chunks() {
    let world = world().await;
    let mut client = world.http2().await;
    for (fields, framing) in [
        (post(&[("content-length", "6")]), ("content-length", "6")),
        (post(&[]), ("transfer-encoding", "chunked")),
    ] {
        let stream = client.open(&fields, END_HEADERS).await;
        client.send(DATA, 0, stream, "abc").await;
        client.send(DATA, END_STREAM, stream, "def").await;
        assert_eq!(client.outcome(stream).await.word(), "200");
        let received = world.upstream.last();
        assert_eq!((received.text(), received.one(framing.0)), ("abcdef".into(), Some(framing.1)));
        let others = received.all("content-length").len() + received.all("transfer-encoding").len();
        assert_eq!(others, 1, "{}", received.head);
    }
}

#[tokio::test]
async fn a_body_of_another_length_than_announced_never_arrives_as_a_whole_one() {
    let world = world().await;
    for (length, body, expected) in [
        ("7", "abcdef", "reset 1"),
        ("5", "abcdef", "reset 1"),
        ("0", "abcdef", "reset 1"),
        ("-1", "abcdef", "reset 1"),
        ("+6", "abcdef", "reset 1"),
        ("6, 6", "abcdef", "reset 1"),
        ("", "abcdef", "reset 1"),
        ("99999999999999999999", "abcdef", "reset 1"),
    ] {
        let mut client = world.http2().await;
        let stream = client.open(&post(&[("content-length", length)]), END_HEADERS).await;
        client.send(DATA, END_STREAM, stream, body).await;
        assert_eq!(client.outcome(stream).await.word(), expected, "{length}");
        assert_eq!(client.ask(&request("GET", "/")).await.word(), "200", "{length}");
        assert_eq!(world.upstream.last().first_line(), "GET / HTTP/1.1");
    }
    assert_eq!(world.upstream.count(), 8);
}

#[tokio::test]
async fn a_length_without_a_body_is_no_length() {
    let world = world().await;
    for fields in [
        post(&[("content-length", "5")]),
        post(&[("content-length", "5"), ("content-length", "5")]),
        form("a=1", &[("content-length", "3")]),
    ] {
        let outcome = world.http2().await.ask(&fields).await.word();
        assert!(["400", "401", "reset 1"].contains(&&*outcome), "{outcome}: {fields:?}");
        assert_eq!(world.upstream.count(), 0, "{fields:?}");
    }
    let mut client = world.http2().await;
    assert_eq!(client.ask(&post(&[("content-length", "0")])).await.word(), "200");
    assert_eq!(world.upstream.last().one("content-length"), Some("0"));
}

#[tokio::test]
async fn two_lengths_are_refused_even_if_they_agree() {
    let world = world().await;
    for (one, two, expected) in
        [("6", "7", "reset 1"), ("7", "6", "reset 1"), ("6", "x", "reset 1"), ("6", "6", "400")]
    {
        let mut client = world.http2().await;
        let lengths = [("content-length", one), ("content-length", two)];
        let stream = client.open(&post(&lengths), END_HEADERS).await;
        client.send(DATA, END_STREAM, stream, "abcdef").await;
        assert_eq!(client.outcome(stream).await.word(), expected, "{one} {two}");
    }
    assert_eq!(world.upstream.count(), 0);
    assert_eq!(world.attempts.codes(), ["head-rejected"]);
}

#[tokio::test]
async fn a_form_is_verified_whole() {
    let world = world().await;
    let mut client = world.http2().await;
    for (signed, sent, length, expected) in [
        ("a=1&b=%20", "a=1&b=%20", Some("9"), "200"),
        ("a=1&b=%20", "a=1&b=%20", None, "200"),
        ("a=1&b=%20", "a=2&b=%20", Some("9"), "401"),
        ("a=1&b=%20", "a=1&b=%2", None, "401"),
        ("a=1", "a=1&b=2", Some("3"), "reset 1"),
        ("a=1", "a=1", Some("4"), "reset 1"),
    ] {
        let length: Vec<_> = length.map(|it| ("content-length", it)).into_iter().collect();
        let stream = client.open(&form(signed, &length), END_HEADERS).await;
        let (first, last) = sent.split_at(2);
        client.send(DATA, 0, stream, first).await;
        client.send(DATA, END_STREAM, stream, last).await;
        assert_eq!(client.outcome(stream).await.word(), expected, "{sent}");
        for received in world.upstream.received.lock().unwrap().drain(..) {
            assert_eq!((received.text(), expected), (sent.to_owned(), "200"));
            assert_eq!(received.one("content-length"), Some("9"));
            assert_eq!(received.one("transfer-encoding"), None);
        }
    }
}

#[tokio::test]
async fn trailers_are_dropped() {
    let world = world().await;
    let mut client = world.http2().await;
    let trailers = vec![("countersign-entity", "1".to_owned()), ("x", "y".to_owned())];
    for fields in [post(&[("te", "trailers")]), form("a=1", &[])] {
        let stream = client.open(&fields, END_HEADERS).await;
        client.send(DATA, 0, stream, "a=1").await;
        client.send(HEADERS, WHOLE, stream, block(&trailers)).await;
        assert_eq!(client.outcome(stream).await.word(), "200");
        // The upstream of these tests fails on a trailer.
        let received = world.upstream.last();
        assert_eq!(received.text(), "a=1");
        assert_eq!((received.one("countersign-entity"), received.one("x")), (Some("22"), None));
    }
}

#[tokio::test]
async fn a_trailer_is_no_second_head() {
    let world = world().await;
    for (name, flags, expected) in [
        // The HTTP library passes over it, so that it is a trailer like others.
        (":path", WHOLE, "200"),
        ("X-Upper", WHOLE, "ended 1"),
        // Trailers end the request; these say that they don't.
        ("x", END_HEADERS, "reset 1"),
    ] {
        let mut client = world.http2().await;
        let stream = client.open(&post(&[]), END_HEADERS).await;
        client.send(DATA, 0, stream, "abc").await;
        let trailers = vec![(name, "/other".to_owned())];
        client.send(HEADERS, flags, stream, block(&trailers)).await;
        assert_eq!(client.outcome(stream).await.word(), expected, "{name}");
        for received in world.upstream.received.lock().unwrap().drain(..) {
            assert_eq!((received.first_line(), expected), ("POST /f HTTP/1.1", "200"));
            assert!(!received.head.contains("other"));
        }
    }
}

#[tokio::test]
async fn nothing_comes_after_the_end_of_a_request() {
    let world = world().await;
    let mut client = world.http2().await;
    let stream = client.open(&request("GET", "/"), WHOLE).await;
    assert_eq!(client.outcome(stream).await.word(), "200");
    client.send(DATA, END_STREAM, stream, "more").await;
    // It ends the connection or is passed over, and reaches nobody.
    let word = client.ask(&request("GET", "/")).await.word();
    assert!(word == "200" || word == "ended 5", "{word}");

    let mut client = world.http2().await;
    client.send(DATA, END_STREAM, 7, "no request").await;
    assert_eq!(client.end().await, Some(1));

    world.upstream.reply_with(crate::upstream::Reply::Silence);
    let mut client = world.http2().await;
    let stream = client.open(&post(&[]), END_HEADERS).await;
    client.send(DATA, END_STREAM, stream, "abc").await;
    client.send(DATA, END_STREAM, stream, "more").await;
    assert_eq!(client.outcome(stream).await.word(), "ended 1");
    let received = world.upstream.received.lock().unwrap();
    assert!(received.iter().all(|it| ["", "abc"].contains(&&*it.text())));
}

#[tokio::test]
async fn a_body_that_does_not_come_is_given_up() {
    let limits = Limits { idle: Duration::from_millis(100), ..Choices::default().limits };
    let world = World::with(Choices { limits, ..Choices::over(Wire::Tls) }).await;
    let mut client = world.http2().await;
    let stream = client.open(&post(&[]), END_HEADERS).await;
    client.send(DATA, 0, stream, "abc").await;
    assert_eq!(client.outcome(stream).await.word(), "408");
    // Others of its connection go on.
    assert_eq!(client.ask(&request("GET", "/")).await.word(), "200");
}

#[tokio::test]
async fn a_request_that_is_taken_back_ends_at_the_upstream() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let upstream = Some(countersign_gate::Upstream::parse(&url).unwrap());
    let world = World::with(Choices { upstream, ..Choices::over(Wire::Tls) }).await;
    let mut client = world.http2().await;
    let stream = client.open(&request("GET", "/"), WHOLE).await;
    let (server, _) = listener.accept().await.unwrap();
    let mut server = crate::client::Client::over(server);
    server.receive().await.unwrap();
    client.send(crate::http2::RST_STREAM, 0, stream, 8_u32.to_be_bytes()).await;
    assert!(server.is_ended().await);
}
