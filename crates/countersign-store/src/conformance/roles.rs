//! Roles that are edited, listed and deleted; own permissions; entities that are edited, listed and
//! removed with all that is theirs.

use countersign_authority::{
    Assignment, EntityFilter, Order, RoleFilter, RoleUse, Slice, StoreFault, Unique,
};
use countersign_model::{
    AccountNumber, Email, Entity, EntityId, EntityKind, Level, Login, OwnPermission, Permission,
    PermissionName, Role, RoleId, TokenNumber, Version,
};

use super::fixtures::{HOME, ROLE, account, at, entity, link, role, token};
use super::for_both;
use super::furnishing::{furnish, furnish_in};
use super::world::{World, commit};

for_both!(
    a_saved_role_grants_what_it_grants_now,
    an_own_permission_is_defined_once_and_stays_while_it_is_granted,
    a_role_is_deleted_with_what_it_grants,
    roles_are_listed_in_parts_with_their_holders,
    an_entity_is_saved_and_its_password_stays,
    an_entity_goes_with_all_that_is_its_own,
    entities_are_listed_in_parts_by_what_is_asked_for,
    hidden_roles_are_told_so,
);

const FROM_FIRST: Slice = Slice { after: None, most: 2, order: Order::OldestFirst };

fn orders() -> OwnPermission {
    OwnPermission {
        account: HOME,
        name: PermissionName::parse("orders").unwrap(),
        description: "Orders".into(),
        version: Version(4),
    }
}

async fn a_saved_role_grants_what_it_grants_now(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_own_permission(&orders()).await.unwrap();
    let mut saved = Role {
        name: "Other".into(),
        active: false,
        permissions: [(Permission::CoreAdministration, Level::Edit)].into(),
        two_factor_required: true,
        web_services_only: true,
        version: Version(5),
        ..role(ROLE)
    };
    saved.permissions.insert_own(orders().name, Level::Create);
    tx.save_role(&saved).await.unwrap();
    let found = tx.role(HOME, ROLE).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{saved:?}"));
    assert_eq!(tx.roles_granting(HOME, &orders().name).await.unwrap(), [ROLE]);
    assert_eq!(tx.save_role(&role(RoleId(9))).await, Err(StoreFault::Gone));
    commit(tx).await;
    assert!(world.facts().await.iter().any(|fact| fact.contains("\"orders\"")));
}

async fn an_own_permission_is_defined_once_and_stays_while_it_is_granted(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_account(&account(2)).await.unwrap();
    tx.add_own_permission(&orders()).await.unwrap();
    let other = OwnPermission { account: AccountNumber(2), ..orders() };
    tx.add_own_permission(&other).await.unwrap();
    let described = OwnPermission { description: "x".into(), version: Version(5), ..orders() };
    tx.save_own_permission(&described).await.unwrap();
    assert_eq!(tx.own_permissions(HOME).await.unwrap(), [described]);
    let mut granting = role(ROLE);
    granting.permissions.insert_own(orders().name, Level::View);
    tx.save_role(&granting).await.unwrap();
    commit(tx).await;

    let taken = world.change().await.add_own_permission(&orders()).await;
    assert_eq!(taken, Err(StoreFault::Taken(Unique::PermissionName)));
    let granted = world.change().await.remove_own_permission(HOME, &orders().name).await;
    assert!(matches!(granted, Err(StoreFault::Failed(_))), "{granted:?}");
    let mut tx = world.change().await;
    tx.save_role(&role(ROLE)).await.unwrap();
    tx.remove_own_permission(HOME, &orders().name).await.unwrap();
    assert_eq!(tx.remove_own_permission(HOME, &orders().name).await, Err(StoreFault::Gone));
    assert!(tx.own_permissions(HOME).await.unwrap().is_empty());
    commit(tx).await;
}

async fn a_role_is_deleted_with_what_it_grants(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let used = tx.role_use(HOME, ROLE).await.unwrap();
    assert_eq!(used, RoleUse { holders: 1, tokens: 1 });
    tx.add_role(&role(RoleId(1001))).await.unwrap();
    assert_eq!(tx.role_use(HOME, RoleId(1001)).await.unwrap(), RoleUse::default());
    tx.delete_role(HOME, RoleId(1001)).await.unwrap();
    assert!(tx.role(HOME, RoleId(1001)).await.unwrap().is_none());
    assert_eq!(tx.delete_role(HOME, RoleId(1001)).await, Err(StoreFault::Gone));
    commit(tx).await;
    assert!(world.change().await.delete_role(HOME, ROLE).await.is_err(), "it is in use");
}

async fn roles_are_listed_in_parts_with_their_holders(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    for id in [14, 1001] {
        tx.add_role(&Role { active: id == 14, ..role(RoleId(id)) }).await.unwrap();
    }
    let mut list = async |filter: &RoleFilter, slice| {
        let part = tx.roles(HOME, filter, slice).await.unwrap();
        let rows: Vec<_> = part.rows.iter().map(|(role, holders)| (role.id.0, *holders)).collect();
        (rows, part.more)
    };
    let all = RoleFilter::default();
    assert_eq!(list(&all, FROM_FIRST).await, (vec![(14, 0), (1000, 1)], true));
    let rest = Slice { after: Some(1000), ..FROM_FIRST };
    assert_eq!(list(&all, rest).await, (vec![(1001, 0)], false));
    let active = RoleFilter { active: Some(true), text: Some("ROLE 1".into()) };
    assert_eq!(list(&active, FROM_FIRST).await, (vec![(14, 0), (1000, 1)], false));
}

