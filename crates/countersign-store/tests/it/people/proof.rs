//! What a session is asked of besides its role: to hold at that moment, and, for what reaches far,
//! that somebody proved lately who they are.

use countersign_authority::{EntityChanges, LogInNote, NewEnvironment, NewOwnToken, RoleChanges};
use countersign_model::{
    AccountId, InstallationId, Overlap, PermissionName, SessionNumber, TokenLimits,
};

use super::two_factor::{code_at, enrolled};
use super::*;

/// The administrator, logged in a moment ago with a second factor.
async fn administrator(world: &World) -> (LoggedIn, Requester) {
    let (app, _) = enrolled(world).await;
    let code = Some(code_at(&app, now(world)));
    let logged_in = world.authority.log_in(LogIn { code, ..world.typed("admin") }).await.unwrap();
    let by = Requester::session(&logged_in.session, None);
    (logged_in, by)
}

fn code<T>(result: Result<T, UseCaseFault>) -> Option<&'static str> {
    result.err().map(|fault| fault.code())
}

#[tokio::test]
async fn a_session_that_ended_a_moment_ago_grants_nothing() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders) = (world.entity("ann").await, world.role("Orders", LOG_IN).await);
    let stock = world.role("Stock", LOG_IN).await;
    world.assign(ann, orders).await;
    world.assign(ann, stock).await;
    for step in 0..3 {
        let logged_in = world.log_in("ann").await;
        let by = Requester::session(&logged_in.session, None);
        it.get_account(&by).await.unwrap();
        match step {
            0 => it.log_out(&logged_in.secret).await.unwrap(),
            1 => {
                it.change_role(&logged_in.secret, stock).await.unwrap();
            }
            _ => world.clock.advance_seconds(30 * 60),
        }
        refused(it.get_account(&by).await, "session-ended", None);
        let hidden = it.hide_own_roles(&by, None, [stock].into()).await;
        refused(hidden, "session-ended", None);
        // Nor does another number, of a session that somebody else has.
        let actor = Actor::Entity {
            entity: ADMIN,
            by: countersign_model::Means::Session(orders, SessionNumber(1)),
        };
        refused(it.get_account(&Requester { actor, ..by }).await, "session-ended", None);
    }
}

/// One after the other what makes or shows a secret, deletes, or changes who may do what.
async fn what_reaches_far(
    world: &World,
    by: &Requester,
) -> Vec<(&'static str, Option<&'static str>)> {
    let it = &world.authority;
    let (one, ann) = (InstallationId(1), EntityId(2));
    let (far, near) = (RoleId(1000), RoleId(1001));
    let named = || NewIntegration::named("Second");
    let limits = TokenLimits::default();
    let new = NewToken { installation: one, entity: ann, role: near, name: None, limits };
    let limits = TokenLimits::default();
    let own = NewOwnToken { installation: one, name: None, limits };
    let hour = Overlap::seconds(3600).unwrap();
    let token = TokenNumber(1);
    let grant = || RoleChanges {
        permissions: Some([(Permission::CoreAdministration, Level::Full)].into()),
        ..RoleChanges::default()
    };
    let weaker = || RoleChanges { web_services_only: Some(true), ..RoleChanges::default() };
    let orders = || PermissionName::parse("orders").unwrap();
    let sandbox = AccountId::parse("1234567_SB1").unwrap();
    vec![
        ("create_integration", code(it.create_integration(by, named()).await)),
        ("create_token", code(it.create_token(by, new).await)),
        ("create_own_token", code(it.create_own_token(by, own).await)),
        ("rotate_token_secret", code(it.rotate_token_secret(by, token, None, 0).await)),
        ("reset_credentials", code(it.reset_credentials(by, one, None).await)),
        ("rotate_credentials", code(it.rotate_credentials(by, one, None, hour).await)),
        ("set_api_access", code(it.set_api_access(by, one, None, true).await)),
        ("make_password_link", code(it.make_password_link(by, ann).await)),
        ("assign_role far", code(it.assign_role(by, ann, far).await)),
        ("remove_role far", code(it.remove_role(by, ann, far).await)),
        ("edit_role far", code(it.edit_role(by, near, None, grant()).await)),
        ("edit_role weaker", code(it.edit_role(by, far, None, weaker()).await)),
        ("define_permission", code(it.define_permission(by, orders(), "").await)),
        ("remove_permission", code(it.remove_permission(by, &orders(), None).await)),
        ("create_environment", code(it.create_environment(by, NewEnvironment::default()).await)),
        ("refresh_environment", code(it.refresh_environment(by, &sandbox, None).await)),
        ("replace_former_tokens", code(it.replace_former_tokens(by, None).await)),
        ("remove_two_factor", code(it.remove_two_factor(by, ann).await)),
        ("make_recovery_codes", code(it.make_recovery_codes(by, "123456").await)),
        ("delete_integration", code(it.delete_integration(by, one, None).await)),
        ("delete_role", code(it.delete_role(by, far, None).await)),
        ("delete_entity", code(it.delete_entity(by, ann, None).await)),
    ]
}

