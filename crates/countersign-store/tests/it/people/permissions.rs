use countersign_authority::RoleChanges;
use countersign_model::PermissionName;

use super::*;

fn name(text: &str) -> PermissionName {
    PermissionName::parse(text).unwrap()
}

fn granted(names: &[(&str, Level)]) -> Permissions {
    let mut permissions: Permissions = LOG_IN.into();
    names.iter().for_each(|(name, level)| permissions.grant(name, *level).unwrap());
    permissions
}

#[tokio::test]
async fn an_own_permission_is_granted_beside_built_in_ones_and_learned_by_name() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    it.define_permission(by, name("orders.read"), "Read orders").await.unwrap();
    let role = world.role("Orders", granted(&[("orders.read", Level::Edit)])).await;
    let Some(Fact::Role(fact)) = world.learned_since(0).pop() else { panic!() };
    assert_eq!(fact.role, role);
    assert!(fact.permissions.permits("orders.read", Level::Edit));
    assert!(!fact.permissions.permits("orders.read", Level::Full));
    let named: Vec<_> = fact.permissions.named().collect();
    let expected = [("log-in-using-access-tokens", Level::Full), ("orders.read", Level::Edit)];
    assert_eq!(named, expected);
    let kept = it.get_role(by, role).await.unwrap().role.permissions;
    assert_eq!(kept, granted(&[("orders.read", Level::Edit)]));
}

#[tokio::test]
async fn the_administrator_has_each_own_permission_while_it_is_defined() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    let administrator = || {
        let of_it = |fact: &Fact| match fact {
            Fact::Role(fact) if fact.role == Role::ADMINISTRATOR => Some(fact.permissions.clone()),
            _ => None,
        };
        let newest = world.learned_since(0).iter().rev().find_map(of_it).unwrap();
        newest.named().map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    };
    it.define_permission(by, name("orders"), "").await.unwrap();
    assert!(administrator().contains(&"orders".to_owned()));
    it.remove_permission(by, &name("orders"), None).await.unwrap();
    assert!(!administrator().contains(&"orders".to_owned()));
    assert!(it.list_permissions(by).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_nobody_has_defined_is_granted_by_no_role() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    let permissions = granted(&[("orders", Level::View)]);
    let new =
        NewRole { name: "Orders".into(), permissions: permissions.clone(), ..NewRole::default() };
    let unknown = it.create_role(by, new).await;
    let sentence = unknown.as_ref().unwrap_err().to_string();
    assert!(sentence.contains("no permission orders: permissions are"), "{sentence}");
    refused(unknown, "unknown-permission", Some("permissions"));
    let role = world.role("Orders", LOG_IN).await;
    let edit = RoleChanges { permissions: Some(permissions), ..RoleChanges::default() };
    refused(it.edit_role(by, role, None, edit).await, "unknown-permission", Some("permissions"));
}

#[tokio::test]
async fn a_permission_that_a_role_grants_is_not_removed() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    it.define_permission(by, name("orders"), "Orders").await.unwrap();
    let role = world.role("Orders", granted(&[("orders", Level::View)])).await;
    let removed = it.remove_permission(by, &name("orders"), None).await;
    assert!(removed.as_ref().unwrap_err().to_string().contains("granted by 1 roles"));
    refused(removed, "permission-granted", None);
    let edit = RoleChanges { permissions: Some(LOG_IN.into()), ..RoleChanges::default() };
    it.edit_role(by, role, None, edit).await.unwrap();
    it.remove_permission(by, &name("orders"), None).await.unwrap();
    refused(it.remove_permission(by, &name("orders"), None).await, "not-found", None);
}

#[tokio::test]
async fn a_permission_is_defined_once_and_described_anew() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    it.define_permission(by, name("orders"), "Orders").await.unwrap();
    let twice = it.define_permission(by, name("orders"), "Other").await;
    refused(twice, "taken", Some("name"));
    let seen = it.list_permissions(by).await.unwrap()[0].version;
    let orders = name("orders");
    it.edit_permission(by, &orders, Some(seen), "Read orders").await.unwrap();
    let act = world.last_act().await;
    assert!(act.contains("\"Orders\"") && act.contains("Read orders"), "{act}");
    let stale = it.edit_permission(by, &orders, Some(seen), "x").await;
    refused(stale, "changed-meanwhile", None);
    let long = "x".repeat(1001);
    refused(
        it.edit_permission(by, &orders, None, &long).await,
        "invalid-description",
        Some("description"),
    );
    let other = world.holder("other", Permission::UserAccessTokens, Level::Full).await;
    refused(it.define_permission(&other, name("stock"), "").await, "permission-missing", None);
}