async fn an_entity_is_saved_and_its_password_stays(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    let hash = countersign_authority::PasswordHash::from_stored("$argon2id$x".into());
    tx.save_password(HOME, EntityId(1), &hash).await.unwrap();
    let saved = Entity {
        kind: EntityKind::Contact,
        name: "Other".into(),
        email: Email::parse("other@example.com").unwrap(),
        active: false,
        version: Version(5),
        ..entity(1)
    };
    tx.save_entity(&saved).await.unwrap();
    let found = tx.entity(HOME, EntityId(1)).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{saved:?}"));
    assert_eq!(tx.password(HOME, EntityId(1)).await.unwrap(), Some(hash));
    assert_eq!(tx.save_entity(&entity(9)).await, Err(StoreFault::Gone));
}

async fn an_entity_goes_with_all_that_is_its_own(world: World) {
    furnish(&world).await;
    let mut tx = world.change().await;
    tx.add_entity(&entity(2)).await.unwrap();
    assert!(tx.assign_role(HOME, EntityId(2), ROLE).await.unwrap());
    tx.add_token(&countersign_model::AccessToken { entity: EntityId(2), ..token(2) })
        .await
        .unwrap();
    tx.add_token(&token(3)).await.unwrap();
    tx.add_link(&link(1)).await.unwrap();
    let removed = tx.remove_entity(HOME, EntityId(1)).await.unwrap();
    assert_eq!(removed, [TokenNumber(1), TokenNumber(3)]);
    assert!(tx.entity(HOME, EntityId(1)).await.unwrap().is_none());
    assert!(tx.token(HOME, TokenNumber(1)).await.unwrap().is_none());
    assert!(tx.token(HOME, TokenNumber(2)).await.unwrap().is_some());
    assert!(tx.link(&[1; 32], at(1)).await.unwrap().is_none());
    assert_eq!(tx.holders(HOME, ROLE).await.unwrap(), [EntityId(2)]);
    assert_eq!(tx.remove_entity(HOME, EntityId(1)).await, Err(StoreFault::Gone));
    commit(tx).await;
    let tokens = world.facts().await.iter().filter(|fact| fact.starts_with("Token(")).count();
    assert_eq!(tokens, 1);
}

async fn entities_are_listed_in_parts_by_what_is_asked_for(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_entity(&Entity { active: false, name: "50%_Off\\".into(), ..entity(2) }).await.unwrap();
    tx.add_entity(&Entity { name: "Zoë".into(), ..entity(3) }).await.unwrap();
    let all = EntityFilter::default;
    let text = |text: &str| EntityFilter { text: Some(text.into()), ..all() };
    for (filter, slice, expected) in [
        (all(), FROM_FIRST, (vec![1, 2], true)),
        (all(), Slice { after: Some(2), ..FROM_FIRST }, (vec![3], false)),
        (all(), Slice { order: Order::NewestFirst, ..FROM_FIRST }, (vec![3, 2], true)),
        (EntityFilter { active: Some(true), ..all() }, FROM_FIRST, (vec![1, 3], false)),
        (EntityFilter { kind: Some(entity(3).kind), ..all() }, FROM_FIRST, (vec![3], false)),
        (EntityFilter { role: Some(ROLE), ..all() }, FROM_FIRST, (vec![1], false)),
        (text("E3@EXAMPLE"), FROM_FIRST, (vec![3], false)),
        (text("0%_off\\"), FROM_FIRST, (vec![2], false)),
        (text("%"), FROM_FIRST, (vec![2], false)),
        (text("zoë"), FROM_FIRST, (vec![3], false)),
        (text("nobody"), FROM_FIRST, (vec![], false)),
    ] {
        let part = tx.entities(HOME, &filter, slice).await.unwrap();
        let found: Vec<_> = part.rows.iter().map(|entity| entity.id.0).collect();
        assert_eq!((found, part.more), expected, "{filter:?}");
    }
}

async fn hidden_roles_are_told_so(world: World) {
    let mut tx = world.change().await;
    furnish_in(&mut *tx).await;
    tx.add_role(&role(RoleId(14))).await.unwrap();
    tx.assign_role(HOME, EntityId(1), RoleId(14)).await.unwrap();
    for hidden in [RoleId(14), ROLE] {
        tx.hide_roles(HOME, EntityId(1), &[hidden].into()).await.unwrap();
        let expected = [RoleId(14), ROLE].map(|role| Assignment { role, hidden: role == hidden });
        assert_eq!(tx.assignments(HOME, EntityId(1)).await.unwrap(), expected);
    }
    let holders = tx.holders_of(HOME, ROLE).await.unwrap();
    assert!(holders.len() == 1 && holders[0].hidden && holders[0].entity.id == EntityId(1));
    commit(tx).await;
    let hidden = format!("login: {:?}", Login::RoleHidden);
    let told = world.facts().await.iter().filter(|fact| fact.contains(&hidden)).count();
    assert_eq!(told, 1);
}
