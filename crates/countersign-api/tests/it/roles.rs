//! Roles and permissions: listed, edited and deleted.

use serde_json::{Value, json};

use crate::world::{Answer, OPERATOR, World};

fn numbers(answer: &Answer) -> Vec<u64> {
    let rows = answer.json()["items"].as_array().unwrap().clone();
    rows.iter().map(|row| row["role"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_listed_by_all_criteria_that_are_given_with_who_has_them() {
    let world = World::furnished().await;
    let off = world.change("PATCH", "roles/1000", r#"{"inactive":true}"#).await;
    assert_eq!((off.status, &off.json()["active"]), (200, &json!(false)));
    for (query, expected) in [
        ("", &[3, 14, 15, 16, 1000][..]),
        ("inactive=true", &[1000]),
        ("inactive=false", &[3, 14, 15, 16]),
        ("name=CENTER", &[14, 15, 16]),
        ("name=orders&inactive=false", &[]),
    ] {
        let part = world.operator("GET", &format!("roles?{query}"), "").await;
        assert_eq!(numbers(&part), expected, "{query}");
    }
    let part = world.operator("GET", "roles?limit=2", "").await;
    let next = part.json()["next"].as_str().unwrap().to_owned();
    let rest = world.operator("GET", &format!("roles?cursor={next}"), "").await;
    assert_eq!((numbers(&part), numbers(&rest)), (vec![3, 14], vec![15, 16, 1000]));
    let holders: Vec<Value> =
        rest.json()["items"].as_array().unwrap().iter().map(|row| row["holders"].clone()).collect();
    assert_eq!(holders, [json!(0), json!(0), json!(1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_a_role_changes_what_it_names() {
    let world = World::furnished().await;
    let edit = r#"{"name":"Sales","two_factor_required":true,"web_services_only":true}"#;
    let shown = world.change("PATCH", "roles/1000", edit).await.json();
    assert_eq!(shown["name"], "Sales");
    assert_eq!(shown["permissions"], json!({ "log-in-using-access-tokens": "full" }));
    for flag in ["two_factor_required", "demands_two_factors", "web_services_only", "active"] {
        assert_eq!(shown[flag], true, "{flag}");
    }
    let granted = r#"{"permissions":{"core-administration":"view"},"two_factor_required":false}"#;
    let shown = world.change("PATCH", "roles/1000", granted).await.json();
    assert_eq!(shown["permissions"], json!({ "core-administration": "view" }));
    assert_eq!(shown["two_factor_required"], false);
    for (role, edit, kind, field) in [
        (1000, r#"{"permissions":{"stock":"full"}}"#, "unknown-permission", "permissions"),
        (1000, r#"{"permissions":{"Orders":"full"}}"#, "invalid-permission-name", "permissions"),
        (1000, r#"{"permissions":{"orders":"all"}}"#, "unknown-word", "permissions.orders"),
        (14, r#"{"web_services_only":true}"#, "built-in-role", "web_services_only"),
        (3, r#"{"inactive":true}"#, "built-in-role", ""),
    ] {
        let refused = world.change("PATCH", &format!("roles/{role}"), edit).await.problem();
        assert_eq!((&*refused.1, &*refused.2), (kind, field), "{edit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_deleted_when_nothing_hangs_on_it() {
    let world = World::furnished().await;
    let made = world.operator("POST", "roles", r#"{"name":"Spare","permissions":{}}"#).await;
    assert_eq!(made.json()["role"], 1001);
    for (role, kind) in [(1000, "role-in-use"), (14, "built-in-role")] {
        let refused = world.change("DELETE", &format!("roles/{role}"), "").await;
        assert_eq!(refused.problem(), (409, kind.into(), String::new()));
    }
    assert_eq!(world.change("DELETE", "roles/1001", "").await.status, 204);
    assert_eq!(world.operator("GET", "roles/1001", "").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_from_its_definition_to_its_removal() {
    let world = World::furnished().await;
    let given = r#"{"name":"orders.read","description":"May read orders"}"#;
    let defined = world.operator("POST", "permissions", given).await;
    let shown =
        json!({ "permission": "orders.read", "description": "May read orders", "version": 1 });
    assert_eq!((defined.status, defined.json()), (201, shown.clone()));
    let path = "/countersign/api/v1/accounts/1234567/permissions/orders.read";
    assert_eq!(defined.header("location"), path);
    let again = world.operator("POST", "permissions", given).await;
    assert_eq!(again.problem(), (409, "taken".into(), "name".into()));
    let orders = json!({ "permission": "orders", "description": "", "version": 1 });
    let listed = world.operator("GET", "permissions", "").await.json();
    assert_eq!(listed, json!({ "permissions": [orders, shown] }));
    let administrator = world.operator("GET", "roles/3", "").await.json();
    assert_eq!(administrator["permissions"]["orders.read"], "full");

    let granted = r#"{"permissions":{"orders.read":"view"}}"#;
    assert_eq!(world.change("PATCH", "roles/1000", granted).await.status, 200);
    let held = world.change("DELETE", "permissions/orders.read", "").await;
    assert_eq!(held.problem().1, "permission-granted");
    world.change("PATCH", "roles/1000", r#"{"permissions":{}}"#).await;

    let headers = [("if-match", "\"1\"")];
    let edit = r#"{"description":"Reads"}"#;
    for status in [200, 412] {
        let path = "permissions/orders.read";
        let answer = world.ask(Some(OPERATOR), "PATCH", path, &headers, edit).await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(world.change("DELETE", "permissions/orders.read", "").await.status, 204);
    for path in ["permissions/orders.read", "permissions/Orders", "permissions/a%2Fb"] {
        let gone = world.operator("GET", path, "").await;
        assert_eq!(gone.problem().1, "not-found", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_none_or_built_in_is_refused_at_its_member() {
    let world = World::found().await;
    for name in ["", "Orders", "a b", "core-administration"] {
        let body = json!({ "name": name }).to_string();
        let refused = world.operator("POST", "permissions", &body).await;
        assert_eq!(refused.problem(), (422, "invalid-permission-name".into(), "name".into()));
    }
    let long = json!({ "name": "stock", "description": "x".repeat(1001) }).to_string();
    let refused = world.operator("POST", "permissions", &long).await;
    assert_eq!(refused.problem(), (422, "invalid-description".into(), "description".into()));
}
