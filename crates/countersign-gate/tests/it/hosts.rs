//! One host, and a plain one.

use crate::world::{HOST, World};

#[tokio::test]
async fn a_request_has_one_plain_host() {
    for world in World::on_each_wire().await {
        for lines in [
            "",
            "host:\r\n",
            "host: gate.test\r\nhost: gate.test\r\n",
            "host: gate.test\r\nHost: other.test\r\n",
            "host: u@gate.test\r\n",
            "host: gate.test/x\r\n",
            "host: gate.test, other.test\r\n",
            "host: gate test\r\n",
            "host: gate.test:99999\r\n",
            "host: [::1\r\n",
        ] {
            for version in ["1.1", "1.0"] {
                let answer = world.answer(format!("GET / HTTP/{version}\r\n{lines}\r\n")).await;
                assert_eq!(answer.status(), 400, "{lines} {version}");
                assert!(answer.text().contains("INVALID_REQUEST"));
                assert!(answer.text().contains("The Host header "), "{}", answer.text());
                assert!(answer.one("countersign-reference").is_some());
            }
        }
        assert_eq!(world.upstream.count(), 0);
    }
}

#[tokio::test]
async fn the_host_arrives_as_it_was_sent() {
    for world in World::on_each_wire().await {
        for host in ["gate.test", "GATE.test:8080", "gate.test:80", "[::1]:8080", "127.0.0.1"] {
            let authorization = world.wire.authorization("GET", host, "/", None);
            let answer = world
                .answer(format!(
                    "GET / HTTP/1.1\r\nhost: {host}\r\nauthorization: {authorization}\r\n\r\n"
                ))
                .await;
            assert_eq!(answer.status(), 200, "{host}");
            assert_eq!(world.upstream.last().one("host"), Some(host));
            assert_eq!(world.upstream.last().one("x-forwarded-host"), Some(host));
        }
    }
}

#[tokio::test]
async fn what_a_peer_says_about_the_scheme_is_not_believed() {
    for world in World::on_each_wire().await {
        for said in ["http", "https"] {
            let lines = format!("x-forwarded-proto: {said}\r\nx-forwarded-host: a.b\r\n");
            assert_eq!(world.get("/", &lines).await.status(), 200);
            let scheme = world.wire.scheme().as_str();
            assert_eq!(world.upstream.last().one("x-forwarded-proto"), Some(scheme));
        }
        assert_eq!(world.upstream.last().one("x-forwarded-host"), Some(HOST));
        assert_eq!(world.upstream.last().one("x-forwarded-for"), Some("127.0.0.1"));
    }
}

#[tokio::test]
async fn a_header_that_the_verdict_depends_on_stands_once() {
    for world in World::on_each_wire().await {
        for lines in [
            "authorization: OAuth a=\"b\"\r\n",
            "content-type: text/plain\r\ncontent-type: application/x-www-form-urlencoded\r\n",
            "connection: content-type\r\n",
            "connection: close, Host\r\n",
            "connection: authorization\r\n",
            "connection: x\r\nconnection: Content-Length\r\ncontent-length: 0\r\n",
        ] {
            assert_eq!(world.get("/", lines).await.status(), 400, "{lines}");
        }
        assert_eq!(world.upstream.count(), 0);
    }
}
