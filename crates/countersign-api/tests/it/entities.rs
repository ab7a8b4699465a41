//! Entities: listed, edited and deleted.

use serde_json::json;

use crate::world::World;

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
