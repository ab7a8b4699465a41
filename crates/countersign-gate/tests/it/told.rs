//! Lines of the log on what is wrong with requests and upstreams: one of each cause, and nothing in
//! them that a stranger wrote.

use std::sync::atomic::Ordering;
use std::time::Duration;

use countersign_gate::{HealthCheck, Listener, Peers, Upstream as To, UpstreamSettings};
use tokio::net::TcpListener;

use crate::client::Client;
use crate::log::Log;
use crate::proxied::behind;
use crate::upstream::Reply;
use crate::wire::{Wire, authorization, signed};
use crate::world::{Choices, HOST, World};

fn result(result: &str) -> String {
    format!("countersign_upstream_requests_total{{result=\"{result}\"}}")
}

/// The lines are one on each of these causes.
fn told(log: &Log, causes: &[&str]) {
    for cause in causes {
        assert_eq!(log.on(cause).len(), 1, "{cause}: {}", log.text());
    }
    assert_eq!(log.text().lines().count(), causes.len(), "{}", log.text());
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_told_of_without_a_word_of_it() {
    let (log, world) = (Log::start(), World::start().await);
    let spoofed = format!("GET /spoofed HTTP/1.1\r\nhost: {HOST}\r\nx-spoofed: spoofed\r\n");
    for lines in [
        "host: spoofed.test\r\n\r\n",
        "connection: authorization\r\n\r\n",
        "content-type: text/plain, application/x-www-form-urlencoded; spoofed\r\n\r\n",
        "transfer-encoding: spoofed\r\n\r\n",
        "spoofed : 1\r\n\r\n",
        "content-length: 1\r\ncontent-length: 2\r\n\r\n",
    ] {
        let mut client = world.client().await;
        client.send(format!("{spoofed}{lines}")).await;
        if let Ok(answer) = client.receive().await {
            assert_eq!(answer.status(), 400, "{lines}");
        }
        assert!(client.is_ended().await, "{lines}");
    }
    told(&log, &["head-rejected", "malformed"]);
    let text = log.text();
    assert!(!text.contains("spoofed"), "{text}");
    assert!(text.contains("why=\"The Host header stands more than once.\""), "{text}");
    assert_eq!(text.matches(" INFO ").count(), 2, "{text}");
    assert_eq!(text.matches(" source=127.0.0.1 ").count(), 2, "{text}");
}

#[tokio::test]
async fn a_body_that_is_none_is_told_of() {
    let (log, world) = (Log::start(), World::start().await);
    let body = "transfer-encoding: chunked\r\n\r\nspoofed\r\n";
    assert_eq!(world.answer(format!("{}{body}", signed("POST", "/"))).await.status(), 400);
    told(&log, &["malformed"]);
    world.attempts.malformed_are(1).await;
}

#[tokio::test]
async fn a_trusted_peer_that_contradicts_itself_is_named() {
    let log = Log::start();
    let peers = Peers::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let listener =
        Box::new(move |socket: TcpListener| Listener { peers, ..Listener::plain(socket) });
    let world = World::with(Choices { listener, ..Choices::default() }).await;
    let spoofed = "x-forwarded-for: 192.0.2.1\r\nforwarded: for=192.0.2.2\r\n";
    for _ in 0..3 {
        assert_eq!(world.get("/", spoofed).await.status(), 400);
    }
    told(&log, &["forwarded-headers"]);
    let text = log.text();
    assert!(text.contains(" WARN ") && text.contains(" source=127.0.0.1 "), "{text}");
    assert!(!text.contains("192.0.2."), "{text}");
}

#[tokio::test]
async fn a_peer_without_a_proxy_header_is_named() {
    let log = Log::start();
    let world = behind(Wire::Plain, |_| {}).await;
    let mut client = Client::over(world.tcp().await);
    client.send(format!("{}\r\n", signed("GET", "/spoofed"))).await;
    assert!(client.is_ended().await);
    told(&log, &["proxy-header"]);
    assert!(log.text().contains("why=\"it is no header of version 2\""), "{}", log.text());
    assert!(!log.text().contains("spoofed"), "{}", log.text());
    world.attempts.malformed_are(1).await;
}

#[tokio::test]
async fn a_trail_that_can_not_be_written_is_told_of_once_with_what_to_do() {
    let (log, world) = (Log::start(), World::start().await);
    world.attempts.full.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(world.get("/", "").await.status(), 503);
        let unsigned = format!("GET / HTTP/1.1\r\nhost: {HOST}\r\n\r\n");
        assert_eq!(world.answer(unsigned).await.status(), 503);
    }
    told(&log, &["trail"]);
    assert!(log.text().contains("ERROR") && log.text().contains("free space"), "{}", log.text());
}

