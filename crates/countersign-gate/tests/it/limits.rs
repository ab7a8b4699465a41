//! How much one sender gets.

use std::time::Duration;

use countersign_gate::{Limits, Rate};

use crate::upstream::Reply;
use crate::wire::signed;
use crate::world::{Choices, World};

async fn world(limits: Limits) -> World {
    World::with(Choices { limits, ..Choices::default() }).await
}

fn limits() -> Limits {
    Choices::default().limits
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn an_integration_has_so_many_requests_at_a_time() {
    let world = world(Limits { concurrency_per_integration: Some(2), ..limits() }).await;
    world.upstream.reply_with(Reply::Silence);
    let mut waiting = Vec::new();
    for number in 1..=2 {
        let mut client = world.client().await;
        client.send(format!("{}\r\n", signed("GET", "/"))).await;
        waiting.push(client);
        while world.upstream.count() < number {
            tokio::task::yield_now().await;
        }
    }
    let restlet = world.get("/", "").await;
    assert_eq!(restlet.status(), 400, "as documented");
    assert!(restlet.text().contains("SSS_REQUEST_LIMIT_EXCEEDED"), "{}", restlet.text());
    assert_eq!(restlet.one("retry-after"), Some("1"));
    let rest = world.get("/services/rest/record/v1/x", "").await;
    assert_eq!(rest.status(), 429);
    assert!(rest.text().contains("CONCURRENCY_LIMIT_EXCEEDED"), "{}", rest.text());
    let soap = world.get("/services/NetSuitePort_2024_1", "").await;
    assert!(soap.text().contains("WS_REQUEST_BLOCKED"), "{}", soap.text());
    assert_eq!(world.upstream.count(), 2);
    assert_eq!(world.attempts.codes(), ["over-concurrency"; 3]);

    world.upstream.reply(200, "", "ok");
    drop(waiting);
    // A place is free when the end of its request was seen.
    while world.get("/", "").await.status() != 200 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn the_record_gives_an_integration_less_than_the_operator_lets_it_have_and_not_more() {
    for (of_operator, of_record) in [(None, 1), (Some(5), 1), (Some(1), 5)] {
        let world = world(Limits { concurrency_per_integration: of_operator, ..limits() }).await;
        world.limit_integration(of_record);
        world.upstream.reply_with(Reply::Silence);
        let mut waiting = world.client().await;
        waiting.send(format!("{}\r\n", signed("GET", "/"))).await;
        while world.upstream.count() < 1 {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.get("/", "").await.status(), 400, "{of_operator:?} and {of_record}");
        assert_eq!(world.attempts.codes(), ["over-concurrency"]);
    }
}

#[tokio::test]
async fn an_answer_that_is_still_being_sent_holds_its_place() {
    let world = world(Limits { concurrency_per_account: Some(1), ..limits() }).await;
    world.upstream.reply_with(Reply::Bytes(
        b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n".to_vec(),
    ));
    let mut slow = world.client().await;
    slow.send(format!("{}\r\n", signed("GET", "/"))).await;
    slow.receive_head().await.unwrap();
    assert_eq!(world.get("/", "").await.status(), 400);
}

#[tokio::test]
async fn a_token_has_its_rate() {
    let rate = Rate { requests: 3, per: HOUR, burst: 3 };
    let world = world(Limits { rate_per_token: Some(rate), ..limits() }).await;
    for _ in 0..3 {
        assert_eq!(world.get("/", "").await.status(), 200);
    }
    let refused = world.get("/", "").await;
    assert_eq!(refused.status(), 429);
    let seconds: u32 = refused.one("retry-after").unwrap().parse().unwrap();
    assert!((1100..=1200).contains(&seconds), "a third of an hour: {seconds}");
    assert!(refused.text().contains("SSS_REQUEST_LIMIT_EXCEEDED"), "{}", refused.text());
    assert_eq!(world.upstream.count(), 3);
    assert_eq!(world.attempts.codes(), ["over-rate"]);
}

#[tokio::test]
async fn pages_and_own_endpoints_count_for_the_rate_of_an_address_and_what_machines_watch_does_not()
{
    let rate = Rate { requests: 2, per: HOUR, burst: 2 };
    let world = world(Limits { rate_per_source: Some(rate), ..limits() }).await;
    let ask = async |path: &str| {
        world.answer(format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")).await
    };
    for watched in ["/countersign/health/ready", "/countersign/metrics", "/countersign/jwks.json"] {
        for _ in 0..3 {
            assert_eq!(ask(watched).await.status(), 200, "{watched}");
        }
    }
    assert_eq!(ask("/rest/requesttoken").await.status(), 200);
    assert_eq!(ask("/countersign/").await.status(), 200);
    for (path, content_type, words) in [
        ("/rest/requesttoken", "application/json", "SSS_REQUEST_LIMIT_EXCEEDED"),
        ("/services/rest/auth/x", "application/vnd.oracle.resource+json", "REQUEST_LIMIT_EXCEEDED"),
        ("/countersign/api/v1/x", "application/json", "SSS_REQUEST_LIMIT_EXCEEDED"),
        ("/countersign/login", "text/plain", "Request limit exceeded"),
        ("/services/rest/x", "application/vnd.oracle.resource+json", "REQUEST_LIMIT_EXCEEDED"),
    ] {
        let answer = ask(path).await;
        assert_eq!(answer.status(), 429, "{path}");
        let seconds: u32 = answer.one("retry-after").unwrap().parse().unwrap();
        assert!((1500..=1800).contains(&seconds), "half an hour: {seconds}");
        assert!(answer.one("content-type").unwrap().starts_with(content_type), "{}", answer.head);
        assert!(answer.text().contains(words), "{path}: {}", answer.text());
    }
    assert_eq!(ask("/countersign/health/live").await.status(), 200);
    assert_eq!(world.attempts.codes(), ["over-rate"; 5]);
}

#[tokio::test]
async fn an_address_has_its_rate_whoever_it_says_it_is() {
    let rate = Rate { requests: 2, per: HOUR, burst: 2 };
    let world = world(Limits { rate_per_source: Some(rate), ..limits() }).await;
    for expected in [401, 401, 429, 429] {
        let answer = world.answer("GET / HTTP/1.1\r\nhost: gate.test\r\n\r\n").await;
        assert_eq!(answer.status(), expected);
    }
    assert_eq!(world.get("/", "").await.status(), 429);
    let mut elsewhere = world.client_from("127.0.0.2").await;
    elsewhere.send(format!("{}\r\n", signed("GET", "/"))).await;
    assert_eq!(elsewhere.receive().await.unwrap().status(), 200);
}
