//! What was verified is what arrives: request targets, byte for byte.

use crate::client::Message;
use crate::world::{HOST, World};

/// In forms that a server may take for another.
pub(crate) const TARGETS: [&str; 22] = [
    "/",
    "/a%2fb",
    "/a%2Fb%2e%2e/%zz%",
    "//other.example/a",
    "/a//b/",
    "/./a/../b",
    "/x/../countersign/",
    "//countersign/",
    "/countersign%2fapi",
    "/./countersign/",
    "/Countersign/",
    "/rest",
    "/a;b=1,c:@&=+$!'()*~",
    "/{}|^\\[]",
    "/ü€",
    "/a?",
    "/a??b?c",
    "/a?x=1&&y&=z&x=1;2",
    "/a?q=%2B+%20%zz&ü=€",
    "/a?'()*!{}|^`",
    "/a?http://b/../c",
    "/app/site/hosting/restlet.nl?script=6&deploy=1&x=a%20b",
];

async fn arrived(world: &World, target: &str) -> Message {
    let answer = world.get(target, "").await;
    assert_eq!(answer.status(), 200, "{target}: {}", answer.text());
    world.upstream.last()
}

#[tokio::test]
async fn every_target_arrives_as_it_was_signed() {
    for world in World::on_each_wire().await {
        for target in TARGETS {
            let received = arrived(&world, target).await;
            assert_eq!(received.first_line(), format!("GET {target} HTTP/1.1"));
            assert_eq!(received.one("host"), Some(HOST));
        }
    }
}

#[tokio::test]
async fn of_a_target_with_a_fragment_the_part_that_was_verified_arrives() {
    for world in World::on_each_wire().await {
        let authorization = world.wire.authorization("GET", HOST, "/a?x=1", None);
        let answer = world
        .answer(format!(
            "GET /a?x=1#frag?y HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\r\n"
        ))
        .await;
        assert_eq!(answer.status(), 200);
        assert_eq!(world.upstream.last().first_line(), "GET /a?x=1 HTTP/1.1");
    }
}

#[tokio::test]
async fn an_absolute_target_of_our_host_arrives_as_its_path_whatever_scheme_it_names() {
    for world in World::on_each_wire().await {
        for scheme in ["http", "https", "HTTPS"] {
            let authorization = world.wire.authorization("GET", HOST, "/a?x", None);
            let answer = world
                .answer(format!(
                    "GET {scheme}://{HOST}/a?x HTTP/1.1\r\nhost: {HOST}\r\n\
                     authorization: {authorization}\r\n\r\n"
                ))
                .await;
            assert_eq!(answer.status(), 200, "{scheme}");
            let received = world.upstream.last();
            assert_eq!(received.first_line(), "GET /a?x HTTP/1.1");
            assert_eq!(received.one("x-forwarded-proto"), Some(world.wire.scheme().as_str()));
        }
    }
}

#[tokio::test]
async fn targets_that_are_no_path_of_our_host_are_refused() {
    for world in World::on_each_wire().await {
        for line in [
            "OPTIONS *",
            "GET gate.test:80",
            "GET http://other.test/",
            "GET http://gate.test@other.test/",
            "GET http://gate.test?x",
            "GET ftp://gate.test/",
            "GET a/b",
            "GET ?x",
            "GET /a b",
            "CONNECT gate.test:80",
            "TRACE /",
            "get /",
        ] {
            let answer = world.answer(format!("{line} HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
            assert_eq!(answer.status(), 400, "{line}");
        }
        for target in ["/a\u{1}b", "/a\u{7f}", "/<x>"] {
            let answer =
                world.answer(format!("GET {target} HTTP/1.1\r\nhost: {HOST}\r\n\r\n")).await;
            assert_eq!(answer.status(), 400, "{target:?}");
        }
        assert_eq!(world.upstream.count(), 0);
        // The HTTP library rejects the others itself: those are counted as no HTTP.
        assert_eq!(world.attempts.codes(), ["head-rejected"; 9]);
        world.attempts.malformed_are(6).await;
    }
}

#[tokio::test]
async fn another_target_than_the_signed_one_is_refused() {
    for world in World::on_each_wire().await {
        for (from, to) in [("/a%2fb", "/a/b"), ("/a?x=1", "/a?x=2"), ("/a/", "/a"), ("/A", "/a")] {
            let message = format!("{}\r\n", world.signed("GET", from)).replacen(from, to, 1);
            assert_eq!(world.answer(message).await.status(), 401, "{from} as {to}");
        }
        assert_eq!(world.attempts.codes(), ["unexplained"; 4]);
        assert_eq!(world.upstream.count(), 0);
    }
}