#[tokio::test]
async fn refusals_of_a_login_have_their_rows_in_the_trail_and_no_line() {
    let (log, world) = (Log::start(), World::start().await);
    let wrong = authorization("GET", HOST, "/other", None);
    for header in [&*wrong, "OAuth x", "Basic x"] {
        let lines = format!("host: {HOST}\r\nauthorization: {header}\r\n\r\n");
        let status = world.answer(format!("GET / HTTP/1.1\r\n{lines}")).await.status();
        assert!([400, 401].contains(&status), "{header}");
    }
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn an_upstream_without_an_answer_is_named_and_counted() {
    for (reply, timeout, name) in [
        (Reply::Silence, Duration::from_millis(50), "timed-out"),
        (
            Reply::BytesThenEnd("HTTP/1.1 200 OK\r\ncontent-le".into()),
            Duration::from_secs(9),
            "broken",
        ),
        (
            Reply::Bytes("HTTP/1.1 101 X\r\nupgrade: h2c\r\n\r\n".into()),
            Duration::from_secs(9),
            "broken",
        ),
    ] {
        let log = Log::start();
        let settings = UpstreamSettings {
            connect_timeout: Duration::from_millis(500),
            answer_timeout: timeout,
            ..UpstreamSettings::default()
        };
        let world = World::with(Choices { settings, ..Choices::default() }).await;
        world.upstream.reply_with(reply);
        for count in ["1", "2"] {
            let status = world.get("/", "").await.status();
            assert_eq!(status, if name == "broken" { 502 } else { 504 });
            world.metric_is(&result(name), count).await;
        }
        told(&log, &[&format!("upstream-{name}")]);
        let upstream = format!(" upstream=\"{}\" ", world.upstream.address);
        assert!(log.text().contains(&upstream), "{}", log.text());
    }
}

#[tokio::test]
async fn servers_are_counted_by_whether_they_are_well_and_each_has_its_own_lines() {
    let log = Log::start();
    let mut down = Vec::new();
    for _ in 0..2 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        down.push(format!("http://{}", listener.local_addr().unwrap()));
    }
    let servers = |state: &str| format!("countersign_upstreams{{state=\"{state}\"}}");
    let upstream = Some(To::new(&down, UpstreamSettings::default()).unwrap());
    let world = World::with(Choices { upstream, ..Choices::default() }).await;
    world.metric_is(&servers("healthy"), "2").await;
    assert_eq!(world.get("/", "").await.status(), 502);
    world.metric_is(&servers("unhealthy"), "2").await;
    world.metric_is(&servers("healthy"), "0").await;
    world.metric_is(&result("unreachable"), "1").await;
    let lines = log.on("upstream-unreachable");
    assert_eq!(lines.len(), 2, "{}", log.text());
    for url in &down {
        let address = url.trim_start_matches("http://");
        assert_eq!(lines.iter().filter(|it| it.contains(address)).count(), 1, "{lines:?}");
    }
}

#[tokio::test]
async fn a_server_that_answers_no_question_is_unhealthy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let health = HealthCheck {
        path: "/health".parse().unwrap(),
        interval: Duration::from_millis(10),
        timeout: Duration::from_millis(100),
    };
    let settings = UpstreamSettings { health: Some(health), ..UpstreamSettings::default() };
    let upstream = Some(To::new(&[url], settings).unwrap());
    let world = World::with(Choices { upstream, ..Choices::default() }).await;
    world.metric_is("countersign_upstreams{state=\"unhealthy\"}", "1").await;
}
