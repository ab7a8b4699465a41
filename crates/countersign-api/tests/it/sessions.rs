//! Logging in, and acting with a session.

mod cross_site;
mod own;
mod strangers;
mod untold;

use std::sync::atomic::Ordering::SeqCst;

use countersign_api::BASE;
use countersign_model::{Clock, without_secrets};
use countersign_testkit::code_of_app;
use serde_json::{Value, json};

use crate::world::{Answer, World, arriving, browser};

const PASSWORD: &str = "correct horse battery";
const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");
const COOKIE: &str = "__Host-countersign-session";

/// Somebody at a browser, with what it remembers.
pub(crate) struct Person<'w> {
    world: &'w World,
    cookie: String,
}

impl<'w> Person<'w> {
    fn stranger(world: &'w World) -> Self {
        Self { world, cookie: String::new() }
    }

    /// Asks, and keeps the cookie that the answer sets.
    async fn ask(&mut self, method: &str, path: &str, body: Value) -> Answer {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let path = format!("{BASE}/{path}");
        let cookie = format!("theme=dark; {COOKIE}={}", self.cookie);
        let mut headers = vec![SAME, ("if-match", "*")];
        if !self.cookie.is_empty() {
            headers.push(("cookie", &cookie));
        }
        let answer = self.world.send(Some(browser()), method, &path, &headers, &text).await;
        if let Some(set) = answer.headers.get("set-cookie") {
            let set = set.to_str().unwrap().strip_prefix(COOKIE).unwrap();
            let (value, rest) = set.strip_prefix('=').unwrap().split_once(';').unwrap();
            assert!(rest.starts_with(" Path=/; Secure; HttpOnly; SameSite=Strict"), "{rest}");
            value.clone_into(&mut self.cookie);
        }
        answer
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, Value::Null).await
    }

    /// Asks what is done.
    async fn does(&mut self, method: &str, path: &str, body: Value) -> Answer {
        let answer = self.ask(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        answer
    }

    async fn refused(&mut self, method: &str, path: &str, body: Value) -> (u16, String, String) {
        self.ask(method, path, body).await.problem()
    }
}

fn typed(email: &str, password: &str) -> Value {
    json!({ "account": "1234567", "email": email, "password": password })
}

fn problem(status: u16, code: &str, field: &str) -> (u16, String, String) {
    (status, code.to_owned(), field.to_owned())
}

/// Ann, entity 2, has a password, and is logged in as Orders, role 1000.
async fn ann(world: &World) -> Person<'_> {
    let changed = world
        .operator(
            "POST",
            "entities",
            &json!({ "name": "Bea", "email": "bea@example.com", "password": PASSWORD }).to_string(),
        )
        .await;
    assert_eq!(changed.json()["entity"], 3, "{changed:?}");
    assert_eq!(world.change("PUT", "entities/3/roles/1000", "").await.status, 200);
    let mut person = Person::stranger(world);
    person.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
    person
}

/// The administrator, who has set a password by the link and enrolled an app just now.
async fn administrator(world: &World) -> (Person<'_>, String) {
    let mut person = Person::stranger(world);
    let link = json!({ "link": world.link, "password": PASSWORD });
    person.does("POST", "password-link", link).await;
    let shown = person.does("POST", "session", typed("admin@example.com", PASSWORD)).await.json();
    assert_eq!(shown["state"], "two-factor-to-be-enrolled");
    let app = person.does("POST", "session/two-factor", Value::Null).await.json();
    let secret = app["secret"].as_str().unwrap().to_owned();
    assert!(app["uri"].as_str().unwrap().contains(&secret));
    let code = json!({ "code": code(world, &secret) });
    let codes = person.does("POST", "session/two-factor/confirmation", code).await.json();
    assert_eq!(codes["recovery_codes"].as_array().unwrap().len(), 10);
    world.clock.advance_seconds(30);
    (person, secret)
}

