//! Form bodies: signed as a whole, read within limits, and only for somebody known.

use std::time::Duration;

use countersign_gate::Limits;

use crate::world::{Choices, HOST, World, authorization, signed_form};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

async fn limited(change: impl FnOnce(&mut Limits)) -> World {
    let mut choices = Choices::default();
    change(&mut choices.limits);
    World::with(choices).await
}

fn head(authorization: &str, lines: &str) -> String {
    format!(
        "POST /f HTTP/1.1\r\nhost: {HOST}\r\nauthorization: {authorization}\r\n{FORM}{lines}\r\n"
    )
}

#[tokio::test]
async fn a_form_is_part_of_the_signature_and_arrives_as_it_was() {
    let world = World::start().await;
    let form = "a=1&b=%20x+y&a=0&=&c";
    assert_eq!(world.answer(signed_form("/f?q=1", form)).await.status(), 200);
    assert_eq!(world.upstream.last().text(), form);
    assert_eq!(world.upstream.last().one("content-length"), Some("20"));

    let changed = signed_form("/f", form).replace("a=1&b", "a=2&b");
    assert_eq!(world.answer(changed).await.status(), 401);
    assert_eq!(world.attempts.codes(), ["unexplained"]);
    assert_eq!(world.upstream.count(), 1);
}

#[tokio::test]
async fn a_form_in_chunks_is_verified_and_arrives_with_a_length() {
    let world = World::start().await;
    let authorization = authorization("POST", HOST, "/f", Some("a=1&b=2"));
    let head = head(&authorization, "transfer-encoding: chunked\r\n");
    let answer = world.answer(format!("{head}3\r\na=1\r\n4\r\n&b=2\r\n0\r\n\r\n")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(world.upstream.last().text(), "a=1&b=2");
    assert_eq!(world.upstream.last().one("content-length"), Some("7"));
    assert_eq!(world.upstream.last().one("transfer-encoding"), None);
}

#[tokio::test]
async fn a_form_over_the_limit_is_refused_by_its_announcement_or_by_its_bytes() {
    let world = limited(|limits| limits.form_bytes = 10).await;
    assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 200);
    assert_eq!(world.answer(signed_form("/f", "a=123456789")).await.status(), 413);
    let authorization = authorization("POST", HOST, "/f", None);
    for length in ["11", "1000000000000"] {
        // None of the bytes is sent, or waited for.
        let announced = head(&authorization, &format!("content-length: {length}\r\n"));
        assert_eq!(world.answer(announced).await.status(), 413, "{length}");
    }
    let chunked = head(&authorization, "transfer-encoding: chunked\r\n");
    let answer = world.answer(format!("{chunked}6\r\na=1234\r\n6\r\nb=1234\r\n")).await;
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.one("content-length").map(|it| it != "0"), Some(true));
    assert_eq!(world.upstream.count(), 1);
}

#[tokio::test]
async fn forms_of_all_connections_share_one_budget() {
    let world = limited(|limits| limits.form_memory = 15).await;
    let authorization = authorization("POST", HOST, "/f", Some("a=12345678"));
    let mut first = world.client().await;
    // With `Expect` the answer 100 says that the body is being read.
    let lines = "content-length: 10\r\nexpect: 100-continue\r\n";
    first.send(head(&authorization, lines)).await;
    assert_eq!(first.receive().await.unwrap().status(), 100);

    let refused = world.answer(signed_form("/f", "a=12345678")).await;
    assert_eq!((refused.status(), refused.one("retry-after")), (503, Some("1")));

    first.send("a=12345678").await;
    assert_eq!(first.receive().await.unwrap().status(), 200);
    assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 200);
}

#[tokio::test]
async fn a_form_that_does_not_come_is_given_up() {
    let world = limited(|limits| limits.form_read = Duration::from_millis(50)).await;
    let authorization = authorization("POST", HOST, "/f", Some("a=1"));
    let answer = world.answer(head(&authorization, "content-length: 3\r\n")).await;
    assert_eq!(answer.status(), 408);
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn the_form_of_a_stranger_is_not_read() {
    let world = World::start().await;
    let known = authorization("POST", HOST, "/f", Some("a=1"));
    let unknown_token = known.replace(&"02".repeat(32), &"ab".repeat(32));
    let unknown_key = known.replace(&"01".repeat(32), &"ab".repeat(32));
    for header in [unknown_token.as_str(), &unknown_key, "OAuth x", "Basic x"] {
        // Half of the body is never sent: who waited for it would not answer.
        let head = head(header, "content-length: 3000000\r\n");
        let answer = world.answer(format!("{head}a=1")).await;
        assert!([400, 401].contains(&answer.status()), "{header}: {}", answer.status());
    }
    let codes = ["token-unknown", "consumer-key-unknown", "header-syntax", "parameter-missing"];
    assert_eq!(world.attempts.codes(), codes);
}

#[tokio::test]
async fn a_form_with_broken_chunks_is_refused() {
    let world = World::start().await;
    let authorization = authorization("POST", HOST, "/f", None);
    let head = head(&authorization, "transfer-encoding: chunked\r\n");
    assert_eq!(world.answer(format!("{head}zz\r\n")).await.status(), 400);
    world.attempts.malformed_are(1).await;
    assert_eq!(world.upstream.count(), 0);
}
