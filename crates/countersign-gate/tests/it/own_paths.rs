//! Paths that are answered here, and only these.

use countersign_gate::Mode;

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
