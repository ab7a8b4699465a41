//! Hosts that name accounts, of which there is 1234567.

use countersign_gate::{Route, Rules, Upstream};
use countersign_model::TokenState;

use crate::client::Message;
use crate::world::{Choices, World};

async fn world() -> World {
    World::with(Choices { domain: Some("api.test"), ..Choices::default() }).await
}

/// The answer to a request that was signed for `host`, with the realm 1234567 or none.
async fn ask(world: &World, host: &str, with_realm: bool) -> Message {
    let header = world.wire.authorization("GET", host, "/", None);
    let header = if with_realm { header } else { header.replace("realm=\"1234567\", ", "") };
    let head = format!("GET / HTTP/1.1\r\nhost: {host}\r\nauthorization: {header}\r\n\r\n");
    world.answer(head).await
}

#[tokio::test]
async fn a_request_to_the_host_of_the_account_is_admitted_and_forwarded_under_it() {
    let world = world().await;
    for host in ["1234567.restlets.api.test", "1234567.App.API.test:8080", "1234567.api.test"] {
        for with_realm in [true, false] {
            assert_eq!(ask(&world, host, with_realm).await.status(), 200, "{host}");
            assert_eq!(world.upstream.last().one("host"), Some(host));
            assert_eq!(world.upstream.last().one("countersign-account"), Some("1234567"));
        }
    }
}

/// What a caller sees, without what is different each time and without the realm.
fn seen(answer: &Message) -> (String, Vec<u8>) {
    let different = ["countersign-reference: ", "date: ", "www-authenticate: "];
    let lines = answer.head.lines();
    let same = lines.filter(|line| !different.iter().any(|name| line.starts_with(name)));
    (same.collect::<Vec<_>>().join("\n"), answer.body.clone())
}

#[tokio::test]
async fn a_refusal_repeats_the_account_of_the_host_and_does_not_tell_whether_it_exists() {
    let world = world().await;
    world.token_is(TokenState::Inactive);
    let mut answers = Vec::new();
    for (host, with_realm, realm) in [
        ("1234567.app.api.test", false, "realm=\"1234567\", "),
        ("1234567.app.api.test", true, "realm=\"1234567\", "),
        // Of no account, alone and beside the realm of one.
        ("7654321-sb1.app.api.test", false, "realm=\"7654321_SB1\", "),
        ("7654321-sb1.app.api.test", true, "realm=\"7654321_SB1\", "),
        ("no-such-account.api.test", true, ""),
        ("system.api.test", true, "realm=\"1234567\", "),
    ] {
        let answer = ask(&world, host, with_realm).await;
        let expected = format!(
            "OAuth {realm}error=\"token_rejected\", error_description=\"Invalid login attempt.\""
        );
        assert_eq!(answer.one("www-authenticate"), Some(&*expected), "{host} {with_realm}");
        answers.push(seen(&answer));
    }
    assert!(answers[0].0.contains(" 401 "), "{answers:#?}");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let [inactive, none, two] = ["token-inactive", "wrong-account", "host-of-other-account"];
    assert_eq!(world.attempts.codes(), [inactive, inactive, none, two, two, inactive]);
}

#[tokio::test]
async fn own_paths_are_answered_under_hosts_of_accounts_that_there_are() {
    let world = world().await;
    let status = async |path: &str, host: &str| {
        world.answer(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await.status()
    };
    for path in ["/countersign/", "/rest/requesttoken", "/app/login/secure/authorizetoken.nl"] {
        assert_eq!(status(path, "1234567.app.api.test:8443").await, 200, "{path}");
        assert_eq!(status(path, "7654321.app.api.test:8443").await, 403, "{path}");
    }
    // Clients ask these before they know their account's host, and machines anywhere.
    assert_eq!(status("/rest/datacenterurls", "rest.api.test").await, 200);
    assert_eq!(status("/countersign/", "rest.api.test").await, 403);
    assert_eq!(status("/countersign/health/ready", "7654321.app.api.test").await, 200);
}

#[tokio::test]
async fn a_host_of_a_route_in_the_domain_is_that_of_an_account_all_the_same() {
    let rules = |to: Upstream| {
        let at = |host: &str| Route { host: Some(host.to_owned()), ..Route::all("api") };
        let routes = ["1234567.restlets.api.test", "billing.api.test", "billing.test"].map(at);
        Rules::new(routes.into(), vec![("api".to_owned(), to)]).unwrap()
    };
    let domain = Some("api.test");
    let world =
        World::with(Choices { domain, rules: Some(Box::new(rules)), ..Choices::default() }).await;
    assert_eq!(ask(&world, "1234567.restlets.api.test", false).await.status(), 200);
    assert_eq!(ask(&world, "1234567.app.api.test", false).await.status(), 404, "has no route");
    assert_eq!(ask(&world, "billing.api.test", true).await.status(), 401, "BILLING is no account");
    assert_eq!(ask(&world, "billing.test", true).await.status(), 200);
}