#[tokio::test]
async fn what_reaches_far_is_asked_of_who_proved_lately_who_they_are() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let far = world.role("Far", [(Permission::AccessTokenManagement, Level::Full)]).await;
    let near = world.role("Near", LOG_IN).await;
    world.assign(ann, near).await;
    world.token(ann, near).await;
    assert_eq!((ann, far, near), (EntityId(2), RoleId(1000), RoleId(1001)));
    let (_, by) = administrator(&world).await;
    world.clock.advance_seconds(300);
    for (what, code) in what_reaches_far(&world, &by).await {
        assert_eq!(code, Some("authentication-too-old"), "{what}");
    }
    // The rest goes on, and so does what stops harm.
    let off = EntityChanges { active: Some(false), ..EntityChanges::default() };
    it.edit_entity(&by, ann, None, off).await.unwrap();
    it.revoke_token(&by, TokenNumber(1), None).await.unwrap();
    it.end_sessions(&by, ann).await.unwrap();
    world.assign(ann, near).await;
    let fault = it.delete_entity(&by, ann, None).await.unwrap_err().to_string();
    assert!(fault.contains("type your password"), "{fault}");
}

#[tokio::test]
async fn who_has_just_proven_it_may() {
    let world = World::found().await;
    let ann = world.entity("ann").await;
    world.role("Far", [(Permission::AccessTokenManagement, Level::Full)]).await;
    let near = world.role("Near", LOG_IN).await;
    world.assign(ann, near).await;
    world.token(ann, near).await;
    let (_, by) = administrator(&world).await;
    world.clock.advance_seconds(299);
    let refused: Vec<_> = what_reaches_far(&world, &by)
        .await
        .into_iter()
        .filter_map(|(what, code)| Some((what, code?)))
        .collect();
    let rules = [
        // There is none to remove, and the code is wrong.
        ("remove_two_factor", "no-two-factor"),
        ("make_recovery_codes", "wrong-code"),
    ];
    assert_eq!(refused, rules);
}

#[tokio::test]
async fn a_stolen_session_enrols_no_second_factor_of_its_own() {
    let world = World::found().await;
    let it = &world.authority;
    let logged_in = world.log_in("admin").await;
    let by = it.session(&logged_in.secret, None).await.unwrap().requester;
    world.clock.advance_seconds(300);
    refused(it.begin_two_factor(&by).await, "authentication-too-old", None);
    it.authenticate_again(&logged_in.secret, secret(PASSWORD), None, None).await.unwrap();
    it.begin_two_factor(&by).await.unwrap();
}

#[tokio::test]
async fn a_role_that_reaches_far_ends_the_ways_in_that_were_made_before() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let near = world.role("Near", LOG_IN).await;
    let far = world.role("Far", [(Permission::CoreAdministration, Level::View)]).await;
    world.assign(ann, near).await;
    for role in [far, Role::ADMINISTRATOR] {
        let link = it.make_password_link(&world.operator, ann).await.unwrap();
        let before = world.log_in("ann").await;
        let other = world.role(&format!("Other {role}"), LOG_IN).await;
        world.assign(ann, other).await;
        it.look_at_link(&link.secret).await.unwrap();
        it.session(&before.secret, None).await.unwrap();
        world.assign(ann, role).await;
        refused(it.look_at_link(&link.secret).await, "link-spent", None);
        refused(it.session(&before.secret, None).await, "session-ended", None);
        // Giving it again changes nothing.
        let link = it.make_password_link(&world.operator, ann).await.unwrap();
        world.assign(ann, role).await;
        it.look_at_link(&link.secret).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_gives_themselves_a_role_stays_logged_in_here_and_nowhere_else() {
    let world = World::found().await;
    let it = &world.authority;
    let far = world.role("Far", [(Permission::IntegrationApplication, Level::View)]).await;
    let (here, by) = administrator(&world).await;
    it.assign_role(&by, ADMIN, far).await.unwrap();
    it.session(&here.secret, None).await.unwrap();
    assert_eq!(it.list_own_sessions(&by).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_own_password_and_a_code_for_new_recovery_codes_forget_no_guesses() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, _) = enrolled(&world).await;
    let fresh = || code_at(&app, now(&world));
    let logged_in = it.log_in(LogIn { code: Some(fresh()), ..world.typed("admin") }).await.unwrap();
    let by = Requester::session(&logged_in.session, None);
    let current = by.session_number();
    let mut passwords = [PASSWORD, "a much better one", "an even better one"].into_iter();
    let mut old = passwords.next().unwrap();
    let guess = async |old: &str| {
        let wrong = Some(secret("000000"));
        it.authenticate_again(&logged_in.secret, secret(old), wrong, None).await.map(|_| ())
    };
    for new in passwords {
        refused(guess(old).await, "wrong-code", Some("code"));
        refused(guess(old).await, "wrong-code", Some("code"));
        it.change_own_password(&by, current, secret(old), password(new)).await.unwrap();
        old = new;
    }
    world.clock.advance_seconds(30);
    it.make_recovery_codes(&by, &fresh()).await.unwrap();
    refused(guess(old).await, "wrong-code", Some("code"));
    refused(guess(old).await, "too-many-attempts", None);
}

#[tokio::test]
async fn tokens_see_and_end_no_sessions() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders) = (world.entity("ann").await, world.role("Orders", LOG_IN).await);
    world.assign(ann, orders).await;
    let session = world.log_in("ann").await.session;
    let signed = world.signed(ann, orders).await;
    refused(it.list_own_sessions(&signed).await, "not-with-token", None);
    refused(it.end_own_session(&signed, session.number).await, "not-with-token", None);
}

