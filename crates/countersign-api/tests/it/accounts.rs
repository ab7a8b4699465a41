//! Accounts: edited by Administrators.

use serde_json::{Value, json};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_account_changes_what_it_names_and_null_ends_its_policy() {
    let world = World::furnished().await;
    let edit = r#"{"name":"Example Ltd","token_based_authentication":false}"#;
    let edited = world.change("PATCH", "", edit).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""), "{edited:?}");
    let shown = edited.json();
    assert_eq!((&shown["name"], &shown["policy"]), (&json!("Example Ltd"), &Value::Null));
    assert_eq!(shown["token_based_authentication"], false);
    let token = world.operator("GET", "tokens/1", "").await.json();
    assert_eq!(token["dormant"], "feature-disabled");

    let policy = json!({
        "max_age_days": 90, "max_idle_days": null, "warn_from": "2027-02-01T00:00:00Z",
        "block_from": "2027-03-01T00:00:00Z", "revoke_from": null,
    });
    let shown = world.change("PATCH", "", &json!({ "policy": policy }).to_string()).await.json();
    assert_eq!((&shown["policy"], &shown["name"]), (&policy, &json!("Example Ltd")));
    let trail = world.operator("GET", "events?act=account-edited&limit=1", "").await.json();
    let fields: Vec<_> = trail["items"][0]["details"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| edit["field"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(fields, ["policy.max_age_days", "policy.warn_from", "policy.block_from"]);
    let shown = world.change("PATCH", "", r#"{"policy":null}"#).await.json();
    assert_eq!(shown["policy"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_does_not_go_together_is_refused_with_its_field() {
    let world = World::found().await;
    let (warn, block) = ("2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
    for (policy, kind, field) in [
        (json!({ "max_age_days": 90 }), "invalid-policy", "policy"),
        (json!({ "warn_from": warn }), "invalid-policy", "policy"),
        (
            json!({ "max_age_days": 1, "warn_from": block, "block_from": warn }),
            "invalid-policy",
            "policy",
        ),
        (json!({ "max_age_days": 0, "warn_from": warn }), "invalid-policy", "policy.max_age_days"),
        (json!({ "max_age_days": 1, "warn_from": "now" }), "unknown-word", "policy.warn_from"),
    ] {
        let refused = world.change("PATCH", "", &json!({ "policy": policy }).to_string()).await;
        assert_eq!(refused.problem(), (422, kind.into(), field.into()), "{policy}");
    }
    for policy in ["{\"age\":1}", "[90,null,\"2027-02-01T00:00:00Z\"]", "1"] {
        let edit = format!(r#"{{"policy":{policy}}}"#);
        let unknown = world.change("PATCH", "", &edit).await;
        assert_eq!(unknown.problem(), (422, "invalid-body".into(), "policy".into()), "{policy}");
    }
}
