use countersign_authority::{EntityChanges, EntityFilter, Order, Slice};
use countersign_model::{Login, Version};

use super::*;

const ALL: Slice = Slice { after: None, most: 50, order: Order::OldestFirst };

fn inactive() -> EntityChanges {
    EntityChanges { active: Some(false), ..EntityChanges::default() }
}

fn renamed(name: &str) -> EntityChanges {
    EntityChanges { name: Some(name.to_owned()), ..EntityChanges::default() }
}

// Guide 1, 2: who may, and that others are told which permission they lack.
#[tokio::test]
async fn administrators_and_core_administrators_manage_entities_and_others_are_told_what_they_lack()
{
    let world = World::found().await;
    let ann = world.entity("ann").await;
    let core = world.holder("core", Permission::CoreAdministration, Level::Full).await;
    for by in [world.admin(), core] {
        world.authority.edit_entity(&by, ann, None, renamed("Ann")).await.unwrap();
        world.authority.edit_entity(&by, ann, None, renamed("Anne")).await.unwrap();
        world.authority.get_entity(&by, ann).await.unwrap();
    }
    let viewer = world.holder("viewer", Permission::CoreAdministration, Level::View).await;
    let tokens = world.holder("tokens", Permission::AccessTokenManagement, Level::Full).await;
    for by in [viewer, tokens] {
        world.authority.list_entities(&by, &EntityFilter::default(), ALL).await.unwrap();
        let edited = world.authority.edit_entity(&by, ann, None, inactive()).await;
        assert!(edited.as_ref().unwrap_err().to_string().contains("core-administration"));
        refused(edited, "permission-missing", None);
        refused(world.authority.delete_entity(&by, ann, None).await, "permission-missing", None);
    }
    let other = world.holder("other", Permission::UserAccessTokens, Level::Full).await;
    refused(world.authority.get_entity(&other, ann).await, "permission-missing", None);
}

// tba.md 2.2: core administration can neither make Administrators nor touch them.
#[tokio::test]
async fn a_core_administrator_makes_no_administrator_and_touches_none() {
    let world = World::found().await;
    let core = world.holder("core", Permission::CoreAdministration, Level::Full).await;
    let ann = world.entity("ann").await;
    let it = &world.authority;
    let assigned = it.assign_role(&core, ann, Role::ADMINISTRATOR).await;
    refused(assigned, "administrator-only", Some("role"));
    let taken = it.remove_role(&core, ADMIN, Role::ADMINISTRATOR).await;
    refused(taken, "administrator-only", None);

    world.assign(ann, Role::ADMINISTRATOR).await;
    let center = RoleId(15);
    refused(it.edit_entity(&core, ann, None, renamed("x")).await, "administrator-only", None);
    refused(it.edit_entity(&core, ann, None, inactive()).await, "administrator-only", None);
    refused(it.delete_entity(&core, ann, None).await, "administrator-only", None);
    refused(it.assign_role(&core, ann, center).await, "administrator-only", None);
    refused(it.make_password_link(&core, ann).await, "administrator-only", None);
    refused(it.end_sessions(&core, ann).await, "administrator-only", None);
    refused(it.remove_two_factor(&core, ann).await, "administrator-only", None);
    let admin = world.admin();
    it.edit_entity(&admin, ann, None, renamed("x")).await.unwrap();
    it.delete_entity(&admin, ann, None).await.unwrap();
}

#[tokio::test]
async fn one_active_administrator_stays_whatever_is_done() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    world.assign(ann, Role::ADMINISTRATOR).await;
    it.edit_entity(&world.operator, ann, None, inactive()).await.unwrap();
    let by = &world.operator;
    refused(it.edit_entity(by, ADMIN, None, inactive()).await, "last-administrator", None);
    refused(it.delete_entity(by, ADMIN, None).await, "last-administrator", None);
    let removed = it.remove_role(by, ADMIN, Role::ADMINISTRATOR).await;
    refused(removed, "last-administrator", None);
    refused(it.delete_entity(&world.admin(), ADMIN, None).await, "oneself", None);
    it.delete_entity(&world.admin(), ann, None).await.unwrap();
}

#[tokio::test]
async fn two_who_edit_the_same_entity_the_second_is_told() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let seen = it.get_entity(&world.operator, ann).await.unwrap().entity.version;
    let next = it.edit_entity(&world.operator, ann, Some(seen), renamed("A")).await.unwrap();
    let second = it.edit_entity(&world.operator, ann, Some(seen), renamed("B")).await;
    refused(second, "changed-meanwhile", None);
    assert_eq!(it.get_entity(&world.operator, ann).await.unwrap().entity.name, "A");
    refused(
        it.delete_entity(&world.operator, ann, Some(Version(9))).await,
        "changed-meanwhile",
        None,
    );
    // A role counts: whoever has seen the roles has seen others.
    world.assign(ann, RoleId(15)).await;
    let stale = it.edit_entity(&world.operator, ann, Some(next), renamed("C")).await;
    refused(stale, "changed-meanwhile", None);
}

