//! Integrations: made with all that a record has, listed, edited and deleted.

use serde_json::{Value, json};

use crate::world::{Answer, OPERATOR, World};

fn numbers(answer: &Answer) -> Vec<u64> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|row| row["integration"].as_u64().unwrap()).collect()
}

fn whole() -> Value {
    json!({
        "name": "Orders export", "description": "Sends orders", "state": "blocked",
        "note": "Ann's", "concurrency_limit": 5, "token_based_authentication": true,
        "authorization_flow": true, "issue_token_endpoint": true,
        "callback_url": "https://example.com/cb", "user_credentials": true,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_made_and_edited_with_all_that_it_has() {
    let world = World::furnished().await;
    let made = world.operator("POST", "integrations", &whole().to_string()).await;
    assert_eq!((made.status, &made.json()["integration"]), (201, &json!(2)), "{made:?}");
    let shown = world.operator("GET", "integrations/2", "").await.json();
    let edited = world.change("PATCH", "integrations/1", &whole().to_string()).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""));
    for shown in [shown, edited.json()] {
        for (name, value) in whole().as_object().unwrap() {
            assert_eq!(&shown[name], value, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_keeps_what_it_leaves_out_and_null_empties() {
    let world = World::furnished().await;
    world.operator("POST", "integrations", &whole().to_string()).await;
    let edit = r#"{"note":null,"concurrency_limit":null,"description":null,"callback_url":null}"#;
    let shown = world.change("PATCH", "integrations/2", edit).await.json();
    for name in ["note", "concurrency_limit", "description", "callback_url"] {
        assert_eq!(shown[name], Value::Null, "{name}");
    }
    assert_eq!((&shown["name"], &shown["state"]), (&json!("Orders export"), &json!("blocked")));
    assert_eq!(shown["issue_token_endpoint"], true);
    for (edit, kind, field) in [
        (json!({ "concurrency_limit": 0 }), "invalid-concurrency-limit", "concurrency_limit"),
        (json!({ "callback_url": "ftp://x" }), "invalid-callback-url", "callback_url"),
        (json!({ "state": "waiting-for-approval" }), "state-not-chosen", "state"),
        (json!({ "note": "x".repeat(5000) }), "invalid-text", "note"),
        (json!({ "name": "" }), "invalid-name", "name"),
    ] {
        let answer = world.change("PATCH", "integrations/2", &edit.to_string()).await;
        assert_eq!(answer.problem(), (422, kind.into(), field.into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn integrations_are_listed_by_all_criteria_that_are_given() {
    let world = World::furnished().await;
    world.operator("POST", "integrations", &whole().to_string()).await;
    let off = r#"{"name":"Off","token_based_authentication":false}"#;
    world.operator("POST", "integrations", off).await;
    for (query, expected) in [
        ("", &[1, 2, 3][..]),
        ("state=blocked", &[2]),
        ("state=enabled", &[1, 3]),
        ("name=ORDERS", &[1, 2]),
        ("owned=false", &[]),
        ("offers_tokens=true", &[1]),
        ("offers_tokens=false", &[1, 2, 3]),
    ] {
        let answer = world.operator("GET", &format!("integrations?{query}"), "").await;
        assert_eq!(numbers(&answer), expected, "{query}");
    }
    let part = world.operator("GET", "integrations?limit=2", "").await.json();
    let next = format!("integrations?limit=2&cursor={}", part["next"].as_str().unwrap());
    assert_eq!(numbers(&world.operator("GET", &next, "").await), [3]);
    for query in ["state=asleep", "offers_tokens=true&name=x"] {
        let answer = world.operator("GET", &format!("integrations?{query}"), "").await;
        assert_eq!(answer.problem().1, "invalid-query", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_makes_tokens_sees_what_they_are_made_for_and_no_more() {
    let world = World::furnished().await;
    world.change("PATCH", "integrations/1", r#"{"note":"Ann's"}"#).await;
    let role = r#"{"name":"Tokens","permissions":{"access-token-management":"full"}}"#;
    assert_eq!(world.operator("POST", "roles", role).await.json()["role"], 1001);
    world.operator("PUT", "entities/2/roles/1001", "").await;
    let acting = [("countersign-act-as-entity", "2"), ("countersign-act-as-role", "1001")];
    let list = async |query: &str| {
        world.ask(Some(OPERATOR), "GET", &format!("integrations{query}"), &acting, "").await
    };
    assert_eq!(list("").await.problem().1, "permission-missing");
    let offered = list("?offers_tokens=true").await;
    assert_eq!(numbers(&offered), [1]);
    let row = &offered.json()["items"][0];
    assert_eq!((&row["note"], &row["application_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_integration_takes_its_tokens_with_it() {
    let world = World::furnished().await;
    let deleted = world.change("DELETE", "integrations/1", "").await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({ "revoked_tokens": 1 })));
    assert_eq!(world.operator("GET", "integrations/1", "").await.problem().0, 404);
    assert_eq!(numbers(&world.operator("GET", "integrations", "").await), [0; 0]);
    let token = world.operator("GET", "tokens/1", "").await.json();
    assert_eq!(token["state"], "revoked");
}
