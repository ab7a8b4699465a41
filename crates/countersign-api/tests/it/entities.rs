//! Entities: listed, edited and deleted.

use serde_json::{Value, json};

use crate::world::{OPERATOR, World};

#[tokio::test(flavor = "multi_thread")]
async fn entities_are_listed_by_all_criteria_that_are_given() {
    let world = World::furnished().await;
    let bob = r#"{"name":"Bob","email":"bob@example.com","kind":"vendor"}"#;
    world.operator("POST", "entities", bob).await;
    let off = world.change("PATCH", "entities/3", r#"{"inactive":true}"#).await;
    assert_eq!((off.status, &off.json()["active"]), (200, &json!(false)));
    for (query, expected) in [
        ("", &[1, 2, 3][..]),
        ("kind=vendor", &[3]),
        ("inactive=true", &[3]),
        ("inactive=false", &[1, 2]),
        ("role=1000", &[2]),
        ("name=ANN@", &[2]),
        ("name=ann&kind=vendor", &[]),
    ] {
        let part = world.operator("GET", &format!("entities?{query}"), "").await.json();
        let rows = part["items"].as_array().unwrap().iter();
        let numbers: Vec<_> = rows.map(|row| row["entity"].as_u64().unwrap()).collect();
        assert_eq!(numbers, expected, "{query}");
    }
    let unknown = world.operator("GET", "entities?kind=robot", "").await;
    assert_eq!(unknown.problem(), (400, "invalid-query".into(), "kind".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_an_entity_changes_what_it_names() {
    let world = World::furnished().await;
    let edit = r#"{"name":"Anna","email":"anna@example.com"}"#;
    let shown = world.change("PATCH", "entities/2", edit).await.json();
    assert_eq!((&shown["name"], &shown["email"]), (&json!("Anna"), &json!("anna@example.com")));
    assert_eq!((&shown["kind"], &shown["active"]), (&json!("employee"), &json!(true)));
    let edit = r#"{"kind":"robot","email":"nobody"}"#;
    let refused = world.change("PATCH", "entities/2", edit).await;
    assert_eq!(refused.json()["errors"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_entity_takes_its_tokens_with_it() {
    let world = World::furnished().await;
    let deleted = world.change("DELETE", "entities/2", "").await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({ "removed_tokens": 1 })));
    for path in ["entities/2", "tokens/1"] {
        assert_eq!(world.operator("GET", path, "").await.problem().0, 404, "{path}");
    }
    let last = world.change("DELETE", "entities/1", "").await;
    assert_eq!(last.problem().1, "last-administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_hidden_and_shown_again_and_each_says_whether_it_offers_tokens() {
    let world = World::furnished().await;
    world.operator("PUT", "entities/2/roles/14", "").await;
    let offered = |entity: &Value| -> Vec<(u64, bool, bool)> {
        let of = |role: &Value| {
            let is = |name: &str| role[name].as_bool().unwrap();
            (role["role"].as_u64().unwrap(), is("hidden"), is("offers_tokens"))
        };
        entity["roles"].as_array().unwrap().iter().map(of).collect()
    };
    let shown = world.operator("GET", "entities/2", "").await.json();
    assert_eq!(offered(&shown), [(14, false, false), (1000, false, true)]);
    let hidden = world.change("PATCH", "entities/2", r#"{"hidden_roles":[1000]}"#).await.json();
    assert_eq!(offered(&hidden), [(14, false, false), (1000, true, false)]);
    let token = world.operator("GET", "tokens/1", "").await.json();
    assert_eq!(token["dormant"], "role-hidden");
    let shown = world.change("PATCH", "entities/2", r#"{"hidden_roles":[]}"#).await.json();
    assert_eq!(offered(&shown), [(14, false, false), (1000, false, true)]);
    let refused = world.change("PATCH", "entities/2", r#"{"hidden_roles":[15]}"#).await;
    assert_eq!(refused.problem().1, "role-not-assigned");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_manages_tokens_alone_sees_users_and_their_roles_and_not_how_they_log_in() {
    let world = World::furnished().await;
    let role = r#"{"name":"Tokens","permissions":{"access-token-management":"full"}}"#;
    world.operator("POST", "roles", role).await;
    world.operator("PUT", "entities/2/roles/1001", "").await;
    world.operator("PUT", "entities/1/roles/1000", "").await;
    let acting = [("countersign-act-as-entity", "2"), ("countersign-act-as-role", "1001")];
    let ask = async |path: &str| world.ask(Some(OPERATOR), "GET", path, &acting, "").await;
    assert_eq!(ask("entities").await.json()["items"].as_array().unwrap().len(), 2);
    // The operator may make a token in the Administrator role, and for Ann; this manager may not:
    // the one is the administrator's own, the other would be one's own.
    for (entity, offers) in [(1, [false, true]), (2, [false, false])] {
        let shown = ask(&format!("entities/{entity}")).await.json();
        let roles = shown["roles"].as_array().unwrap();
        let offered: Vec<_> = roles.iter().map(|it| it["offers_tokens"] == true).collect();
        assert_eq!(offered, offers, "{shown}");
        assert_eq!((&shown["has_password"], &shown["two_factor"]), (&Value::Null, &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_a_password_link_ends_sessions_and_removes_a_second_factor() {
    let world = World::furnished().await;
    let made = world.operator("POST", "entities/2/password-link", "").await;
    assert_eq!((made.status, &made.json()["entity"]), (200, &json!(2)), "{made:?}");
    let link = made.json()["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with("/countersign/setup?link=") && link.len() > 40, "{link}");
    assert_eq!(made.json()["expires_at"], "2027-01-16T08:00:00Z");
    let ended = world.operator("POST", "entities/2/end-sessions", "").await;
    assert_eq!((ended.status, ended.json()), (200, json!({ "ended_sessions": 0 })));
    let none = world.operator("DELETE", "entities/2/two-factor", "").await;
    assert_eq!(none.problem().1, "no-two-factor");
    for (method, what) in
        [("POST", "password-link"), ("POST", "end-sessions"), ("DELETE", "two-factor")]
    {
        let missing = world.operator(method, &format!("entities/9/{what}"), "").await;
        assert_eq!(missing.status, 404, "{what}");
    }
    let trail = world.operator("GET", "events", "").await.text;
    assert!(trail.contains("password-link-made") && !trail.contains(&link[24..]), "{trail}");
}
