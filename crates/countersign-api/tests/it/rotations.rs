//! New credentials beside the old ones, and integrations in several accounts.

use serde_json::{Value, json};

use crate::world::{OPERATOR, World};
use countersign_api::BASE;

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_is_rotated_and_the_rotation_ended() {
    let world = World::furnished().await;
    let path = "integrations/1/rotate-credentials";
    let rotated = world.change("POST", path, r#"{"overlap":3600}"#).await;
    assert_eq!(rotated.status, 200, "{rotated:?}");
    let secret = rotated.json()["consumer_secret"].as_str().unwrap().to_owned();
    let shown = world.operator("GET", "integrations/1", "").await;
    assert_eq!(shown.json()["retiring_until"], "2027-01-15T09:00:00Z");
    assert!(!shown.text.contains(&secret));
    let stands = world.operator("GET", "integrations/1/rotation", "").await.json();
    assert_eq!((&stands["tokens"], &stands["signing_with_old"]), (&json!(1), &json!(0)));
    assert_eq!(stands["retiring_until"], "2027-01-15T09:00:00Z");
    let again = world.change("POST", path, r#"{"overlap":3600}"#).await;
    assert_eq!(again.problem(), (409, "overlap-under-way".into(), String::new()));
    let ended = world.change("POST", "integrations/1/end-rotation", "").await;
    assert_eq!((ended.status, &ended.json()["retiring_until"]), (200, &Value::Null));
    let none = world.change("POST", "integrations/1/end-rotation", "").await;
    assert_eq!(none.problem(), (409, "no-rotation".into(), String::new()));
    for overlap in [0, 59, 7_776_001] {
        let body = json!({ "overlap": overlap }).to_string();
        let refused = world.change("POST", path, &body).await;
        assert_eq!(refused.problem(), (422, "invalid-overlap".into(), "overlap".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_secret_is_rotated_and_the_rotation_ended() {
    let world = World::furnished().await;
    let path = "tokens/1/rotate-secret";
    let rotated = world.change("POST", path, r#"{"overlap":60}"#).await;
    assert_eq!((rotated.status, rotated.header("etag")), (200, "\"2\""), "{rotated:?}");
    let secret = rotated.json()["token_secret"].as_str().unwrap().to_owned();
    assert_eq!((secret.len(), &rotated.json()["version"]), (64, &json!(2)));
    assert_eq!(rotated.json()["retires_at"], "2027-01-15T08:01:00Z");
    let shown = world.operator("GET", "tokens/1", "").await;
    assert_eq!(shown.json()["retires_at"], "2027-01-15T08:01:00Z");
    assert!(!shown.text.contains(&secret));
    let ended = world.change("POST", "tokens/1/end-rotation", "").await;
    assert_eq!((ended.status, &ended.json()["retires_at"]), (200, &Value::Null));
    let none = world.change("POST", "tokens/1/end-rotation", "").await;
    assert_eq!(none.problem(), (409, "no-rotation".into(), String::new()));
    let at_once = world.change("POST", path, r#"{"overlap":0}"#).await;
    assert_eq!((at_once.status, &at_once.json()["retires_at"]), (200, &Value::Null));
    for overlap in [-1, 1, 59, 7_776_001] {
        let body = json!({ "overlap": overlap }).to_string();
        let refused = world.change("POST", path, &body).await;
        assert_eq!(refused.problem(), (422, "invalid-overlap".into(), "overlap".into()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_integration_is_installed_in_another_account_by_its_application_id() {
    let world = World::furnished().await;
    let shown = world.operator("GET", "integrations/1", "").await.json();
    let by = json!({ "means": "local-user", "local_user": 1000 });
    assert_eq!((&shown["created_by"], &shown["created_at"]), (&by, &json!("2027-01-15T08:00:00Z")));
    let given = json!({ "application_id": shown["application_id"] }).to_string();
    let there = format!("{BASE}/accounts/7654321/integrations");
    let install = format!("{there}/install");
    let installed = world.send(Some(OPERATOR), "POST", &install, &[], &given).await;
    assert_eq!((installed.status, installed.header("location")), (201, &*format!("{there}/1")));
    let installed = installed.json();
    assert_eq!((&installed["owner"], &installed["state"]), (&json!("1234567"), &json!("enabled")));
    assert_eq!(installed["application_id"], Value::Null);
    let again = world.send(Some(OPERATOR), "POST", &install, &[], &given).await;
    assert_eq!(again.problem().1, "installed-already");
    let listed = world.operator("GET", "integrations/1/installations", "").await.json();
    let row = |account: &str| {
        json!({
            "account": account, "account_name": account, "integration": 1, "state": "enabled",
        })
    };
    assert_eq!(listed["items"], json!([row("1234567"), row("7654321")]));
    let path = format!("{there}/1/installations");
    let not_its_owner = world.send(Some(OPERATOR), "GET", &path, &[], "").await;
    assert_eq!(not_its_owner.problem().1, "not-its-owner");
    for id in ["nonsense", "0F1C2B3A-4D5E-4F60-8172-93A4B5C6D7E8"] {
        let given = json!({ "application_id": id }).to_string();
        let unknown = world.send(Some(OPERATOR), "POST", &install, &[], &given).await;
        let expected = (404, "no-such-application".into(), "application_id".into());
        assert_eq!(unknown.problem(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn to_block_an_integration_is_seen_as_a_change_of_its_state() {
    let world = World::furnished().await;
    world.change("PATCH", "integrations/1", r#"{"state":"blocked"}"#).await;
    let trail = world.operator("GET", "events?integration=1&limit=1", "").await.json();
    let event = &trail["items"][0];
    assert_eq!(event["act"], "integration-edited");
    let changes = json!([{ "field": "state", "from": "enabled", "to": "blocked" }]);
    assert_eq!(event["details"]["changes"], changes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_called_by_the_name_that_its_integration_has_in_the_account() {
    let world = World::furnished().await;
    let shown = world.operator("GET", "integrations/1", "").await.json();
    let elsewhere = async |method: &str, path: &str, body: &str| {
        let path = format!("{BASE}/accounts/7654321/{path}");
        let answer = world.send(Some(OPERATOR), method, &path, &[], body).await;
        assert!(answer.status < 300, "{answer:?}");
        answer.json()
    };
    let application = json!({ "application_id": shown["application_id"] }).to_string();
    elsewhere("POST", "integrations/install", &application).await;
    let renamed = world.change("PATCH", "integrations/1", r#"{"name":"Renamed"}"#).await;
    assert_eq!(renamed.json()["name"], "Renamed");
    let role = r#"{"name":"Orders","permissions":{"log-in-using-access-tokens":"full"}}"#;
    elsewhere("POST", "roles", role).await;
    elsewhere("PUT", "entities/1/roles/1000", "").await;
    let given = r#"{"integration":1,"entity":1,"role":1000}"#;
    let made = elsewhere("POST", "tokens", given).await;
    assert_eq!(made["name"], "Orders import - Administrator, Orders");
    let token = elsewhere("GET", "tokens/1", "").await;
    assert_eq!(token["integration_name"], "Orders import");
    let made =
        world.operator("POST", "tokens", r#"{"integration":1,"entity":2,"role":1000}"#).await;
    assert_eq!(made.json()["name"], "Renamed - Ann, Orders");
}
