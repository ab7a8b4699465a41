//! What a change would hit is told before it is made.

use countersign_api::BASE;
use serde_json::json;

use crate::world::{OPERATOR, World};

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_about_to_change_its_tokens_are_told_and_nothing_is_changed() {
    let world = World::furnished().await;
    let another = r#"{"integration":1,"entity":2,"role":1000}"#;
    world.operator("POST", "tokens", another).await;
    world.change("PATCH", "tokens/2", r#"{"inactive":true}"#).await;
    let trail = async || world.operator("GET", "events?limit=1", "").await.json()["items"].take();
    let before = trail().await;
    for (query, tokens, active) in [
        ("integration=1", 2, 1),
        ("entity=2", 2, 1),
        ("entity=1", 0, 0),
        ("role=1000", 2, 1),
        ("role=14", 0, 0),
        ("entity=2&role=1000", 2, 1),
        ("token=1", 1, 1),
        ("token=2", 1, 0),
        ("feature=true", 2, 1),
        ("max_age_days=30", 0, 0),
        ("max_age_days=30&max_idle_days=7", 0, 0),
    ] {
        let told = world.operator("GET", &format!("consequences?{query}"), "").await;
        assert_eq!(told.status, 200, "{query}: {told:?}");
        let told = told.json();
        assert_eq!((&told["tokens"], &told["active"]), (&json!(tokens), &json!(active)), "{query}");
        assert_eq!(told["first"].as_array().unwrap().len(), tokens, "{query}");
        assert_eq!(told["in_other_accounts"], 0);
    }
    assert_eq!(trail().await, before);
    let first = world.operator("GET", "consequences?token=1", "").await.json()["first"][0].take();
    assert_eq!((&first["entity_name"], &first["token"]), (&json!("Ann"), &json!(1)));
    world.change("POST", "tokens/1/revoke", "").await;
    let revoked = world.operator("GET", "consequences?token=1", "").await.json();
    assert_eq!((&revoked["tokens"], &revoked["first"]), (&json!(0), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_an_own_integration_has_elsewhere_are_counted() {
    let world = World::furnished().await;
    let shown = world.operator("GET", "integrations/1", "").await.json();
    let elsewhere = async |path: &str, body: &str| {
        let path = format!("{BASE}/accounts/7654321/{path}");
        let method = if path.contains("/roles/") { "PUT" } else { "POST" };
        let answer = world.send(Some(OPERATOR), method, &path, &[], body).await;
        assert!(answer.status < 300, "{answer:?}");
    };
    let application = json!({ "application_id": shown["application_id"] }).to_string();
    elsewhere("integrations/install", &application).await;
    let role = r#"{"name":"Orders","permissions":{"log-in-using-access-tokens":"full"}}"#;
    elsewhere("roles", role).await;
    elsewhere("entities/1/roles/1000", "").await;
    elsewhere("tokens", r#"{"integration":1,"entity":1,"role":1000}"#).await;
    let told = world.operator("GET", "consequences?integration=1", "").await.json();
    assert_eq!((&told["tokens"], &told["in_other_accounts"]), (&json!(1), &json!(1)));
    let rotation = world.operator("GET", "integrations/1/rotation", "").await.json();
    assert_eq!(rotation["tokens"], 2);
    let path = format!("{BASE}/accounts/7654321/consequences?integration=1");
    let told = world.send(Some(OPERATOR), "GET", &path, &[], "").await.json();
    assert_eq!((&told["tokens"], &told["in_other_accounts"]), (&json!(1), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_thing_is_asked_about_at_a_time_and_it_is_there() {
    let world = World::furnished().await;
    for query in ["", "token=1&feature=true", "integration=1&entity=2", "max_age_days=0"] {
        let refused = world.operator("GET", &format!("consequences?{query}"), "").await;
        assert_eq!(refused.problem().1, "invalid-query", "{query}");
    }
    for query in ["integration=9", "entity=9", "role=9", "token=9"] {
        let refused = world.operator("GET", &format!("consequences?{query}"), "").await;
        assert_eq!(refused.problem().1, "not-found", "{query}");
    }
    let refused = world.operator("GET", "consequences?entity=1&role=1000", "").await;
    assert_eq!(refused.problem(), (409, "role-not-assigned".into(), "role".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_make_a_change_may_ask_what_it_would_hit() {
    let world = World::furnished().await;
    for (permission, seen) in [
        ("integration-application", &["integration=1"][..]),
        ("core-administration", &["entity=2", "role=1000", "entity=2&role=1000"]),
        ("user-access-tokens", &["token=2"]),
        ("access-token-management", &["integration=1", "entity=2", "token=1", "feature=true"]),
    ] {
        let body = json!({ "name": permission, "permissions": { permission: "full" } });
        let role = world.operator("POST", "roles", &body.to_string()).await.json()["role"].clone();
        world.operator("PUT", &format!("entities/2/roles/{role}"), "").await;
        let role = role.to_string();
        let acting = [("countersign-act-as-entity", "2"), ("countersign-act-as-role", &*role)];
        if permission == "user-access-tokens" {
            let made = r#"{"integration":1}"#;
            let made = world.ask(Some(OPERATOR), "POST", "tokens/mine", &acting, made).await;
            assert_eq!(made.json()["token"], 2);
        }
        for query in [
            "integration=1",
            "entity=2",
            "role=1000",
            "entity=2&role=1000",
            "token=1",
            "token=2",
            "feature=true",
        ] {
            let path = format!("consequences?{query}");
            let answer = world.ask(Some(OPERATOR), "GET", &path, &acting, "").await;
            let of_manager = permission == "access-token-management" && query != "token=9";
            let expected = seen.contains(&query) || of_manager;
            assert_eq!(answer.status == 200, expected, "{permission} {query}: {answer:?}");
        }
    }
}
