//! Environments, former tokens and their links, as requests.

use countersign_api::{ACT_AS_ENTITY, ACT_AS_ROLE, BASE};
use countersign_model::without_secrets;
use serde_json::Value;

use crate::world::{Answer, OPERATOR, World};

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{answer:?}"))
}

/// The operator asks about the sandbox, for entity 2 in role 1000 where they act for somebody.
async fn there(world: &World, method: &str, path: &str, body: &str, as_ann: bool) -> Answer {
    let path = format!("{BASE}/accounts/1234567_SB1/{path}");
    let (entity, role) = (ACT_AS_ENTITY, ACT_AS_ROLE);
    let acting = [(entity.as_str(), "2"), (role.as_str(), "1000")];
    let headers = if as_ann { &acting[..] } else { &[] };
    world.send(Some(OPERATOR), method, &path, headers, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_is_made_shown_listed_and_refreshed_by_whoever_has_seen_it() {
    let world = World::furnished().await;
    let made = world.operator("POST", "environments", r#"{"kind":"release-preview"}"#).await;
    assert_eq!(made.status, 201);
    assert_eq!(json(&made)["environment"], "1234567_RP");
    assert_eq!(json(&made)["entities"], 2);
    let path = "environments/1234567_RP";
    let shown = world.operator("GET", path, "").await;
    assert_eq!(json(&shown)["kind"], "release-preview");
    assert_eq!(json(&shown)["refreshed_at"], "2027-01-15T08:00:00Z");
    let listed = json(&world.operator("GET", "environments?limit=1", "").await);
    assert_eq!(listed["items"][0], json(&shown));

    let refresh = format!("{path}/refresh");
    assert_eq!(world.operator("POST", &refresh, "").await.status, 428);
    let tag = shown.headers["etag"].to_str().unwrap().to_owned();
    let seen = [("if-match", &*tag)];
    let done = world.ask(Some(OPERATOR), "POST", &refresh, &seen, "").await;
    assert_eq!((done.status, json(&done)["ended_tokens"].clone()), (200, 0.into()));
    assert_eq!(world.ask(Some(OPERATOR), "POST", &refresh, &seen, "").await.status, 412);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_an_environment_is_said_at_its_field() {
    let world = World::furnished().await;
    for (body, status, code) in [
        (r#"{"id":"7654321_SB1"}"#, 422, "invalid-environment-id"),
        (r#"{"id":"1234567-sb1"}"#, 422, "invalid-environment-id"),
        (r#"{"id":"1234567_SB1","kind":"release-preview"}"#, 422, "invalid-environment-id"),
        (r#"{"number":1}"#, 422, "invalid-body"),
    ] {
        let answer = world.operator("POST", "environments", body).await;
        assert_eq!(answer.status, status, "{body}: {answer:?}");
        assert!(answer.text.contains(code), "{body}: {answer:?}");
    }
    assert_eq!(world.operator("POST", "environments", r#"{"id":"1234567_SB1"}"#).await.status, 201);
    let taken = world.operator("POST", "environments", r#"{"id":"1234567_SB1"}"#).await;
    assert_eq!((taken.status, json(&taken)["field"].clone()), (409, "id".into()));
    let path = format!("{BASE}/accounts/1234567_SB1/environments");
    let nested = world.send(Some(OPERATOR), "POST", &path, &[], "{}").await;
    assert_eq!(nested.status, 409);
    assert!(nested.text.contains("not-production"), "{nested:?}");
    for other in ["1234567", "7654321", "1234567_SB9", "x"] {
        let path = format!("environments/{other}/refresh");
        assert_eq!(world.change("POST", &path, "").await.status, 404, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_refresh_would_end_is_told_before_it() {
    let world = World::furnished().await;
    world.operator("POST", "environments", "{}").await;
    let token = r#"{"integration":1,"entity":2,"role":1000}"#;
    assert_eq!(there(&world, "POST", "tokens", token, false).await.status, 201);
    let told = world.operator("GET", "environments/1234567_SB1/consequences", "").await;
    let told = json(&told);
    assert_eq!((&told["tokens"], &told["active"]), (&1.into(), &1.into()));
    assert_eq!(told["first"][0]["entity"], 2);
    assert_eq!(there(&world, "GET", "tokens/1", "", false).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_shown_once_looked_at_and_taken_up_once_by_its_addressee() {
    let world = World::furnished().await;
    world.with_sandbox().await;
    let listed = json(&there(&world, "GET", "former-tokens", "", false).await);
    assert_eq!(listed["items"][0]["token"], 1);
    assert_eq!(listed["items"][0]["waits_until"], Value::Null);
    let made = there(&world, "POST", "former-tokens/replace", "{}", false).await;
    let link = json(&made)["replacements"][0].clone();
    let secret = link["pickup"].as_str().unwrap().to_owned();
    assert_eq!(without_secrets(&secret), "[a secret]", "trails must know it");
    assert_eq!(link["path"], format!("{BASE}/accounts/1234567_SB1/pickups/{secret}"));
    assert_eq!(link["expires_at"], "2027-01-16T08:00:00Z");
    let listed = there(&world, "GET", "former-tokens", "", false).await;
    assert!(!listed.text.contains(&secret[7..]), "shown once");

    let path = format!("pickups/{secret}");
    assert_eq!(there(&world, "GET", &path, "", false).await.status, 410, "not the addressee");
    assert_eq!(there(&world, "POST", &path, "", false).await.status, 410, "not the addressee");
    for _ in 0..3 {
        let shown = there(&world, "GET", &path, "", true).await;
        assert_eq!((shown.status, json(&shown)["role"].clone()), (200, 1000.into()));
    }
    let token = there(&world, "POST", &path, "", true).await;
    assert_eq!(token.status, 201);
    assert_eq!(json(&token)["token_secret"].as_str().unwrap().len(), 64);
    assert_eq!(there(&world, "POST", &path, "", true).await.status, 410);
    assert_eq!(there(&world, "GET", &path, "", true).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_revoked_and_what_is_in_a_replacement_s_way_is_told() {
    let world = World::furnished().await;
    world.with_sandbox().await;
    let made = there(&world, "POST", "former-tokens/replace", r#"{"tokens":[1]}"#, false).await;
    let secret = json(&made)["replacements"][0]["pickup"].as_str().unwrap().to_owned();
    let revoked = there(&world, "DELETE", "former-tokens/1/pickup", "", false).await;
    assert_eq!(revoked.status, 204);
    assert_eq!(there(&world, "POST", &format!("pickups/{secret}"), "", true).await.status, 410);
    assert_eq!(there(&world, "DELETE", "former-tokens/9/pickup", "", false).await.status, 404);
    for body in [r#"{"tokens":[]}"#, r#"{"all":true}"#] {
        let wrong = there(&world, "POST", "former-tokens/replace", body, false).await;
        assert_eq!(wrong.status, 422, "{body}");
    }
    let path = format!("{BASE}/accounts/1234567_SB1/entities/2/roles/1000");
    let taken = world.send(Some(OPERATOR), "DELETE", &path, &[("if-match", "*")], "").await;
    assert!(taken.status < 300, "{taken:?}");
    let made = json(&there(&world, "POST", "former-tokens/replace", "{}", false).await);
    let told = &made["replacements"][0];
    assert_eq!((&told["refused"], &told["pickup"]), (&"role-not-assigned".into(), &Value::Null));
    assert!(told["detail"].as_str().unwrap().contains("assign it first"));
}
