//! What is wrong with a request is said, each fault in its own words, and nothing is changed.

use countersign_api::BASE;

use crate::world::{OPERATOR, World};

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_request_has_its_status_its_kind_and_its_field() {
    let world = World::furnished().await;
    let before = world.operator("GET", "events", "").await.text;
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(70_000));
    for (method, path, body, expected) in [
        ("POST", "integrations", "{", (400, "invalid-json", "")),
        ("POST", "integrations", r#"{"name":"x"} {"#, (400, "invalid-json", "")),
        ("POST", "integrations", "[]", (422, "invalid-body", "")),
        ("POST", "integrations", "{}", (422, "invalid-body", "")),
        ("POST", "integrations", r#"{"name":5}"#, (422, "invalid-body", "name")),
        ("POST", "integrations", r#"{"name":"x","secret":"x"}"#, (422, "invalid-body", "secret")),
        ("POST", "integrations", r#"{"name":"x","name":"y"}"#, (422, "invalid-body", "")),
        ("POST", "integrations", r#"{"name":" "}"#, (422, "invalid-name", "name")),
        ("POST", "integrations", &long, (413, "body-too-large", "")),
        (
            "POST",
            "integrations",
            r#"{"name":"x","callback_url":"ftp://x"}"#,
            (422, "invalid-callback-url", "callback_url"),
        ),
        ("PATCH", "integrations/1", r#"{"state":"asleep"}"#, (422, "unknown-word", "state")),
        ("PATCH", "integrations/9", r#"{"state":"blocked"}"#, (404, "not-found", "")),
        ("PATCH", "integrations/01", r#"{"state":"blocked"}"#, (404, "not-found", "")),
        ("GET", "integrations/-1", "", (404, "not-found", "")),
        ("GET", "integrations/4294967296", "", (404, "not-found", "")),
        ("GET", "integrations/1/nothing", "", (404, "not-found", "")),
        ("GET", "tokens/1?x=1", "", (400, "invalid-query", "")),
        ("GET", "events?limit=0", "", (400, "invalid-query", "limit")),
        ("GET", "events?limit=x", "", (400, "invalid-query", "")),
        ("GET", "events?cursor=x", "", (400, "invalid-query", "cursor")),
        ("GET", "events?since=yesterday", "", (400, "invalid-query", "since")),
        ("GET", "events?token=1&role=2", "", (400, "invalid-query", "")),
        (
            "POST",
            "entities",
            r#"{"name":"Bob","email":"ann@example.com"}"#,
            (409, "taken", "email"),
        ),
        (
            "POST",
            "entities",
            r#"{"name":"Bob","email":"b@example.com","password":"short"}"#,
            (422, "invalid-password", "password"),
        ),
        (
            "POST",
            "roles",
            r#"{"name":"New","permissions":{"everything":"full"}}"#,
            (422, "unknown-permission", "permissions"),
        ),
        (
            "POST",
            "tokens",
            r#"{"integration":1,"entity":2,"role":14}"#,
            (409, "role-not-assigned", "role"),
        ),
    ] {
        let answer = world.change(method, path, body).await;
        let (status, kind, field) = answer.problem();
        assert_eq!((status, &*kind, &*field), expected, "{method} {path} {answer:?}");
    }
    assert_eq!(world.operator("GET", "events", "").await.text, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_fields_that_are_wrong_are_named_at_once() {
    let world = World::found().await;
    let given = r#"{"kind":"robot","name":"Bob","email":"nonsense","password":"short"}"#;
    let answer = world.operator("POST", "entities", given).await;
    assert_eq!(answer.problem(), (422, "unknown-word".into(), "kind".into()));
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let fields: Vec<&str> = errors.iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["kind", "email", "password"]);
    assert!(!answer.text.contains("short\""), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_json_has_its_place() {
    let world = World::found().await;
    let answer = world.operator("POST", "integrations", "{\"name\": \"x\",\n  oops}").await;
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("line 2 column 3"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_method_and_another_type_are_told_what_there_is() {
    let world = World::furnished().await;
    let answer = world.operator("PUT", "integrations/1", "").await;
    assert_eq!(answer.problem(), (405, "method-not-allowed".into(), String::new()));
    let mut allowed: Vec<&str> = answer.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "GET", "HEAD", "PATCH"]);
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let headers = [("content-type", content_type)];
        let body = r#"{"name":"x"}"#;
        let answer = world.ask(Some(OPERATOR), "POST", "integrations", &headers, body).await;
        assert_eq!(answer.problem().1, "unsupported-media-type", "{content_type}");
    }
    let headers = [("content-type", "Application/JSON; charset=utf-8")];
    let body = r#"{"name":"x"}"#;
    let answer = world.ask(Some(OPERATOR), "POST", "integrations", &headers, body).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_there_is_not_leads_to_the_description() {
    let world = World::found().await;
    for path in [BASE.to_owned(), format!("{BASE}/"), format!("{BASE}/accounts/1234567/tokens/")] {
        let answer = world.send(Some(OPERATOR), "GET", &path, &[], "").await;
        assert_eq!(answer.problem(), (404, "not-found".into(), String::new()), "{path}");
        assert!(answer.text.contains("openapi.json"), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_not_taken_for_the_members_of_a_body_in_their_order() {
    let world = World::furnished().await;
    for (method, path, body) in [
        ("PATCH", "", "[null, null]"),
        ("PATCH", "tokens/1", " [null, null]"),
        ("PATCH", "tokens/1", r#"["Nightly",null]"#),
        ("PUT", "integrations/1/api-access", "[true]"),
        ("POST", "permissions", r#"["stock","May read stock"]"#),
    ] {
        let refused = world.change(method, path, body).await;
        assert_eq!(refused.problem(), (422, "invalid-body".into(), String::new()), "{path}");
    }
    assert_eq!(world.operator("GET", "tokens/1", "").await.header("etag"), "\"1\"");
}