#[tokio::test]
async fn an_edit_is_in_the_trail_with_old_and_new_values_and_one_that_changes_nothing_is_not() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let changes = EntityChanges {
        email: Some(Email::parse("anne@example.com").unwrap()),
        kind: Some(EntityKind::Partner),
        active: Some(false),
        ..renamed("Anne")
    };
    let version = it.edit_entity(&world.operator, ann, None, changes.clone()).await.unwrap();
    let act = world.last_act().await;
    for word in ["entity-edited", "employee", "partner", "ann@example.com", "anne@example.com"] {
        assert!(act.contains(word), "{word} in {act}");
    }
    let again = it.edit_entity(&world.operator, ann, Some(version), changes).await.unwrap();
    assert_eq!(again, version);
    let taken = EntityChanges {
        email: Some(Email::parse("ADMIN@example.com").unwrap()),
        ..EntityChanges::default()
    };
    refused(it.edit_entity(&world.operator, ann, None, taken).await, "taken", Some("email"));
    refused(
        it.edit_entity(&world.operator, ann, None, renamed(" ")).await,
        "invalid-name",
        Some("name"),
    );
}

// Guide 45, 46, 47.
#[tokio::test]
async fn of_every_kind_a_role_that_is_removed_sleeps_and_wakes_when_it_is_given_back() {
    let world = World::found().await;
    let it = &world.authority;
    let role = world.role("Orders", LOG_IN).await;
    for kind in EntityKind::ALL {
        let entity = world.entity_of(kind, kind.as_str()).await;
        world.assign(entity, role).await;
        world.token(entity, role).await;
        let known = world.known();
        it.remove_role(&world.operator, entity, role).await.unwrap();
        let facts = world.learned_since(known);
        assert_eq!(facts.len(), 1, "of the token nothing changes");
        assert_eq!(logins(&facts)[0].login, Login::RoleRemoved);
        world.assign(entity, role).await;
        let facts = world.learned_since(known + 1);
        assert_eq!((facts.len(), logins(&facts)[0].login), (1, Login::Allowed));
    }
}

#[tokio::test]
async fn an_inactive_entity_and_a_hidden_role_are_learned_and_undone_alike() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, role) = (world.entity("ann").await, world.role("Orders", LOG_IN).await);
    world.assign(ann, role).await;
    let hide = |hidden: &[RoleId]| EntityChanges {
        hidden_roles: Some(hidden.iter().copied().collect()),
        ..EntityChanges::default()
    };
    let active = EntityChanges { active: Some(true), ..EntityChanges::default() };
    for (changes, expected) in [
        (hide(&[role]), vec![Login::RoleHidden]),
        (inactive(), vec![Login::EntityInactive]),
        (active, vec![Login::RoleHidden]),
        (hide(&[]), vec![Login::Allowed]),
        (renamed("x"), vec![]),
    ] {
        let known = world.known();
        it.edit_entity(&world.operator, ann, None, changes).await.unwrap();
        let learned = logins(&world.learned_since(known));
        assert_eq!(learned.iter().map(|fact| fact.login).collect::<Vec<_>>(), expected);
    }
    let foreign = it.edit_entity(&world.operator, ann, None, hide(&[RoleId(15)])).await;
    refused(foreign, "role-not-assigned", Some("role"));
}

#[tokio::test]
async fn people_hide_their_own_roles_but_not_the_one_they_act_in() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let (orders, stock) = (world.role("Orders", LOG_IN).await, world.role("Stock", LOG_IN).await);
    world.assign(ann, orders).await;
    world.assign(ann, stock).await;
    let by = world.acting(ann, orders);
    refused(
        it.hide_own_roles(&by, None, [orders].into()).await,
        "current-role",
        Some("hidden_roles"),
    );
    it.hide_own_roles(&by, None, [stock].into()).await.unwrap();
    let hidden = world.acting(ann, stock);
    refused(it.hide_own_roles(&hidden, None, [].into()).await, "not-logged-in", None);
    it.hide_own_roles(&by, None, [].into()).await.unwrap();
}