#[tokio::test]
async fn the_login_trail_is_told_more_than_who_tried() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, gone) = (world.entity("ann").await, world.entity("gone").await);
    let orders = world.role("Orders", LOG_IN).await;
    world.assign(ann, orders).await;
    let off = EntityChanges { active: Some(false), ..EntityChanges::default() };
    it.edit_entity(&world.operator, gone, None, off).await.unwrap();
    let (app, _) = enrolled(&world).await;
    let note = async |typed: LogIn| {
        let (LogInNote { entity, role, why }, _) = it.log_in_noted(typed).await;
        (entity, role, why)
    };
    let wrong = |name| LogIn { password: secret("wrong horse battery"), ..world.typed(name) };
    let coded = |code| LogIn { code: Some(code), ..world.typed("admin") };
    assert_eq!(note(world.typed("ann")).await, (Some(ann), Some(orders), None));
    assert_eq!(note(wrong("ann")).await, (Some(ann), None, Some("wrong-password")));
    assert_eq!(note(wrong("nobody")).await, (None, None, Some("unknown-user")));
    assert_eq!(note(world.typed("gone")).await, (Some(gone), None, Some("entity-inactive")));
    let needed = Some("two-factor-needed");
    assert_eq!(note(world.typed("admin")).await, (Some(ADMIN), None, needed));
    let wrong_code = note(coded(secret("000000"))).await;
    assert_eq!(wrong_code, (Some(ADMIN), None, Some("wrong-code")));
    let right = note(coded(code_at(&app, now(&world)))).await;
    assert_eq!(right, (Some(ADMIN), Some(Role::ADMINISTRATOR), None));
    for _ in 0..5 {
        note(wrong("ann")).await;
    }
    let throttled = note(world.typed("ann")).await;
    assert_eq!(throttled, (Some(ann), None, Some("too-many-attempts")));
}

#[tokio::test]
async fn a_role_that_comes_to_reach_far_ends_the_links_of_its_holders() {
    let world = World::found().await;
    let it = &world.authority;
    let ann = world.entity("ann").await;
    let role = world.role("Orders", LOG_IN).await;
    world.assign(ann, role).await;
    let link = it.make_password_link(&world.operator, ann).await.unwrap();
    let named = RoleChanges { name: Some("Sales".to_owned()), ..RoleChanges::default() };
    it.edit_role(&world.operator, role, None, named).await.unwrap();
    it.look_at_link(&link.secret).await.unwrap();
    let permissions = Some([(Permission::AccessTokenManagement, Level::Full)].into());
    let far = RoleChanges { permissions, ..RoleChanges::default() };
    it.edit_role(&world.operator, role, None, far).await.unwrap();
    refused(it.look_at_link(&link.secret).await, "link-spent", None);
}

#[tokio::test]
async fn a_sandbox_is_no_second_chance_to_guess() {
    let world = World::found().await;
    let it = &world.authority;
    let made = it.create_environment(&world.operator, NewEnvironment::default()).await.unwrap();
    let wrong =
        |account| LogIn { account, password: secret("a wrong one"), ..world.typed("admin") };
    for _ in 0..5 {
        refused(it.log_in(wrong(made.account.number)).await, "log-in-failed", None);
    }
    let fault = it.log_in(world.typed("admin")).await.err().unwrap();
    assert_eq!(fault.code(), "too-many-attempts");
}
