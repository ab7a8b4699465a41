//! Two administrators at the same row: the second is told, and nothing is overwritten.

use crate::world::{OPERATOR, World};

const CHANGES: [(&str, &str, &str); 17] = [
    ("PATCH", "", r#"{"name":"Example"}"#),
    ("PUT", "integrations/1/api-access", r#"{"on":true}"#),
    ("PATCH", "integrations/1", r#"{"state":"blocked"}"#),
    ("DELETE", "integrations/1", ""),
    ("PATCH", "entities/1", r#"{"name":"Bea"}"#),
    ("DELETE", "entities/1", ""),
    ("POST", "integrations/1/reset-credentials", ""),
    ("PATCH", "roles/1000", r#"{"name":"Sales"}"#),
    ("DELETE", "roles/1000", ""),
    ("PATCH", "permissions/orders", r#"{"description":"Reads"}"#),
    ("DELETE", "permissions/orders", ""),
    ("POST", "integrations/1/rotate-credentials", r#"{"overlap":60}"#),
    ("POST", "integrations/1/end-rotation", ""),
    ("POST", "tokens/1/rotate-secret", r#"{"overlap":60}"#),
    ("POST", "tokens/1/end-rotation", ""),
    ("PATCH", "tokens/1", r#"{"name":"Nightly"}"#),
    ("POST", "tokens/1/revoke", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_row_says_which_version_it_is_made_of() {
    let world = World::furnished().await;
    for (method, path, body) in CHANGES {
        let answer = world.operator(method, path, body).await;
        assert_eq!(answer.problem(), (428, "version-required".into(), String::new()), "{path}");
        for seen in ["\"2\"", "\"0\"", "\"01\"", "W/\"1\"", "1", "nonsense", "\"1\", \"2\""] {
            let headers = [("if-match", seen)];
            let answer = world.ask(Some(OPERATOR), method, path, &headers, body).await;
            let changed = (412, "changed-meanwhile".to_owned(), String::new());
            assert_eq!(answer.problem(), changed, "{path} {seen}");
        }
    }
    let trail = world.operator("GET", "events?act=token-revoked", "").await.json();
    assert_eq!(trail["items"].as_array().unwrap().len(), 0);
    let headers = [("if-match", "\"1\"")];
    let done = world.ask(Some(OPERATOR), "POST", "tokens/1/revoke", &headers, "").await;
    assert_eq!((done.status, done.header("etag")), (200, "\"2\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_have_seen_the_same_the_second_is_refused() {
    let world = World::furnished().await;
    let headers = [("if-match", "\"1\"")];
    let state = r#"{"state":"blocked"}"#;
    let first = world.ask(Some(OPERATOR), "PATCH", "integrations/1", &headers, state).await;
    assert_eq!((first.status, first.header("etag")), (200, "\"2\""));
    let path = "integrations/1/reset-credentials";
    let second = world.ask(Some(OPERATOR), "POST", path, &headers, "").await;
    assert_eq!(second.problem().1, "changed-meanwhile");
    let headers = [("if-match", first.header("etag"))];
    let again = world.ask(Some(OPERATOR), "POST", path, &headers, "").await;
    assert_eq!((again.status, again.header("etag")), (200, "\"3\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_has_already_is_not_sent_again() {
    let world = World::furnished().await;
    for path in ["", "integrations/1", "entities/1", "roles/1000", "permissions/orders", "tokens/1"]
    {
        for (held, status) in [
            ("\"1\"", 304),
            ("W/\"1\"", 304),
            ("\"9\", \"1\"", 304),
            ("\"2\"", 200),
            ("nonsense", 200),
        ] {
            let headers = [("if-none-match", held)];
            let answer = world.ask(Some(OPERATOR), "GET", path, &headers, "").await;
            assert_eq!((answer.status, answer.header("etag")), (status, "\"1\""), "{path} {held}");
            assert_eq!(answer.text.is_empty(), status == 304, "{path} {held}");
        }
    }
}
