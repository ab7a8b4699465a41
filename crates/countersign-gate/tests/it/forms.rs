//! Form bodies: signed as a whole, read within limits, and only for somebody known.

use std::time::Duration;

use countersign_gate::Limits;
use countersign_model::TokenState;

use crate::client::Message;
use crate::wire::{authorization, signed_form};
use crate::world::{Choices, HOST, World};

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
async fn a_form_that_announces_too_much_is_refused_before_anybody_is_looked_for() {
    let world = limited(|limits| limits.form_bytes = 10).await;
    assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 200);
    let known = authorization("POST", HOST, "/f", None);
    let unknown = known.replace(&"02".repeat(32), &"ab".repeat(32));
    let mut answers = Vec::new();
    for header in [&known, &unknown, "OAuth x", "Basic x"] {
        for length in ["11", "1000000000000"] {
            // None of the bytes is sent, or waited for.
            let answer = world.answer(head(header, &format!("content-length: {length}\r\n"))).await;
            assert_eq!(answer.status(), 413, "{header} {length}");
            assert!(answer.one("countersign-reference").is_some());
            answers.push(answer.text());
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(world.attempts.codes(), ["form-too-large"; 8]);
    // The unknown token came with a known key.
    let [named, nobody] = [true, false];
    assert_eq!(
        world.attempts.named(),
        [named, named, named, named, nobody, nobody, nobody, nobody]
    );
    assert_eq!(world.upstream.count(), 1);
}

#[tokio::test]
async fn what_happens_to_the_form_of_somebody_known_looks_like_any_failed_login() {
    let world = limited(|limits| {
        limits.form_bytes = 10;
        limits.form_read = Duration::from_millis(50);
    })
    .await;
    let known = authorization("POST", HOST, "/f", None);
    let unknown = known.replace(&"02".repeat(32), &"ab".repeat(32));
    let chunked = "transfer-encoding: chunked\r\n";
    let cases = [
        ("form-too-large", chunked, "6\r\na=1234\r\n6\r\nb=1234\r\n"),
        ("form-malformed", chunked, "zz\r\n"),
        ("form-too-slow", "content-length: 3\r\n", ""),
        ("form-too-slow", chunked, "1\r\na\r\n"),
    ];
    for (code, framing, body) in cases {
        let stranger = world.answer(format!("{}{body}", head(&unknown, framing))).await;
        let somebody = world.answer(format!("{}{body}", head(&known, framing))).await;
        for answer in [&stranger, &somebody] {
            assert_eq!(answer.status(), 401, "{code}");
            assert!(answer.one("countersign-reference").is_some());
        }
        assert_eq!(somebody.text(), stranger.text());
        assert_eq!(somebody.one("www-authenticate"), stranger.one("www-authenticate"));
        assert_eq!(world.attempts.codes().last(), Some(&code));
        assert_eq!(world.attempts.named().last(), Some(&true));
    }
    assert_eq!(world.upstream.count(), 0);
    world.attempts.malformed_are(0).await;
}

#[tokio::test]
async fn a_client_that_leaves_within_its_form_is_recorded() {
    let world = World::start().await;
    let mut client = world.client().await;
    let authorization = authorization("POST", HOST, "/f", None);
    client.send(format!("{}a=1", head(&authorization, "content-length: 10\r\n"))).await;
    drop(client);
    world.attempts.codes_are(&["form-cut-off"]).await;
    assert_eq!(world.attempts.named(), [true]);
}

#[tokio::test]
async fn a_form_whose_request_is_refused_anyway_is_not_read() {
    let world = World::start().await;
    let form = head(&authorization("POST", HOST, "/f", None), "content-length: 10\r\n");
    let cases = [
        ("\"1800000000\"", "\"1700000000\"", "clock-skew", 401),
        ("HMAC-SHA256", "HMAC-SHA1", "signature-method-sha1", 400),
        ("\"1234567\"", "\"7654321\"", "wrong-account", 401),
    ];
    for (from, to, code, status) in cases {
        // No byte of the body is sent: who waited for it would not answer.
        let answer = world.answer(form.replace(from, to)).await;
        assert_eq!(answer.status(), status, "{code}");
        assert_eq!(world.attempts.codes().last(), Some(&code));
    }
    world.token_is(TokenState::Inactive);
    assert_eq!(world.answer(&form).await.status(), 401);
    assert_eq!(world.attempts.codes().last(), Some(&"token-inactive"));
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
    first.send("a=1234567").await;

    let refused = refused_for_room(&world, "a=12345678").await;
    assert_eq!(refused.one("retry-after"), Some("1"));
    assert!(refused.one("countersign-reference").is_some());
    assert_eq!(world.attempts.codes(), ["form-memory-full"]);
    assert_eq!(world.attempts.named(), [true]);

    first.send("8").await;
    assert_eq!(first.receive().await.unwrap().status(), 200);
    assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 200);
}

