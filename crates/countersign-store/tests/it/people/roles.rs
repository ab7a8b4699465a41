use countersign_authority::{Order, RoleChanges, RoleFilter, Slice};
use countersign_model::Login;

use super::*;

const ALL: Slice = Slice { after: None, most: 50, order: Order::OldestFirst };

fn granting(permissions: impl Into<Permissions>) -> RoleChanges {
    RoleChanges { permissions: Some(permissions.into()), ..RoleChanges::default() }
}

fn active(active: bool) -> RoleChanges {
    RoleChanges { active: Some(active), ..RoleChanges::default() }
}

#[tokio::test]
async fn an_edited_role_is_learned_and_so_is_each_holder_whose_answer_changes() {
    let world = World::found().await;
    let it = &world.authority;
    let role = world.role("Orders", LOG_IN).await;
    let (ann, bob) = (world.entity("ann").await, world.entity("bob").await);
    world.assign(ann, role).await;
    world.assign(bob, role).await;
    let off = countersign_authority::EntityChanges { active: Some(false), ..Default::default() };
    it.edit_entity(&world.operator, bob, None, off).await.unwrap();

    for (changes, expected) in [
        (
            granting([(Permission::ViewLoginAuditTrail, Level::View)]),
            vec![Login::PermissionMissing],
        ),
        (granting([(Permission::UserAccessTokens, Level::Full)]), vec![Login::Allowed]),
        (active(false), vec![Login::RoleInactive]),
        (active(true), vec![Login::Allowed]),
        (granting(LOG_IN), vec![]),
    ] {
        let known = world.known();
        it.edit_role(&world.operator, role, None, changes).await.unwrap();
        let facts = world.learned_since(known);
        assert!(matches!(&facts[0], Fact::Role(fact) if fact.role == role));
        let changed: Vec<_> = logins(&facts).iter().map(|it| (it.entity, it.login)).collect();
        let expected: Vec<_> = expected.into_iter().map(|login| (ann, login)).collect();
        assert_eq!(changed, expected, "an inactive holder stays what it was");
    }
    let Some(Fact::Role(fact)) = world
        .learned_since(0)
        .into_iter()
        .rev()
        .find(|fact| matches!(fact, Fact::Role(fact) if fact.role == role))
    else {
        panic!()
    };
    assert!(fact.permissions.permits("log-in-using-access-tokens", Level::Full));
    assert!(!fact.permissions.permits("user-access-tokens", Level::View));
}

#[tokio::test]
async fn an_edit_of_a_role_is_in_the_trail_and_the_second_of_two_is_told() {
    let world = World::found().await;
    let it = &world.authority;
    let role = world.role("Orders", LOG_IN).await;
    let seen = it.get_role(&world.operator, role).await.unwrap().role.version;
    let renamed =
        |name: &str| RoleChanges { name: Some(name.to_owned()), ..RoleChanges::default() };
    let changes = RoleChanges {
        two_factor_required: Some(true),
        permissions: Some([(Permission::UserAccessTokens, Level::Edit)].into()),
        ..renamed("Stock")
    };
    let now = it.edit_role(&world.operator, role, Some(seen), changes.clone()).await.unwrap();
    let act = world.last_act().await;
    for word in [
        "role-edited",
        "Orders",
        "Stock",
        "log-in-using-access-tokens:full",
        "user-access-tokens:edit",
        "two_factor_required",
    ] {
        assert!(act.contains(word), "{word} in {act}");
    }
    refused(
        it.edit_role(&world.operator, role, Some(seen), renamed("X")).await,
        "changed-meanwhile",
        None,
    );
    let act = world.last_act().await;
    assert_eq!(it.edit_role(&world.operator, role, None, changes).await, Ok(now));
    assert_eq!(world.last_act().await, act, "nothing changed, nothing is written");
    let taken = it.edit_role(&world.operator, role, None, renamed("Administrator")).await;
    refused(taken, "taken", Some("name"));
}

