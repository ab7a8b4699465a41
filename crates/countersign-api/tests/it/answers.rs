//! What is answered, whole: these texts are what programs read.

use serde_json::{Value, json};

use crate::world::World;

/// A golden answer: what was asked, and status, headers that count, and body.
async fn is(world: &World, (method, path, body): (&str, &str, &str), expected: Value) {
    let answer = world.change(method, path, body).await;
    let mut shown = json!({ "status": answer.status });
    for name in ["etag", "location"] {
        if !answer.header(name).is_empty() {
            shown[name] = answer.header(name).into();
        }
    }
    if !answer.text.is_empty() {
        assert!(answer.text.ends_with("}\n"), "{answer:?}");
        shown["body"] = without_chance(answer.json());
    }
    assert_eq!(shown, expected, "{method} {path}");
}

/// With secrets and ids as their lengths.
fn without_chance(mut body: Value) -> Value {
    for name in ["consumer_key", "consumer_secret", "token_id", "token_secret", "application_id"] {
        if let Some(text) = body[name].as_str() {
            body[name] = text.len().into();
        }
    }
    body.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_from_its_making_to_its_end() {
    let world = World::found().await;
    let given = r#"{"name":"Orders import","callback_url":"https://example.com/callback"}"#;
    let path = "/countersign/api/v1/accounts/1234567/integrations/1";
    is(
        &world,
        ("POST", "integrations", given),
        json!({
            "status": 201, "etag": "\"1\"", "location": path,
            "body": { "integration": 1, "consumer_key": 64, "consumer_secret": 64 },
        }),
    )
    .await;
    let shown = |state, version: u32| {
        json!({
            "integration": 1, "name": "Orders import", "state": state,
            "token_based_authentication": true, "callback_url": "https://example.com/callback",
            "api_access": false, "version": version, "owner": "1234567", "application_id": 36,
            "authorization_flow": true, "issue_token_endpoint": false, "user_credentials": false,
            "last_state_change": "2027-01-15", "created_at": "2027-01-15T08:00:00Z",
            "created_by": { "means": "local-user", "local_user": 1000 },
        })
    };
    let enabled = json!({ "status": 200, "etag": "\"1\"", "body": shown("enabled", 1) });
    is(&world, ("GET", "integrations/1", ""), enabled).await;
    let blocked = json!({ "status": 200, "etag": "\"2\"", "body": shown("blocked", 2) });
    is(&world, ("PATCH", "integrations/1", r#"{"state":"blocked"}"#), blocked.clone()).await;
    is(&world, ("PATCH", "integrations/1", r#"{"state":"blocked"}"#), blocked).await;
    is(
        &world,
        ("POST", "integrations/1/reset-credentials", ""),
        json!({
            "status": 200,
            "body": { "integration": 1, "consumer_key": 64, "consumer_secret": 64 },
        }),
    )
    .await;
    let reset = json!({ "status": 200, "etag": "\"3\"", "body": shown("blocked", 3) });
    is(&world, ("GET", "integrations/1", ""), reset).await;
    let deleted = json!({ "status": 200, "body": { "revoked_tokens": 0 } });
    is(&world, ("DELETE", "integrations/1", ""), deleted).await;
    let gone = world.operator("GET", "integrations/1", "").await;
    assert_eq!(gone.problem(), (404, "not-found".into(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entity_and_its_roles() {
    let world = World::found().await;
    let at = "/countersign/api/v1/accounts/1234567";
    is(
        &world,
        ("POST", "entities", r#"{"name":"Ann","email":"Ann@example.com","kind":"vendor"}"#),
        json!({
            "status": 201, "etag": "\"1\"", "location": format!("{at}/entities/2"),
            "body": {
                "entity": 2, "kind": "vendor", "name": "Ann", "email": "ann@example.com",
                "active": true, "roles": [], "has_password": false,
                "two_factor": false, "version": 1,
            },
        }),
    )
    .await;
    let role = json!({
        "role": 1000, "name": "Orders", "active": true, "version": 1, "holders": 0,
        "two_factor_required": false, "demands_two_factors": true, "web_services_only": false,
        "permissions": { "access-token-management": "view", "log-in-using-access-tokens": "full" },
    });
    let given = r#"{"name":"Orders","permissions":{"log-in-using-access-tokens":"full",
        "access-token-management":"view"}}"#;
    is(
        &world,
        ("POST", "roles", given),
        json!({
            "status": 201, "etag": "\"1\"", "location": format!("{at}/roles/1000"), "body": role,
        }),
    )
    .await;
    is(&world, ("GET", "roles/1000", ""), json!({ "status": 200, "etag": "\"1\"", "body": role }))
        .await;
    let assigned = json!({ "status": 200, "body": { "entity": 2, "role": 1000 } });
    is(&world, ("PUT", "entities/2/roles/1000", ""), assigned.clone()).await;
    is(&world, ("PUT", "entities/2/roles/1000", ""), assigned).await;
    let shown = world.operator("GET", "entities/2", "").await.json();
    let held = json!({
        "role": 1000, "name": "Orders", "active": true, "hidden": false, "offers_tokens": true,
    });
    assert_eq!(shown["roles"], json!([held]));
    is(&world, ("DELETE", "entities/2/roles/1000", ""), json!({ "status": 204 })).await;
    let again = world.operator("DELETE", "entities/2/roles/1000", "").await;
    assert_eq!(again.problem(), (409, "role-not-assigned".into(), "role".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_until_it_is_revoked() {
    let world = World::furnished().await;
    is(
        &world,
        ("POST", "tokens", r#"{"integration":1,"entity":2,"role":1000,"name":"Nightly"}"#),
        json!({
            "status": 201, "etag": "\"1\"",
            "location": "/countersign/api/v1/accounts/1234567/tokens/2",
            "body": { "token": 2, "name": "Nightly", "token_id": 64, "token_secret": 64 },
        }),
    )
    .await;
    let stamp = json!({
        "at": "2027-01-15T08:00:00Z", "by": { "means": "local-user", "local_user": 1000 },
    });
    let shown = |state, version: u32| {
        json!({
            "created": stamp, "changed": stamp, "secret_since": "2027-01-15T08:00:00Z",
            "token": 1, "name": "Orders import - Ann, Orders", "integration": 1,
            "integration_name": "Orders import", "entity": 2, "entity_name": "Ann", "role": 1000,
            "role_name": "Orders", "state": state, "version": version,
        })
    };
    let active = json!({ "status": 200, "etag": "\"1\"", "body": shown("active", 1) });
    is(&world, ("GET", "tokens/1", ""), active).await;
    let mut revoked = shown("revoked", 2);
    revoked["revoked_at"] = "2027-01-15T08:00:00Z".into();
    let revoked = json!({ "status": 200, "etag": "\"2\"", "body": revoked });
    is(&world, ("POST", "tokens/1/revoke", ""), revoked.clone()).await;
    is(&world, ("GET", "tokens/1", ""), revoked).await;
    let again = world.change("POST", "tokens/1/revoke", "").await;
    assert_eq!(again.problem(), (409, "revoked-already".into(), String::new()));
    let clock = world.operator("GET", "tokens/1/clock", "").await.json();
    assert!(clock["note"].as_str().unwrap().starts_with("nothing is known"), "{clock}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_account_and_the_keys_of_assertions() {
    let world = World::found().await;
    let account = json!({
        "account": "1234567", "name": "1234567", "token_based_authentication": true, "version": 1,
    });
    is(&world, ("GET", "", ""), json!({ "status": 200, "etag": "\"1\"", "body": account })).await;
    let path = "/countersign/api/v1/assertion-keys";
    let operator = || Some(crate::world::OPERATOR);
    let listed = world.send(operator(), "GET", path, &[], "").await.json();
    assert_eq!(listed["keys"][0]["state"], "current", "{listed}");
    let rotated =
        world.send(operator(), "POST", path, &[], r#"{"take_over":"after-overlap"}"#).await;
    assert_eq!(rotated.json()["keys"][1]["state"], "next", "{rotated:?}");
    let again = world.send(operator(), "POST", path, &[], r#"{"take_over":"after-overlap"}"#).await;
    assert_eq!(again.problem().1, "rotation-under-way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_in_the_answer_that_made_it_and_in_no_other() {
    let world = World::furnished().await;
    let mut secrets = Vec::new();
    for (method, path, body) in [
        ("POST", "integrations", r#"{"name":"Second"}"#),
        ("POST", "integrations/1/reset-credentials", ""),
        ("POST", "integrations/1/rotate-credentials", r#"{"overlap":60}"#),
        ("POST", "tokens", r#"{"integration":1,"entity":2,"role":1000}"#),
        ("POST", "tokens/1/rotate-secret", r#"{"overlap":60}"#),
    ] {
        let made = world.change(method, path, body).await.json();
        let secret = ["consumer_secret", "token_secret"].iter().find_map(|it| made[it].as_str());
        secrets.push(secret.unwrap().to_owned());
    }
    for path in ["integrations/1", "integrations/2", "tokens/2", "events", "entities/2"] {
        let shown = world.operator("GET", path, "").await;
        assert_eq!(shown.status, 200);
        assert!(secrets.iter().all(|secret| !shown.text.contains(secret)), "{path}");
    }
}
