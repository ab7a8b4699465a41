//! The rules of the setup guide about who makes which tokens.

use countersign_authority::{Of, Requester, Slice, UseCaseFault};
use countersign_model::{
    EntityId, EntityKind, Level, Permission, Role, TokenEdit, TokenNumber, TokenState,
};
use countersign_verify::Refusal;

use super::world::{ADMINISTRATOR, Client, World};

const ALL: Slice =
    Slice { after: None, most: 50, order: countersign_authority::Order::OldestFirst };
const MANAGER: &[Permission] =
    &[Permission::AccessTokenManagement, Permission::LogInUsingAccessTokens];
const USER: &[Permission] = &[Permission::UserAccessTokens];
const LOG_IN: &[Permission] = &[Permission::LogInUsingAccessTokens];

#[tokio::test]
async fn who_manages_tokens_makes_them_for_others_and_they_work() {
    let world = World::found(1).await;
    let (orders, pair) = world.integration("Orders").await;
    let (manager, managing) = world.person("mia", MANAGER).await;
    let ann = world.person("ann", LOG_IN).await;
    let by = world.session(manager, managing);
    let token = world.token(&by, orders, ann).await.unwrap();
    assert_eq!(token.name, "Orders - ann, ann's role");
    assert!(world.asks(&Client::new(&pair, &token)).is_ok());
}

#[tokio::test]
async fn without_the_permission_neither_list_nor_form_is_open_and_it_is_named() {
    let world = World::found(2).await;
    let (orders, _) = world.integration("Orders").await;
    let (bob, role) = world.person("bob", USER).await;
    let ann = world.person("ann", LOG_IN).await;
    let by = world.session(bob, role);
    for refused in [
        world.token(&by, orders, ann).await.err(),
        world.authority.list_tokens(&by, &Default::default(), ALL).await.err(),
        world.authority.consequences(&by, Of::Feature).await.err(),
    ] {
        let refused = refused.unwrap();
        assert_eq!(refused.code(), "permission-missing");
        assert!(refused.to_string().contains("access-token-management"), "{refused}");
    }
}

#[tokio::test]
async fn who_manages_tokens_makes_none_for_an_administrator_role_for_nobody() {
    let world = World::found(3).await;
    let (orders, _) = world.integration("Orders").await;
    let (manager, managing) = world.person("mia", MANAGER).await;
    world.assign(manager, Role::ADMINISTRATOR).await;
    let by = world.session(manager, managing);
    for entity in [ADMINISTRATOR, manager] {
        let refused = world.token(&by, orders, (entity, Role::ADMINISTRATOR)).await.err();
        assert_eq!(refused, Some(UseCaseFault::AdministratorToken));
    }
}

#[tokio::test]
async fn who_manages_tokens_makes_none_for_oneself() {
    let world = World::found(4).await;
    let (orders, _) = world.integration("Orders").await;
    let mia = world.person("mia", MANAGER).await;
    let refused = world.token(&world.session(mia.0, mia.1), orders, mia).await.err();
    assert_eq!(refused, Some(UseCaseFault::OwnToken));
}

#[tokio::test]
async fn an_administrator_makes_a_token_for_oneself_in_that_role() {
    let world = World::found(5).await;
    let (orders, pair) = world.integration("Orders").await;
    let of = (ADMINISTRATOR, Role::ADMINISTRATOR);
    let token = world.token(&world.administrator(), orders, of).await.unwrap();
    assert!(world.asks(&Client::new(&pair, &token)).is_ok());
}

#[tokio::test]
async fn an_administrator_makes_none_for_another_administrators_role() {
    let world = World::found(6).await;
    let (orders, _) = world.integration("Orders").await;
    let other = world.entity("eve", EntityKind::Employee).await;
    world.assign(other, Role::ADMINISTRATOR).await;
    let of = (other, Role::ADMINISTRATOR);
    let refused = world.token(&world.administrator(), orders, of).await.err();
    assert_eq!(refused, Some(UseCaseFault::AdministratorToken));
}

