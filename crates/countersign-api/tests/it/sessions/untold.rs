//! Proofs that the login trail can't be told of, and those that nobody waits for.

use std::time::Duration;

use super::*;

fn old(password: &str) -> Value {
    json!({ "old": password, "new": "a much better one" })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_can_not_be_recorded_ends_the_session() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    world.told.is_full.store(true, SeqCst);
    let again = "session/authentication";
    let failed = problem(503, "store-failed", "");
    let wrong = json!({ "password": "wrong horse battery" });
    assert_eq!(person.refused("POST", again, wrong).await, failed);
    person.does("GET", "session", Value::Null).await;
    let right = json!({ "password": PASSWORD });
    assert_eq!(person.refused("POST", again, right).await, failed);
    assert_eq!(person.refused("GET", "session", Value::Null).await.1, "session-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_password_that_is_wrong_is_told() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    let told = world.told.count();
    let wrong = problem(422, "wrong-password", "password");
    let answer = person.ask("PUT", "session/password", old("wrong horse battery")).await;
    assert!(answer.header("countersign-reference").starts_with("ref_"));
    assert_eq!(answer.problem(), wrong);
    assert_eq!(world.told.last(), (Some(3), Some("wrong-password")));
    for _ in 0..4 {
        assert_eq!(person.refused("PUT", "session/password", old("no")).await, wrong);
    }
    let slowed = person.refused("PUT", "session/password", old(PASSWORD)).await;
    assert_eq!(slowed, problem(429, "too-many-attempts", ""));
    assert_eq!(world.told.last(), (Some(3), Some("too-many-attempts")));
    world.clock.advance_seconds(30);
    world.told.is_full.store(true, SeqCst);
    let untold = person.refused("PUT", "session/password", old("no")).await;
    assert_eq!(untold, problem(503, "store-failed", ""));
    assert_eq!(world.told.count(), told + 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_waits_for_is_told() {
    let world = World::furnished().await;
    let person = ann(&world).await;
    let cookie = format!("{COOKIE}={}", person.cookie);
    let wrong = "wrong horse battery";
    for (method, path, body) in [
        ("POST", "session", typed("bea@example.com", wrong)),
        ("POST", "session/authentication", json!({ "password": wrong })),
        ("PUT", "session/password", old(wrong)),
    ] {
        let (asked, told) = (world.told.asked.load(SeqCst), world.told.count());
        let held = world.told.held.lock().await;
        let (path, body) = (format!("{BASE}/{path}"), body.to_string());
        let headers = [SAME, ("cookie", cookie.as_str())];
        tokio::select! {
            biased;
            () = until(|| world.told.asked.load(SeqCst) > asked) => {}
            answer = world.send(Some(browser()), method, &path, &headers, &body) => {
                panic!("answered before it was told: {answer:?}")
            }
        }
        drop(held);
        until(|| world.told.count() > told).await;
        assert_eq!(world.told.last(), (Some(3), Some("wrong-password")), "{path}");
    }
}

async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it happens");
}