#[tokio::test]
async fn the_administrator_stays_as_it_is_and_centers_can_be_given_permissions() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    let edited = it.edit_role(by, Role::ADMINISTRATOR, None, active(false)).await;
    refused(edited, "built-in-role", None);
    let center = RoleId(16);
    it.edit_role(by, center, None, granting(LOG_IN)).await.unwrap();
    assert!(it.get_role(by, center).await.unwrap().role.may_log_in_with_tokens());
    let renamed = RoleChanges { name: Some("x".into()), ..RoleChanges::default() };
    refused(it.edit_role(by, center, None, renamed).await, "built-in-role", Some("name"));
    let services = RoleChanges { web_services_only: Some(true), ..RoleChanges::default() };
    refused(
        it.edit_role(by, center, None, services).await,
        "built-in-role",
        Some("web_services_only"),
    );
    for built_in in [Role::ADMINISTRATOR, center] {
        refused(it.delete_role(by, built_in, None).await, "built-in-role", None);
    }
}

#[tokio::test]
async fn a_role_is_deleted_when_nobody_has_it_and_no_token_names_it() {
    let world = World::found().await;
    let it = &world.authority;
    let by = &world.operator;
    let role = world.role("Orders", LOG_IN).await;
    let ann = world.entity("ann").await;
    world.assign(ann, role).await;
    world.token(ann, role).await;
    let in_use = it.delete_role(by, role, None).await;
    assert!(in_use.as_ref().unwrap_err().to_string().contains("1 entities and named by 1 tokens"));
    refused(in_use, "role-in-use", None);
    it.remove_role(by, ann, role).await.unwrap();
    refused(it.delete_role(by, role, None).await, "role-in-use", None);
    it.delete_entity(by, ann, None).await.unwrap();
    let known = world.known();
    it.delete_role(by, role, None).await.unwrap();
    let gone = world.learned_since(known);
    assert!(matches!(gone[..], [Fact::RoleGone { role: gone, .. }] if gone == role));
    refused(it.get_role(by, role).await, "not-found", None);
    assert_ne!(world.role("Orders", LOG_IN).await, role, "a number is given once");
}

#[tokio::test]
async fn roles_are_listed_with_their_holders_and_what_they_demand() {
    let world = World::found().await;
    let it = &world.authority;
    let role = world.role("Tokens", [(Permission::AccessTokenManagement, Level::View)]).await;
    let ann = world.entity("ann").await;
    world.assign(ann, role).await;
    let list = async |filter: RoleFilter, slice| {
        let part = it.list_roles(&world.operator, &filter, slice).await.unwrap();
        let row = |view: &countersign_authority::RoleView| {
            (view.role.id.0, view.holders, view.demands_two_factors)
        };
        (part.rows.iter().map(row).collect::<Vec<_>>(), part.more)
    };
    let centers = [(14, 0, false), (15, 0, false), (16, 0, false)];
    let all = [&[(3, 1, true)], &centers[..], &[(role.0, 1, true)]].concat();
    assert_eq!(list(RoleFilter::default(), ALL).await, (all, false));
    let text = RoleFilter { text: Some("CENTER".into()), active: Some(true) };
    assert_eq!(list(text, ALL).await, (centers.to_vec(), false));
    let slice = Slice { after: Some(14), most: 1, order: Order::OldestFirst };
    assert_eq!(list(RoleFilter::default(), slice).await, (vec![(15, 0, false)], true));
    assert_eq!(it.get_role(&world.operator, role).await.unwrap().holders, 1);
}

#[tokio::test]
async fn a_core_administrator_manages_roles_and_others_are_told_what_they_lack() {
    let world = World::found().await;
    let it = &world.authority;
    let core = world.holder("core", Permission::CoreAdministration, Level::Full).await;
    let new = NewRole { name: "New".into(), ..NewRole::default() };
    let role = it.create_role(&core, new.clone()).await.unwrap();
    it.edit_role(&core, role, None, granting(LOG_IN)).await.unwrap();
    let ann = world.entity("ann").await;
    it.assign_role(&core, ann, role).await.unwrap();
    it.remove_role(&core, ann, role).await.unwrap();
    it.delete_role(&core, role, None).await.unwrap();
    let other = world.holder("other", Permission::IntegrationApplication, Level::Full).await;
    refused(it.create_role(&other, new).await, "permission-missing", None);
    refused(
        it.edit_role(&other, RoleId(14), None, active(false)).await,
        "permission-missing",
        None,
    );
    refused(it.assign_role(&other, ann, RoleId(14)).await, "permission-missing", None);
    refused(it.list_roles(&other, &RoleFilter::default(), ALL).await, "permission-missing", None);
}