#[tokio::test]
async fn an_administrator_makes_a_token_for_anothers_common_role() {
    let world = World::found(7).await;
    let (orders, pair) = world.integration("Orders").await;
    let (eve, role) = world.person("eve", LOG_IN).await;
    world.assign(eve, Role::ADMINISTRATOR).await;
    let token = world.token(&world.administrator(), orders, (eve, role)).await.unwrap();
    assert!(world.asks(&Client::new(&pair, &token)).is_ok());
}

#[tokio::test]
async fn the_operator_makes_administrators_tokens_as_that_administrator_only() {
    let world = World::found(8).await;
    let (orders, _) = world.integration("Orders").await;
    let of = (ADMINISTRATOR, Role::ADMINISTRATOR);
    let refused = world.token(&world.operator(), orders, of).await.err();
    assert_eq!(refused, Some(UseCaseFault::AdministratorToken));
    let acting = Requester::operator_as(world.account, 7, ADMINISTRATOR, Role::ADMINISTRATOR);
    assert!(world.token(&acting, orders, of).await.is_ok());
    let ann = world.person("ann", LOG_IN).await;
    assert!(world.token(&world.operator(), orders, ann).await.is_ok());
}

#[tokio::test]
async fn who_has_user_access_tokens_makes_own_ones_for_the_current_role_without_anybody() {
    let world = World::found(9).await;
    let (orders, pair) = world.integration("Orders").await;
    let (bob, first) = world.person("bob", USER).await;
    let second = world.role("Second", USER).await;
    world.assign(bob, second).await;
    for role in [first, second] {
        let by = world.session(bob, role);
        let token = world.own_token(&by, orders).await.unwrap();
        assert!(world.asks(&Client::new(&pair, &token)).is_ok());
        let rows = world.authority.list_own_tokens(&by, ALL).await.unwrap().rows;
        let bound: Vec<_> =
            rows.iter().map(|row| (row.number, row.entity.id, row.role.id)).collect();
        assert_eq!(bound, [(token.number, bob, role)], "of the current role alone");
    }
}

#[tokio::test]
async fn own_tokens_need_the_permission_and_somebody_who_is_logged_in() {
    let world = World::found(10).await;
    let (orders, _) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    let refused = world.own_token(&world.session(ann.0, ann.1), orders).await.err().unwrap();
    assert!(refused.to_string().contains("user-access-tokens"), "{refused}");
    let nobody = world.own_token(&world.operator(), orders).await.err();
    assert_eq!(nobody, Some(UseCaseFault::NotLoggedIn));
}

#[tokio::test]
async fn who_has_user_access_tokens_neither_sees_nor_touches_tokens_of_others() {
    let world = World::found(11).await;
    let (orders, _) = world.integration("Orders").await;
    let (bob, role) = world.person("bob", USER).await;
    let ann = world.person("ann", LOG_IN).await;
    let number = world.token(&world.operator(), orders, ann).await.unwrap().number;
    let by = world.session(bob, role);
    let none = UseCaseFault::NoSuch { what: "token", number: number.0 };
    assert_eq!(world.authority.get_token(&by, number).await.err(), Some(none.clone()));
    assert_eq!(world.authority.revoke_token(&by, number, None).await.err(), Some(none.clone()));
    let edit = TokenEdit { active: Some(false), ..TokenEdit::default() };
    assert_eq!(world.authority.edit_token(&by, number, None, edit).await.err(), Some(none.clone()));
    let rotated = world.authority.rotate_token_secret(&by, number, None, 0).await.err();
    assert_eq!(rotated, Some(none));

    let own = world.own_token(&by, orders).await.unwrap().number;
    assert!(world.authority.get_token(&by, own).await.is_ok());
    world.authority.revoke_token(&by, own, None).await.unwrap();
}