/// Sends forms until what another connection has sent has arrived, and there is no room.
async fn refused_for_room(world: &World, form: &str) -> Message {
    for _ in 0..1_000 {
        let answer = world.answer(signed_form("/f", form)).await;
        if answer.status() == 503 {
            return answer;
        }
    }
    panic!("there was always room");
}

#[tokio::test]
async fn a_form_that_is_only_announced_holds_no_memory() {
    let world = limited(|limits| limits.form_memory = 15).await;
    let authorization = || authorization("POST", HOST, "/f", Some("a=12345678"));
    let lines = "content-length: 10\r\nexpect: 100-continue\r\n";
    let mut idle = Vec::new();
    for _ in 0..8 {
        let mut client = world.client().await;
        client.send(head(&authorization(), lines)).await;
        assert_eq!(client.receive().await.unwrap().status(), 100);
        idle.push(client);
    }
    assert_eq!(world.answer(signed_form("/f", "a=12345678")).await.status(), 200);
}

#[tokio::test]
async fn one_address_holds_only_a_share_of_the_budget() {
    let world = limited(|limits| {
        limits.form_bytes = 10;
        limits.form_memory = 160;
    })
    .await;
    // An eighth of the budget is two forms of ten bytes.
    let authorization = || authorization("POST", HOST, "/f", Some("a=12345678"));
    let lines = "content-length: 10\r\nexpect: 100-continue\r\n";
    let mut slow = [world.client().await, world.client().await];
    for client in &mut slow {
        client.send(head(&authorization(), lines)).await;
        assert_eq!(client.receive().await.unwrap().status(), 100);
        client.send("a=1234567").await;
    }
    refused_for_room(&world, "a=1").await;
    let mut elsewhere = world.client_from("127.0.0.9").await;
    elsewhere.send(signed_form("/f", "a=1")).await;
    assert_eq!(elsewhere.receive().await.unwrap().status(), 200);

    for client in &mut slow {
        client.send("8").await;
        assert_eq!(client.receive().await.unwrap().status(), 200);
    }
    assert_eq!(world.answer(signed_form("/f", "a=1")).await.status(), 200);
}

#[tokio::test]
async fn the_form_of_a_stranger_is_not_read() {
    let world = World::start().await;
    let known = authorization("POST", HOST, "/f", Some("a=1"));
    let unknown_token = known.replace(&"02".repeat(32), &"ab".repeat(32));
    let unknown_key = known.replace(&"01".repeat(32), &"ab".repeat(32));
    for header in [unknown_token.as_str(), &unknown_key, "OAuth x", "Basic x"] {
        // Half of the body is never sent: who waited for it would not answer.
        let head = head(header, "content-length: 3000\r\n");
        let answer = world.answer(format!("{head}a=1")).await;
        assert!([400, 401].contains(&answer.status()), "{header}: {}", answer.status());
    }
    let codes = ["token-unknown", "consumer-key-unknown", "header-syntax", "parameter-missing"];
    assert_eq!(world.attempts.codes(), codes);
}