// Guide 48.
#[tokio::test]
async fn a_deleted_entity_takes_its_tokens_with_it() {
    let world = World::found().await;
    let it = &world.authority;
    let role = world.role("Orders", LOG_IN).await;
    for kind in EntityKind::ALL {
        let entity = world.entity_of(kind, kind.as_str()).await;
        world.assign(entity, role).await;
        let tokens = [world.token(entity, role).await, world.token(entity, role).await];
        world.log_in(kind.as_str()).await;
        it.make_password_link(&world.operator, entity).await.unwrap();
        let known = world.known();
        assert_eq!(it.delete_entity(&world.operator, entity, None).await, Ok(2));
        let facts = world.learned_since(known);
        assert_eq!(logins(&facts)[0].login, Login::RoleRemoved);
        for number in tokens {
            let gone =
                |fact: &Fact| matches!(fact, Fact::TokenGone { token, .. } if *token == number);
            assert!(facts.iter().any(gone));
            let revoked = it.revoke_token(&world.operator, number, None).await;
            refused(revoked, "not-found", None);
        }
        refused(it.get_entity(&world.operator, entity).await, "not-found", None);
        let act = world.last_act().await;
        assert!(act.contains("entity-deleted") && act.contains(kind.as_str()), "{act}");
    }
}

#[tokio::test]
async fn entities_are_listed_by_what_is_asked_for_and_part_by_part() {
    let world = World::found().await;
    let role = world.role("Orders", LOG_IN).await;
    for (kind, name) in [
        (EntityKind::Vendor, "bob"),
        (EntityKind::Partner, "100%_sure"),
        (EntityKind::Vendor, "Zoë"),
    ] {
        let entity = world.entity_of(kind, name).await;
        world.assign(entity, role).await;
    }
    world.authority.edit_entity(&world.operator, EntityId(2), None, inactive()).await.unwrap();
    let list = async |filter: EntityFilter, slice| {
        let part = world.authority.list_entities(&world.operator, &filter, slice).await.unwrap();
        (part.rows.iter().map(|it| it.id.0).collect::<Vec<_>>(), part.more)
    };
    let all = EntityFilter::default;
    let text = |text: &str| EntityFilter { text: Some(text.to_owned()), ..all() };
    let kind = Some(EntityKind::Vendor);
    for (filter, expected) in [
        (all(), vec![1, 2, 3, 4]),
        (EntityFilter { kind, ..all() }, vec![2, 4]),
        (EntityFilter { kind, active: Some(true), ..all() }, vec![4]),
        (EntityFilter { active: Some(false), ..all() }, vec![2]),
        (EntityFilter { role: Some(role), ..all() }, vec![2, 3, 4]),
        (EntityFilter { role: Some(RoleId(77)), ..all() }, vec![]),
        (text("BOB"), vec![2]),
        (text("0%_s"), vec![3]),
        (text("_"), vec![3]),
        (text("zoë"), vec![4]),
        (text("@EXAMPLE.com"), vec![1, 2, 3, 4]),
        (text("'; --"), vec![]),
    ] {
        assert_eq!(list(filter.clone(), ALL).await, (expected, false), "{filter:?}");
    }
    assert_eq!(list(all(), Slice { most: 3, ..ALL }).await, (vec![1, 2, 3], true));
    assert_eq!(list(all(), Slice { after: Some(3), ..ALL }).await, (vec![4], false));
    let newest = Slice { after: Some(4), most: 2, order: Order::NewestFirst };
    assert_eq!(list(all(), newest).await, (vec![3, 2], true));
}

#[tokio::test]
async fn a_new_password_link_works_alone_and_ends_sessions_when_it_is_used() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    world.assign(ann, RoleId(15)).await;
    let first = it.make_password_link(&world.operator, ann).await.unwrap();
    let second = it.make_password_link(&world.operator, ann).await.unwrap();
    refused(it.look_at_link(&first.secret).await, "link-spent", None);
    let session = world.log_in("ann").await;
    it.session(&session.secret, None).await.unwrap();
    it.set_password_by_link(&second.secret, password("another good one")).await.unwrap();
    refused(it.session(&session.secret, None).await, "session-ended", None);
    refused(it.log_in(world.typed("ann")).await.map(|_| ()), "log-in-failed", None);
}

#[tokio::test]
async fn the_last_administrator_is_not_hidden_away_and_no_token_hides_roles() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders) = (world.entity("ann").await, world.role("Orders", LOG_IN).await);
    world.assign(ADMIN, orders).await;
    let by = world.acting(ADMIN, orders);
    let hidden: std::collections::BTreeSet<_> = [Role::ADMINISTRATOR].into();
    let last = it.hide_own_roles(&by, None, hidden.clone()).await;
    assert_eq!(last.err(), Some(UseCaseFault::LastAdministrator(ADMIN.0)));
    world.assign(ann, Role::ADMINISTRATOR).await;
    let by_token =
        it.hide_own_roles(&world.signed(ADMIN, orders).await, None, hidden.clone()).await;
    assert_eq!(by_token.map_err(|fault| fault.code()), Err("not-with-token"));
    it.hide_own_roles(&by, None, hidden).await.unwrap();
}
