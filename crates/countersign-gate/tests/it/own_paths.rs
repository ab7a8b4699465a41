//! Paths that are answered here, and only these.

use countersign_gate::Mode;
use countersign_model::TokenState;

use crate::wire::authorization;
use crate::world::{Choices, World};

async fn ask(world: &World, path: &str, host: &str, lines: &str) -> (u16, String) {
    let answer = world.answer(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n{lines}\r\n")).await;
    (answer.status(), answer.text())
}

#[tokio::test]
async fn own_paths_are_answered_without_a_signature_and_never_forwarded() {
    let world = World::start().await;
    for path in [
        "/rest/requesttoken",
        "/app/login/secure/authorizetoken.nl",
        "/services/rest/auth/oauth2/v1/token",
        "/countersign",
        "/countersign/",
        "/countersign/../services/rest/x",
        "/rest/%2e%2e/x",
    ] {
        let (status, text) = ask(&world, path, "localhost", "").await;
        assert_eq!((status, text), (200, format!("own {path}")));
    }
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn no_other_spelling_reaches_them_or_the_upstream_unsigned() {
    let world = World::start().await;
    for path in [
        "/countersign%2f",
        "/countersign%2Fapi/v1",
        "//countersign/",
        "/./countersign/",
        "/x/../countersign/",
        "/Countersign/",
        "/COUNTERSIGN",
        "/%63ountersign/",
        "/countersign;x/",
        "/countersign.",
        "/rest",
        "//rest/requesttoken",
        "/REST/requesttoken",
    ] {
        assert_eq!(ask(&world, path, "localhost", "").await.0, 401, "{path}");
    }
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn pages_answer_to_no_other_host_and_no_other_site() {
    let world = World::start().await;
    for (host, lines, status) in [
        ("localhost:80", "", 200),
        ("127.0.0.2", "", 200),
        ("[::1]:80", "", 200),
        ("auth.example", "origin: https://auth.example\r\n", 200),
        ("evil.example", "", 403),
        ("127.0.0.1.evil.example", "", 403),
        ("localhost", "sec-fetch-site: cross-site\r\n", 403),
        ("localhost", "origin: http://evil.example\r\n", 403),
        ("localhost", "origin: null\r\n", 403),
        ("localhost:80", "origin: http://localhost:3000\r\n", 403),
    ] {
        assert_eq!(ask(&world, "/countersign/", host, lines).await.0, status, "{host} {lines}");
    }
    let [host, site] = ["host-not-served", "cross-site-request"];
    assert_eq!(world.attempts.codes(), [host, host, site, site, site, site]);
    let (status, _) = ask(&world, "/rest/roles", "evil.example", "origin: http://x\r\n").await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_page_that_is_not_shown_is_a_refusal_with_a_reference() {
    let world = World::start().await;
    for host in ["evil.example", "localhost\r\nsec-fetch-site: cross-site"] {
        let message = format!("GET /countersign/ HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let answer = world.answer(message).await;
        assert_eq!(answer.status(), 403);
        assert_eq!(
            answer.one("countersign-reference"),
            world.attempts.references().last().map(|it| &**it)
        );
    }
}

const API: &str = "/countersign/api/v1/accounts";

fn signed(method: &str, target: &str) -> String {
    let authorization = authorization(method, "auth.example", target, None);
    format!(
        "{method} {target} HTTP/1.1\r\nhost: auth.example\r\nauthorization: {authorization}\r\n"
    )
}

#[tokio::test]
async fn a_signed_request_to_the_api_is_verified_remembered_and_handed_over_with_who_signed_it() {
    let world = World::start().await;
    let message = signed("POST", API) + "content-length: 2\r\n\r\n{}";
    let answer = world.answer(&message).await;
    let entity = world.attempts.admitted.lock().unwrap()[0].admission.principal.entity;
    assert_eq!(answer.text(), format!("own {API} for entity {entity}, 2 bytes"));

    let replayed = world.answer(&message).await;
    assert_eq!(replayed.status(), 401);
    assert!(replayed.one("countersign-reference").is_some());
    assert_eq!(world.attempts.codes(), ["nonce-reused"]);
    assert_eq!(world.upstream.count(), 0);
}

#[tokio::test]
async fn a_request_to_the_api_that_is_signed_wrongly_is_refused_like_any() {
    let world = World::start().await;
    for (target, status) in [("/countersign/api/v1/other", 401), (API, 200)] {
        let message = signed("GET", API).replacen(API, target, 1) + "\r\n";
        assert_eq!(world.answer(message).await.status(), status, "{target}");
    }
    world.token_is(TokenState::Inactive);
    assert_eq!(world.answer(signed("GET", API) + "\r\n").await.status(), 401);
    let codes = world.attempts.codes();
    assert_eq!(codes.len(), 2, "{codes:?}");
}

#[tokio::test]
async fn a_signature_counts_nowhere_else_and_brings_nobody_past_the_host_and_the_site() {
    let world = World::start().await;
    let page = world.answer(signed("GET", "/countersign/setup") + "\r\n").await;
    assert_eq!(page.text(), "own /countersign/setup");
    let unsigned = world.answer(format!("GET {API} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
    assert_eq!(unsigned.text(), format!("own {API}"));
    let other_site = signed("GET", API) + "origin: https://evil.example\r\n\r\n";
    assert_eq!(world.answer(other_site).await.status(), 403);
    let other_host = signed("GET", API).replacen("auth.example", "evil.example", 1) + "\r\n";
    assert_eq!(world.answer(other_host).await.status(), 403);
    assert_eq!(world.attempts.admitted.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn a_panic_answers_500_and_the_connection_goes_on() {
    let world = World::with(Choices { mode: Mode::Dev, ..Choices::default() }).await;
    let mut client = world.client().await;
    client.send("GET /rest/panic HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let answer = client.receive().await.unwrap();
    assert_eq!((answer.status(), answer.one("countersign-mode")), (500, Some("dev")));
    client.send("GET /rest/roles HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(client.receive().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_secret_of_a_link_is_in_no_row_of_the_trail() {
    let world = World::start().await;
    let secret = format!("pickup_{}", "0a".repeat(32));
    let path = format!("/countersign/api/v1/accounts/1234567/pickups/{secret}");
    assert_eq!(world.answer(format!("{}\r\n", signed("GET", &path))).await.status(), 200);
    world.token_is(TokenState::Inactive);
    assert_eq!(world.answer(format!("{}\r\n", signed("GET", &path))).await.status(), 401);
    let admitted = world.attempts.admitted.lock().unwrap();
    let refused = world.attempts.refused.lock().unwrap();
    for caller in [&admitted[0].caller, &refused[0].caller] {
        assert_eq!(caller.path, "/countersign/api/v1/accounts/1234567/pickups/[a secret]");
    }
}
