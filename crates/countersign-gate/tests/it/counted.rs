//! Every limit, reached once: its metric, and its line in the log with one example.

use std::time::Duration;

use countersign_gate::{Limits, Rate};
use tokio::io::AsyncWriteExt;

use crate::client::Client;
use crate::log::Log;
use crate::proxied::behind;
use crate::upstream::Reply;
use crate::websocket;
use crate::wire::{Wire, authorization, signed, signed_form};
use crate::world::{Choices, HOST, World};

const SHORT: Duration = Duration::from_millis(300);
const ONE_AN_HOUR: Rate = Rate { requests: 1, per: Duration::from_secs(3600), burst: 1 };

pub(crate) fn limit(limit: &str) -> String {
    format!("countersign_limit_refusals_total{{limit=\"{limit}\"}}")
}

/// Reaches `limit` in a world with such limits, which `reach` does `times`.
async fn reached(
    name: &str,
    times: usize,
    change: impl FnOnce(&mut Limits),
    reach: impl AsyncFnOnce(&World),
) {
    let mut choices = Choices::default();
    change(&mut choices.limits);
    counted(name, times, choices, reach).await;
}

async fn counted(name: &str, times: usize, choices: Choices, reach: impl AsyncFnOnce(&World)) {
    let (log, world) = (Log::start(), World::with(choices).await);
    world.metric_is(&limit(name), "0").await;
    reach(&world).await;
    world.metric_is(&limit(name), &times.to_string()).await;
    let lines = log.on(name);
    assert_eq!(lines.len(), 1, "{name}: one of {times}: {}", log.text());
    assert!(lines[0].ends_with("left_out=0"), "{lines:?}");
    let is_of_all = ["connections", "websockets"].contains(&name);
    assert_eq!(lines[0].contains(" source=127.0.0.1 "), !is_of_all, "{lines:?}");
}

fn post(lines: &str) -> String {
    let authorization = authorization("POST", HOST, "/f", None);
    format!(
        "POST /f HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{lines}\r\n"
    )
}

async fn statuses(world: &World, expected: &[u16]) {
    for status in expected {
        assert_eq!(world.get("/", "").await.status(), *status);
    }
}

/// A request that the upstream has, and does not answer.
async fn waiting(world: &World) -> Client {
    world.upstream.reply_with(Reply::Silence);
    let before = world.upstream.count();
    let mut client = world.client().await;
    client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
    while world.upstream.count() == before {
        tokio::task::yield_now().await;
    }
    client
}

#[tokio::test]
async fn connections_and_websockets() {
    reached(
        "connections",
        1,
        |it| it.connections = 1,
        async |world| {
            let mut first = world.client().await;
            first.send(format!("{}\r\n", signed("GET", "/"))).await;
            assert_eq!(first.receive().await.unwrap().status(), 200);
            world.metric_is(&limit("connections"), "0").await;
            let mut second = world.client().await;
            second.send(format!("{}\r\n", signed("GET", "/"))).await;
            world.metric_is(&limit("connections"), "1").await;
            drop(first);
            assert_eq!(second.receive().await.unwrap().status(), 200);
        },
    )
    .await;
    reached(
        "connections-of-source",
        2,
        |it| it.connections_per_source = Some(1),
        async |world| {
            let mut first = world.client().await;
            first.send(format!("{}\r\n", signed("GET", "/"))).await;
            assert_eq!(first.receive().await.unwrap().status(), 200);
            for _ in 0..2 {
                assert_eq!(world.client().await.receive().await.unwrap().status(), 429);
            }
        },
    )
    .await;
}

#[tokio::test]
async fn websockets() {
    for (name, limits) in [
        ("websockets", Limits { upgraded: 1, ..Choices::default().limits }),
        (
            "websockets-of-token",
            Limits { upgraded_per_token: Some(1), ..Choices::default().limits },
        ),
    ] {
        let log = Log::start();
        let world = websocket::world_with(true, limits).await;
        let _first = websocket::open(&world).await;
        world.metric_is("countersign_websockets", "1").await;
        let status = if name == "websockets" { 503 } else { 429 };
        assert_eq!(world.get("/chat", websocket::ASKED).await.status(), status);
        world.metric_is(&limit(name), "1").await;
        let line = &log.on(name)[0];
        assert!(line.contains(" limit=1 "), "{line}");
        let names_somebody = line.contains(" source=127.0.0.1 account=1 token=55 ");
        assert_eq!(names_somebody, name == "websockets-of-token", "{line}");
        // What an upgraded connection's request came to is known when it is one.
        world.metric_is("countersign_upstream_requests_total{result=\"answered\"}", "1").await;
    }
}

