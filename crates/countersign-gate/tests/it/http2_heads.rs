//! What HTTP/2 says in its own form (RFC 9113 section 8): refused, or passed on in one plain
//! reading of HTTP/1.1.

use crate::http2::{Fields, request, unsigned};
use crate::targets::TARGETS;
use crate::wire::Wire;
use crate::world::{Choices, HOST, World};

async fn world() -> World {
    World::with(Choices::over(Wire::Tls)).await
}

/// A signed `GET` of `/` with its field `name` replaced by these, in its place.
fn with(name: &str, fields: &[(&'static str, &str)]) -> Fields<'static> {
    let replaced = |(given, value): (&'static str, String)| -> Fields<'static> {
        if given != name {
            return vec![(given, value)];
        }
        fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
    };
    request("GET", "/").into_iter().flat_map(replaced).collect()
}

fn and(fields: &[(&'static str, &str)]) -> Fields<'static> {
    let added = fields.iter().map(|(name, value)| (*name, (*value).to_owned()));
    request("GET", "/").into_iter().chain(added).collect()
}

/// Asks for each on a connection of its own, and then, where it lives, for something good.
async fn become_of(world: &World, cases: Vec<(Fields<'_>, &str)>) {
    let mut others = Vec::new();
    for (fields, expected) in cases {
        let mut client = world.http2().await;
        let word = client.ask(&fields).await.word();
        assert_eq!(world.upstream.count(), 0, "{fields:?}");
        if !word.starts_with("ended") {
            assert_eq!(client.ask(&request("GET", "/")).await.word(), "200", "{fields:?}");
            world.upstream.received.lock().unwrap().clear();
        }
        if word != expected {
            let unsigned = fields.iter().filter(|(name, _)| *name != "authorization");
            others.push(format!("{word}: {:?}", unsigned.collect::<Vec<_>>()));
        }
    }
    assert!(others.is_empty(), "became something else: {others:#?}");
}

#[tokio::test]
async fn a_good_request_arrives_as_one_of_http_1_1() {
    let world = world().await;
    let mut client = world.http2().await;
    for target in TARGETS {
        let answer = client.ask(&request("GET", target)).await.answer();
        assert_eq!((answer.status(), answer.text()), (200, "ok".to_owned()), "{target}");
        let received = world.upstream.last();
        assert_eq!(received.first_line(), format!("GET {target} HTTP/1.1"));
        assert_eq!(received.one("host"), Some(HOST));
        assert_eq!(received.one("x-forwarded-host"), Some(HOST));
        assert_eq!(received.one("x-forwarded-proto"), Some("https"));
        assert_eq!(received.one("x-forwarded-for"), Some("127.0.0.1"));
        assert!(!received.head.contains("\n:"), "{}", received.head);
    }
}

#[tokio::test]
async fn a_request_has_one_plain_host() {
    let cases = vec![
        (with(":authority", &[]), "400"),
        (with(":authority", &[(":authority", "")]), "reset 1"),
        (with(":authority", &[(":authority", "other.test")]), "401"),
        (with(":authority", &[(":authority", "u@gate.test")]), "400"),
        (with(":authority", &[(":authority", "u:p@gate.test")]), "400"),
        (with(":authority", &[(":authority", "gate.test/x")]), "reset 1"),
        (with(":authority", &[(":authority", "gate.test, a.b")]), "reset 1"),
        (with(":authority", &[(":authority", "gate.test:99999")]), "400"),
        (with(":authority", &[(":authority", "gate.test#x")]), "reset 1"),
        (with(":authority", &[(":authority", HOST), (":authority", HOST)]), "reset 1"),
        (and(&[("host", "other.test")]), "400"),
        (and(&[("host", "")]), "400"),
        (and(&[("host", HOST), ("host", HOST)]), "400"),
        (and(&[("host", "gate.test:443")]), "400"),
    ];
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn a_host_header_stands_for_the_authority_or_says_the_same() {
    let world = world().await;
    let mut client = world.http2().await;
    let mut alone = with(":authority", &[]);
    alone.push(("host", HOST.to_owned()));
    for fields in [alone, and(&[("host", HOST)])] {
        assert_eq!(client.ask(&fields).await.word(), "200", "{fields:?}");
        assert_eq!(world.upstream.last().one("host"), Some(HOST));
    }
}

#[tokio::test]
async fn the_signed_scheme_is_https_whatever_a_request_says() {
    let world = world().await;
    let mut client = world.http2().await;
    for scheme in ["https", "http"] {
        let fields = with(":scheme", &[(":scheme", scheme)]);
        assert_eq!(client.ask(&fields).await.word(), "200", "{scheme}");
        assert_eq!(world.upstream.last().one("x-forwarded-proto"), Some("https"));
    }
    let mut signed_for_http = unsigned("GET", "/");
    signed_for_http[1].1 = "http".to_owned();
    let authorization = Wire::Plain.authorization("GET", HOST, "/", None);
    signed_for_http.push(("authorization", authorization));
    assert_eq!(client.ask(&signed_for_http).await.word(), "401");
    world.upstream.received.lock().unwrap().clear();
    let cases = vec![
        (with(":scheme", &[(":scheme", "ftp")]), "400"),
        (with(":scheme", &[(":scheme", "HTTP")]), "400"),
        (with(":scheme", &[(":scheme", "")]), "400"),
        (with(":scheme", &[(":scheme", "https://x/")]), "reset 1"),
        (with(":scheme", &[]), "reset 1"),
        (with(":scheme", &[(":scheme", "https"), (":scheme", "https")]), "reset 1"),
    ];
    become_of(&world, cases).await;
}

#[tokio::test]
async fn pseudo_headers_stand_first_once_and_are_known() {
    let late = |name, value: &str| and(&[(name, value)]);
    let cases = vec![
        (late(":path", "/"), "reset 1"),
        (late(":authority", HOST), "reset 1"),
        (with(":method", &[]), "reset 1"),
        (with(":method", &[(":method", "GET"), (":method", "GET")]), "reset 1"),
        (with(":path", &[(":path", "/"), (":path", "/")]), "reset 1"),
        (with(":path", &[]), "reset 1"),
        (with(":path", &[(":path", "/"), (":unknown", "x")]), "ended 1"),
        (with(":path", &[(":path", "/"), (":status", "200")]), "reset 1"),
        (with(":path", &[(":path", "/"), (":", "x")]), "ended 1"),
        (with(":path", &[(":path", "/"), (":protocol", "websocket")]), "reset 1"),
        (with(":path", &[("x", "y"), (":path", "/")]), "reset 1"),
        (with(":path", &[(":Path", "/")]), "ended 1"),
    ];
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn a_path_is_a_path() {
    let path = |path| with(":path", &[(":path", path)]);
    let cases = vec![
        (path(""), "reset 1"),
        (path("*"), "400"),
        (path("a/b"), "reset 1"),
        (path("?x"), "400"),
        (path("http://gate.test/"), "reset 1"),
        (path("//gate.test/"), "401"),
        (path("/a b"), "reset 1"),
        (path("/a HTTP/1.1\r\nx: y"), "reset 1"),
        (path("/\0"), "reset 1"),
        (path("/\u{7f}"), "reset 1"),
    ];
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn of_a_path_with_a_fragment_the_part_that_was_verified_arrives() {
    let world = world().await;
    let mut client = world.http2().await;
    let mut fields = request("GET", "/a?x=1");
    fields[3].1 = "/a?x=1#frag?y".to_owned();
    assert_eq!(client.ask(&fields).await.word(), "200");
    assert_eq!(world.upstream.last().first_line(), "GET /a?x=1 HTTP/1.1");
}

#[tokio::test]
async fn methods_that_change_what_a_connection_is_are_refused() {
    let connect = vec![
        (":method", "CONNECT".to_owned()),
        (":authority", "gate.test:443".to_owned()),
        ("authorization", Wire::Tls.authorization("CONNECT", "gate.test:443", "/", None)),
    ];
    let mut extended = request("CONNECT", "/chat");
    extended.insert(1, (":protocol", "websocket".to_owned()));
    let method = |method| with(":method", &[(":method", method)]);
    let cases = vec![
        (connect, "400"),
        (extended, "reset 1"),
        (request("CONNECT", "/"), "reset 1"),
        (request("TRACE", "/"), "400"),
        (method("get"), "400"),
        (method(""), "ended 1"),
        (method("GET / HTTP/1.1\r\nx:"), "ended 1"),
        (method("GET "), "ended 1"),
    ];
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn headers_of_one_connection_are_none_of_http_2() {
    let cases = vec![
        (and(&[("connection", "close")]), "reset 1"),
        (and(&[("connection", "authorization")]), "reset 1"),
        (and(&[("transfer-encoding", "chunked")]), "reset 1"),
        (and(&[("transfer-encoding", "identity")]), "reset 1"),
        (and(&[("keep-alive", "timeout=5")]), "reset 1"),
        (and(&[("proxy-connection", "keep-alive")]), "reset 1"),
        (and(&[("upgrade", "websocket")]), "reset 1"),
        (and(&[("te", "gzip")]), "reset 1"),
        (and(&[("te", "trailers, gzip")]), "reset 1"),
    ];
    let world = world().await;
    become_of(&world, cases).await;
    let answer = world.http2().await.ask(&and(&[("te", "trailers")])).await;
    assert_eq!(answer.word(), "200");
    assert_eq!(world.upstream.last().one("te"), None);
}

#[tokio::test]
async fn names_and_values_hold_no_bytes_that_mean_more_in_http_1_1() {
    let mut cases = Vec::new();
    for name in ["X-Upper", "x y", "x\r\ny", "x\ny", "x\0", "x:", "", " x", "x: y\r\nz", "ü"] {
        cases.push((and(&[(name, "1")]), "ended 1"));
    }
    for value in ["a\r\nb: c", "a\nb", "a\rb", "a\0b", "\r\n\r\nGET /smuggled HTTP/1.1", "a\u{7f}"]
    {
        cases.push((and(&[("x", value)]), "ended 1"));
        cases.push((with(":authority", &[(":authority", value)]), "reset 1"));
    }
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn a_header_that_the_verdict_depends_on_stands_once() {
    let form = "application/x-www-form-urlencoded";
    let cases = vec![
        (and(&[("authorization", "OAuth a=\"b\"")]), "400"),
        (and(&[("content-type", "text/plain"), ("content-type", form)]), "400"),
        (and(&[("content-type", "text/plain, application/x-www-form-urlencoded")]), "400"),
    ];
    become_of(&world().await, cases).await;
}

#[tokio::test]
async fn cookies_in_several_fields_arrive_as_one() {
    let world = world().await;
    let mut client = world.http2().await;
    let fields = and(&[("cookie", "a=1"), ("x", "y"), ("cookie", "b=2; c=3"), ("cookie", "")]);
    assert_eq!(client.ask(&fields).await.word(), "200");
    assert_eq!(world.upstream.last().all("cookie"), ["a=1; b=2; c=3; "]);
    assert_eq!(client.ask(&and(&[("cookie", "a=1")])).await.word(), "200");
    assert_eq!(world.upstream.last().all("cookie"), ["a=1"]);
}

#[tokio::test]
async fn cookies_of_our_sessions_are_neither_given_to_an_upstream_nor_set_by_one() {
    let world = world().await;
    let set = "set-cookie: __Host-countersign-session=y\r\nset-cookie: b=2\r\n";
    world.upstream.reply(200, set, "ok");
    let mut client = world.http2().await;
    let ours = ("cookie", "__Host-countersign-session=x");
    for (fields, arrives) in [
        (and(&[("cookie", "a=1; __Host-countersign-session=x; b=2")]), &["a=1; b=2"][..]),
        (and(&[("cookie", "a=1"), ours, ("x", "y"), ("cookie", "b=2")]), &["a=1; b=2"]),
        (and(&[ours]), &[]),
    ] {
        let answer = client.ask(&fields).await.answer();
        assert_eq!(answer.all("set-cookie"), ["b=2"], "{}", answer.head);
        assert_eq!(world.upstream.last().all("cookie"), arrives);
    }
}

#[tokio::test]
async fn no_spelling_of_an_identity_header_passes() {
    let world = world().await;
    let mut client = world.http2().await;
    for name in [
        "countersign-entity",
        "countersign_entity",
        "countersign.entity",
        "countersign-role",
        "countersign-assertion",
        "countersign-anything",
        "x-forwarded-for",
        "x_forwarded_for",
        "x.forwarded.for",
        "x-forwarded-proto",
        "x_forwarded-proto",
        "x-forwarded-host",
        "x-forwarded-port",
        "x-real-ip",
        "x_real_ip",
        "forwarded",
        "trailer",
        "proxy-authorization",
        "expect",
    ] {
        let fields = and(&[(name, "spoofed-1"), (name, "spoofed-2")]);
        assert_eq!(client.ask(&fields).await.word(), "200", "{name}");
        let received = world.upstream.last();
        assert!(!received.head.contains("spoofed"), "{}", received.head);
        for (name, value) in [
            ("countersign-entity", "22"),
            ("countersign-role", "33"),
            ("x-forwarded-for", "127.0.0.1"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", HOST),
        ] {
            assert_eq!(received.one(name), Some(value));
        }
        assert_eq!(received.one("authorization"), None);
    }
}

#[tokio::test]
async fn an_upstream_can_not_speak_for_countersign_or_for_a_connection() {
    let world = world().await;
    world.upstream.reply(
        200,
        "countersign-mode: dev\r\nCountersign_Reference: x\r\nconnection: x-hop\r\nx-hop: 1\r\n\
         keep-alive: timeout=5\r\nupgrade: h2c\r\nte: x\r\nx-kept: 1\r\nset-cookie: a\r\n\
         set-cookie: b\r\n",
        "ok",
    );
    let answer = world.http2().await.ask(&request("GET", "/")).await.answer();
    assert_eq!(answer.status(), 200);
    let names: Vec<_> =
        answer.head.lines().skip(1).filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(names, ["content-length", "set-cookie", "set-cookie", "x-kept", "date"]);
}

#[tokio::test]
async fn a_refusal_is_told_and_recorded_as_over_http_1_1() {
    let world = world().await;
    let mut client = world.http2().await;
    let answer = client.ask(&unsigned("GET", "/services/rest/x")).await.answer();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.all("countersign-reference"), world.attempts.references());
    assert!(answer.one("www-authenticate").is_some());
    let answer = client.ask(&and(&[("host", "other.test")])).await.answer();
    assert!(answer.text().contains("names another host than the Host header"));
    assert_eq!((answer.status(), answer.one("connection")), (400, None));
    assert_eq!(world.attempts.codes(), ["parameter-missing", "head-rejected"]);
}