fn code(world: &World, secret: &str) -> String {
    code_of_app(secret, world.clock.now().seconds().try_into().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_acts_in_their_role_until_they_log_out() {
    let world = World::furnished().await;
    let (mut person, _) = administrator(&world).await;
    for secret in [&world.link, &person.cookie] {
        assert_eq!(without_secrets(secret), "[a secret]", "trails must know it");
    }
    let shown = person.get("session").await.json();
    assert_eq!((&shown["account"], &shown["entity"]), (&json!("1234567"), &json!(1)));
    assert_eq!((&shown["role"], &shown["state"]), (&json!(3), &json!("open")));
    assert_eq!(shown["origin"], "https://auth.example.com");
    assert_eq!((&shown["two_factor"], &shown["recovery_codes"]), (&json!(true), &json!(10)));
    let made =
        person.does("POST", "accounts/1234567/integrations", json!({ "name": "Mine" })).await;
    assert!(made.json()["consumer_secret"].as_str().unwrap().len() == 64);
    let trail = person.get("accounts/1234567/events?limit=1").await.json();
    let by = json!({ "means": "session", "entity": 1, "role": 3, "session": shown["session"] });
    assert_eq!(trail["items"][0]["by"], by);
    assert_eq!(trail["items"][0]["from"], "192.0.2.9");
    // Nobody's account but their own is there.
    for account in ["7654321", "9999999"] {
        let other = person.get(&format!("accounts/{account}/events")).await;
        assert_eq!(other.problem(), problem(404, "no-such-account", ""));
    }
    let listed = person.get("accounts").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    let before = person.cookie.clone();
    person.does("DELETE", "session", Value::Null).await;
    assert_eq!(person.cookie, "");
    person.cookie = before;
    let ended = problem(401, "session-ended", "");
    assert_eq!(person.refused("GET", "session", Value::Null).await, ended);
    assert_eq!(person.refused("GET", "accounts/1234567/events", Value::Null).await, ended);
    person.does("DELETE", "session", Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_log_ins_are_answered_alike_and_the_trail_knows_better() {
    let world = World::furnished().await;
    ann(&world).await;
    let off = r#"{"inactive":true}"#;
    assert_eq!(world.change("PATCH", "entities/2", off).await.status, 200);
    let mut answers = Vec::new();
    let email = "bea@example.com";
    let typed_in = |id: &str| json!({ "account": id, "email": email, "password": PASSWORD });
    for (body, told) in [
        (typed("bea@example.com", "wrong horse battery"), (Some(3), Some("wrong-password"))),
        (typed("nobody@example.com", PASSWORD), (None, Some("unknown-user"))),
        (typed("nonsense", PASSWORD), (None, Some("unknown-user"))),
        (typed("ann@example.com", PASSWORD), (Some(2), Some("no-password"))),
        (typed_in("7654321"), (None, Some("unknown-user"))),
        (typed_in("5555555"), (None, Some("unknown-user"))),
        (typed_in("../%00"), (None, Some("unknown-user"))),
    ] {
        let answer = Person::stranger(&world).ask("POST", "session", body).await;
        assert_eq!(answer.problem(), problem(401, "log-in-failed", ""));
        assert!(answer.header("countersign-reference").starts_with("ref_"));
        assert!(answer.headers.get("set-cookie").is_none());
        assert_eq!(world.told.last(), told);
        answers.push(answer.text);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_slowed_down_with_the_same_answer_for_all_causes() {
    let world = World::furnished().await;
    ann(&world).await;
    let mut answers = Vec::new();
    for email in ["bea@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            let wrong = typed(email, "wrong horse battery");
            Person::stranger(&world).ask("POST", "session", wrong).await;
        }
        let right = typed(email, PASSWORD);
        let answer = Person::stranger(&world).ask("POST", "session", right).await;
        assert_eq!(answer.problem(), problem(429, "too-many-attempts", ""));
        assert_eq!(answer.header("retry-after"), "30");
        answers.push(answer.text);
    }
    assert_eq!(world.told.last(), (None, Some("too-many-attempts")));
    // And of an address: thirty failures, whomever they name.
    for n in 0..20 {
        let body = typed(&format!("u{n}@example.com"), PASSWORD);
        Person::stranger(&world).ask("POST", "session", body).await;
    }
    let body = typed("fresh@example.com", PASSWORD);
    let answer = Person::stranger(&world).ask("POST", "session", body).await;
    assert_eq!(answer.header("retry-after"), "30");
    answers.push(answer.text);
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    world.clock.advance_seconds(30);
    let right = typed("bea@example.com", PASSWORD);
    Person::stranger(&world).does("POST", "session", right).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_from_before_is_not_taken_over() {
    let world = World::furnished().await;
    let mut first = ann(&world).await;
    let planted = format!("session_{}", "ab".repeat(32));
    for before in [planted, first.cookie.clone(), "nonsense".to_owned()] {
        let mut person = Person { world: &world, cookie: before.clone() };
        person.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
        assert_ne!(person.cookie, before);
        assert!(person.get("session").await.status == 200);
    }
    // The session that the request came with has ended.
    assert_eq!(first.refused("GET", "session", Value::Null).await.1, "session-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_that_can_not_be_recorded_has_not_happened() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    world.told.is_full.store(true, SeqCst);
    let told = world.told.count();
    let mut other = Person::stranger(&world);
    for password in [PASSWORD, "wrong horse battery"] {
        let answer = other.ask("POST", "session", typed("bea@example.com", password)).await;
        assert_eq!(answer.problem(), problem(503, "store-failed", ""));
        assert_eq!(other.cookie, "");
    }
    assert_eq!(world.told.count(), told);
    let sessions = person.get("sessions").await.json();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_with_what_it_hangs_on() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    for (method, path, body) in [
        ("PATCH", "entities/3", r#"{"inactive":true}"#),
        ("PATCH", "entities/3", r#"{"inactive":false}"#),
        ("DELETE", "entities/3/roles/1000", ""),
        ("PUT", "entities/3/roles/1000", ""),
    ] {
        person.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
        assert!(world.change(method, path, body).await.status < 300);
        let harmless = body.contains("false") || method == "PUT";
        if harmless {
            person.does("GET", "session", Value::Null).await;
            continue;
        }
        let ended = problem(401, "session-ended", "");
        assert_eq!(person.refused("GET", "session", Value::Null).await, ended, "{method} {path}");
        assert!(world.change("PATCH", "entities/3", r#"{"inactive":false}"#).await.status < 300);
        assert!(world.change("PUT", "entities/3/roles/1000", "").await.status < 300);
        assert_eq!(person.refused("GET", "session", Value::Null).await, ended, "for good");
    }
    world.clock.advance_seconds(30 * 60);
    assert_eq!(person.refused("GET", "session", Value::Null).await.1, "session-ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_tls_people_log_in_on_this_machine_only() {
    let world = World::furnished().await;
    ann(&world).await;
    let path = format!("{BASE}/session");
    let body = typed("bea@example.com", PASSWORD).to_string();
    let send = async |door, headers: &[(&str, &str)]| {
        world.send(Some(door), "POST", &path, headers, &body).await
    };
    let refused = send(arriving(false, "auth.example.com"), &[SAME]).await;
    assert_eq!(refused.problem(), problem(403, "insecure-connection", ""));
    assert_eq!(world.told.count(), 1, "the password was not looked at");
    let here = send(arriving(false, "localhost:8080"), &[SAME]).await;
    let set = here.header("set-cookie").to_owned();
    assert!(set.starts_with("countersign-session=session_") && !set.contains("Secure"), "{set}");
    let cookie = set.split(';').next().unwrap();
    let get = async |door, cookie: &str| {
        world.send(Some(door), "GET", &path, &[("cookie", cookie)], "").await.status
    };
    assert_eq!(get(arriving(false, "localhost:8080"), cookie).await, 200);
    // The same secret under another name, or where it can be read on its way, is none.
    assert_eq!(get(arriving(false, "auth.example.com"), cookie).await, 401);
    assert_eq!(get(browser(), cookie).await, 401);
    assert_eq!(get(browser(), &format!("__Host-{cookie}")).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_has_no_session_and_nobody_sends_both() {
    let world = World::furnished().await;
    world.allow_api().await;
    let person = ann(&world).await;
    let token = || Some(world.token("1234567", 2, 1000));
    let cookie = format!("{COOKIE}={}", person.cookie);
    let get = |path: &str| format!("{BASE}/{path}");
    for path in ["session", "sessions"] {
        for door in [token(), Some(crate::world::OPERATOR)] {
            let answer = world.send(door, "GET", &get(path), &[], "").await;
            assert_eq!(answer.problem(), problem(403, "not-with-token", ""), "{path}");
        }
    }
    let both = problem(400, "two-credentials", "");
    let cookies = [("cookie", cookie.as_str())];
    let answer = world.send(token(), "GET", &get("accounts/1234567"), &cookies, "").await;
    assert_eq!(answer.problem(), both);
    for scheme in ["Basic YTpi", "Bearer x", "OAuth x"] {
        let headers = [("cookie", cookie.as_str()), ("authorization", scheme)];
        let answer = world.send(Some(browser()), "GET", &get("session"), &headers, "").await;
        assert_eq!(answer.problem(), both, "{scheme}");
    }
    let acting = [
        ("cookie", cookie.as_str()),
        ("countersign-act-as-entity", "1"),
        ("countersign-act-as-role", "3"),
    ];
    let answer = world.send(Some(browser()), "GET", &get("accounts"), &acting, "").await;
    assert_eq!(answer.problem().1, "operator-only");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_cookie_is_refused_plainly() {
    let world = World::furnished().await;
    let person = ann(&world).await;
    let good = format!("{COOKIE}={}", person.cookie);
    let path = format!("{BASE}/session");
    for cookie in [
        format!("{good}; {good}"),
        format!("{COOKIE}={}", "a".repeat(200)),
        format!("{COOKIE}=a b"),
        format!("{COOKIE}=\"{}\"", person.cookie),
    ] {
        let headers = [("cookie", cookie.as_str())];
        let answer = world.send(Some(browser()), "GET", &path, &headers, "").await;
        assert_eq!(answer.problem(), problem(400, "invalid-cookie", "Cookie"), "{cookie}");
    }
    let none = world.send(Some(browser()), "GET", &path, &[], "").await;
    assert_eq!(none.problem(), problem(401, "unauthenticated", ""));
}