#[tokio::test]
async fn rates() {
    reached(
        "requests-of-source",
        2,
        |it| it.rate_per_source = Some(ONE_AN_HOUR),
        async |world| {
            statuses(world, &[200, 429, 429]).await;
        },
    )
    .await;
    reached(
        "requests-of-token",
        2,
        |it| it.rate_per_token = Some(ONE_AN_HOUR),
        async |world| {
            statuses(world, &[200, 429, 429]).await;
        },
    )
    .await;
}

#[tokio::test]
async fn requests_at_a_time_of_an_integration_and_of_an_account_are_told_apart() {
    let of_integration = |it: &mut Limits| it.concurrency_per_integration = Some(1);
    let of_account = |it: &mut Limits| it.concurrency_per_account = Some(1);
    for (name, code, change) in [
        ("concurrency-of-integration", "over-concurrency", of_integration as fn(&mut Limits)),
        ("concurrency-of-account", "account-over-concurrency", of_account),
    ] {
        reached(name, 3, change, async |world| {
            let _first = waiting(world).await;
            // To its client it is one and the same, as documented for the three services.
            for (path, status, error) in [
                ("/app/site/hosting/restlet.nl?script=1", 400, "SSS_REQUEST_LIMIT_EXCEEDED"),
                ("/services/rest/record/v1/x", 429, "CONCURRENCY_LIMIT_EXCEEDED"),
                ("/services/NetSuitePort_2024_1", 500, "WS_REQUEST_BLOCKED"),
            ] {
                let answer = world.get(path, "").await;
                assert_eq!((answer.status(), answer.one("retry-after")), (status, Some("1")));
                assert!(answer.text().contains(error), "{}", answer.text());
                assert!(!answer.text().contains("over-concurrency"), "{}", answer.text());
            }
            assert_eq!(world.attempts.codes(), [code; 3]);
            let details: Vec<&str> = {
                let refused = world.attempts.refused.lock().unwrap();
                refused.iter().map(|it| it.refused.refusal.detail().as_str()).collect()
            };
            assert_eq!(details, [code; 3]);
            let others = ["concurrency-of-integration", "concurrency-of-account"];
            for other in others.into_iter().filter(|other| *other != name) {
                world.metric_is(&limit(other), "0").await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn heads() {
    let long = format!("GET / HTTP/1.1\r\nhost: {HOST}\r\nx: {}\r\n\r\n", "y".repeat(20_000));
    reached(
        "head-size",
        1,
        |it| it.head_bytes = 10_000,
        async |world| {
            assert_eq!(world.answer(&long).await.status(), 431);
        },
    )
    .await;
    reached(
        "head-time",
        2,
        |it| it.head_read = SHORT,
        async |world| {
            assert_eq!(world.answer("GET / HTTP/1.1\r\n").await.status(), 408);
            // Who has begun nothing is counted, and no line for the log.
            assert!(world.client().await.is_ended().await);
        },
    )
    .await;
}

#[tokio::test]
async fn forms() {
    reached(
        "form-size",
        2,
        |it| it.form_bytes = 10,
        async |world| {
            let announced = world.answer(post("content-length: 11\r\n")).await;
            assert_eq!(announced.status(), 413);
            let chunked = post("transfer-encoding: chunked\r\n");
            assert_eq!(world.answer(format!("{chunked}b\r\na=123456789\r\n")).await.status(), 401);
        },
    )
    .await;
    reached(
        "form-time",
        1,
        |it| it.form_read = SHORT,
        async |world| {
            assert_eq!(world.answer(post("content-length: 11\r\n")).await.status(), 401);
        },
    )
    .await;
    let memory = "countersign_form_memory_bytes";
    reached(
        "form-memory",
        1,
        |it| it.form_memory = 15,
        async |world| {
            let mut first = world.client().await;
            first.send(post("content-length: 10\r\n")).await;
            first.send("a=1234567").await;
            world.metric_is(memory, "9").await;
            assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 503);
            drop(first);
            world.metric_is(memory, "0").await;
        },
    )
    .await;
}

#[tokio::test]
async fn bodies_and_answers_that_stand_still() {
    reached(
        "idle",
        1,
        |it| it.idle = SHORT,
        async |world| {
            let half = format!("{}content-length: 100\r\n\r\nhalf", signed("POST", "/"));
            assert_eq!(world.answer(half).await.status(), 408);
            world.metric_is("countersign_upstream_requests_total{result=\"abandoned\"}", "1").await;
        },
    )
    .await;
    reached(
        "idle",
        1,
        |it| it.idle = SHORT,
        async |world| {
            let half = "content-length: 100\r\n\r\nhalf";
            let own = format!("POST /rest/whole HTTP/1.1\r\nhost: 127.0.0.1\r\n{half}");
            assert_eq!(world.answer(own).await.status(), 200, "it says that the body broke off");
        },
    )
    .await;
    for wire in Wire::ALL {
        let mut choices = Choices::over(wire);
        choices.limits.idle = SHORT;
        counted("answer-time", 1, choices, async |world| {
            world.upstream.reply(200, "", &"x".repeat(30_000_000));
            let mut client = world.client().await;
            client.send(format!("{}\r\n", world.signed("GET", "/"))).await;
            // It reads nothing, and the upstream has done its part.
            world.metric_is("countersign_upstream_requests_total{result=\"abandoned\"}", "1").await;
            world.metric_is(&limit("answer-time"), "1").await;
            assert!(client.receive().await.is_err());
        })
        .await;
    }
}

#[tokio::test]
async fn an_answer_over_http_2_that_is_not_taken() {
    let mut choices = Choices::over(Wire::Tls);
    choices.limits.idle = SHORT;
    counted("answer-time", 1, choices, async |world| {
        world.upstream.reply(200, "", &"x".repeat(200_000));
        let outcome = world.http2().await.ask(&crate::http2::request("GET", "/")).await;
        assert_eq!(outcome.word(), "reset 8");
        world.metric_is("countersign_upstream_requests_total{result=\"abandoned\"}", "1").await;
    })
    .await;
}

#[tokio::test]
async fn a_proxy_header_that_does_not_come() {
    let log = Log::start();
    let world = behind(Wire::Plain, |limits| limits.handshake = SHORT).await;
    for begun in ["", "\r\n\r\n\0\r\nQUIT\n!"] {
        let mut tcp = world.tcp().await;
        tcp.write_all(begun.as_bytes()).await.unwrap();
        assert!(Client::over(tcp).is_ended().await);
    }
    // Who only looks whether somebody listens is not waited for, nor told of.
    drop(world.tcp().await);
    world.metric_is(&limit("proxy-header-time"), "2").await;
    assert_eq!(log.on("proxy-header-time").len(), 1, "{}", log.text());
    assert_eq!(log.text().lines().count(), 1, "{}", log.text());
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn tls_handshakes() {
    let log = Log::start();
    let mut choices = Choices::over(Wire::Tls);
    choices.limits.handshake = Duration::from_secs(1);
    let world = World::with(choices).await;
    assert_eq!(world.get("/", "").await.status(), 200);
    let mut plain = Client::over(world.tcp().await);
    plain.send(format!("{}\r\n", signed("GET", "/"))).await;
    let _alert = plain.rest().await;
    assert!(Client::over(world.tcp().await).is_ended().await);
    for result in ["done", "failed", "timed-out"] {
        let series = format!("countersign_tls_handshakes_total{{result=\"{result}\"}}");
        world.metric_is(&series, "1").await;
    }
    for cause in ["tls-handshake", "tls-handshake-time"] {
        assert_eq!(log.on(cause).len(), 1, "{}", log.text());
    }
}