#[tokio::test]
async fn tokens_of_administrators_are_changed_by_administrators_only() {
    let world = World::found(12).await;
    let (orders, _) = world.integration("Orders").await;
    let of = (ADMINISTRATOR, Role::ADMINISTRATOR);
    let number = world.token(&world.administrator(), orders, of).await.unwrap().number;
    let (mia, managing) = world.person("mia", MANAGER).await;
    let by = world.session(mia, managing);
    let only = Some(UseCaseFault::AdministratorOnly);
    assert_eq!(world.authority.revoke_token(&by, number, None).await.err(), only);
    let other = world.entity("eve", EntityKind::Employee).await;
    world.assign(other, Role::ADMINISTRATOR).await;
    let by = world.session(other, Role::ADMINISTRATOR);
    let rotated = world.authority.rotate_token_secret(&by, number, None, 0).await.err();
    assert_eq!(rotated, Some(UseCaseFault::AdministratorToken), "that would be a new one");
    world.authority.revoke_token(&by, number, None).await.unwrap();
}

#[tokio::test]
async fn a_token_needs_a_role_that_is_active_and_assigned_and_an_entity_that_is_there() {
    let world = World::found(13).await;
    let (orders, _) = world.integration("Orders").await;
    let (ann, role) = world.person("ann", LOG_IN).await;
    let by = world.administrator();
    let other = world.role("Other", LOG_IN).await;
    let refused = world.token(&by, orders, (ann, other)).await.err();
    assert_eq!(refused, Some(UseCaseFault::RoleNotAssigned { entity: ann.0, role: other.0 }));
    let nobody = world.token(&by, orders, (EntityId(99), role)).await.err();
    assert_eq!(nobody, Some(UseCaseFault::NoSuch { what: "entity", number: 99 }));
}

#[tokio::test]
async fn removing_a_role_leaves_tokens_active_and_of_no_use_until_it_is_given_back() {
    let world = World::found(14).await;
    let (orders, pair) = world.integration("Orders").await;
    for kind in EntityKind::ALL {
        let entity = world.entity(kind.as_str(), kind).await;
        let role = world.role(&format!("of {}", kind.as_str()), LOG_IN).await;
        world.assign(entity, role).await;
        let token = world.token(&world.administrator(), orders, (entity, role)).await.unwrap();
        let client = Client::new(&pair, &token);
        world.authority.remove_role(&world.operator(), entity, role).await.unwrap();
        assert_eq!(world.asks(&client), Err(Refusal::RoleRemoved));
        let shown = world.authority.get_token(&world.operator(), token.number).await.unwrap();
        assert_eq!(shown.state, TokenState::Active);
        assert_eq!(shown.dormant.map(|it| it.as_str()), Some("role-removed"));
        world.assign(entity, role).await;
        assert!(world.asks(&client).is_ok(), "with no other action");
    }
}

#[tokio::test]
async fn a_second_token_for_the_same_exists_beside_the_first() {
    let world = World::found(15).await;
    let (orders, pair) = world.integration("Orders").await;
    let ann = world.person("ann", LOG_IN).await;
    let first = world.token(&world.administrator(), orders, ann).await.unwrap();
    let second = world.token(&world.administrator(), orders, ann).await.unwrap();
    assert_eq!((first.number, second.number), (TokenNumber(1), TokenNumber(2)));
    for token in [&first, &second] {
        assert!(world.asks(&Client::new(&pair, token)).is_ok());
    }
}

/// Else whoever manages tokens could act with nearly all that an Administrator has.
#[tokio::test]
async fn a_token_with_core_administration_is_made_by_who_has_it() {
    let world = World::found(13).await;
    let (orders, _) = world.integration("Orders").await;
    let of = world.person("kim", &[Permission::CoreAdministration, LOG_IN[0]]).await;
    let (mia, managing) = world.person("mia", MANAGER).await;
    let by = world.session(mia, managing);
    let missing = Some(UseCaseFault::PermissionMissing {
        permission: Permission::CoreAdministration,
        level: Level::Full,
    });
    assert_eq!(world.token(&by, orders, of).await.err(), missing);
    let number = world.token(&world.administrator(), orders, of).await.unwrap().number;
    let rotated = world.authority.rotate_token_secret(&by, number, None, 0).await.err();
    assert_eq!(rotated, missing, "that would be a new one");
    world.authority.revoke_token(&by, number, None).await.unwrap();
}
