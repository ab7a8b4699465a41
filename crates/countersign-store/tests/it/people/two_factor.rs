use countersign_authority::{LogInFault, NewTwoFactor, RecoveryCodes, RoleChanges, SessionState};

use super::*;

/// The code that an app shows for the secret that was typed into it.
pub(super) fn code_at(shown: &NewTwoFactor, seconds: u64) -> Zeroizing<String> {
    Zeroizing::new(countersign_testkit::code_of_app(&shown.secret, seconds))
}

/// The administrator logs in and enrols; gives the app and the recovery codes.
pub(super) async fn enrolled(world: &World) -> (NewTwoFactor, RecoveryCodes) {
    let it = &world.authority;
    let logged_in = world.log_in("admin").await;
    let active = it.session(&logged_in.secret, None).await.unwrap();
    let app = it.begin_two_factor(&active.requester).await.unwrap();
    let code = code_at(&app, now(world));
    let current = Some(active.session.number);
    let codes = it.confirm_two_factor(&active.requester, current, &code).await.unwrap();
    let after = it.session(&logged_in.secret, None).await.unwrap();
    assert_eq!(after.state, SessionState::Open);
    world.clock.advance_seconds(30);
    (app, codes)
}

fn with_code(world: &World, code: &str) -> LogIn {
    LogIn { code: Some(secret(code)), ..world.typed("admin") }
}

#[tokio::test]
async fn a_role_that_demands_a_second_factor_is_good_for_nothing_but_enrolling_until_then() {
    let world = World::found().await;
    let it = &world.authority;
    let logged_in = world.log_in("admin").await;
    assert_eq!(logged_in.state, SessionState::TwoFactorToBeEnrolled);
    let active = it.session(&logged_in.secret, None).await.unwrap();
    assert_eq!(active.state, SessionState::TwoFactorToBeEnrolled);
    let by = &active.requester;
    let code = "two-factor-to-be-enrolled";
    refused(it.get_entity(by, ADMIN).await, code, None);
    refused(it.list_own_sessions(by).await, code, None);
    let new = NewRole { name: "x".into(), ..NewRole::default() };
    refused(it.create_role(by, new).await, code, None);
    enrolled(&world).await;
}

#[tokio::test]
async fn a_second_factor_is_demanded_by_flag_by_far_permissions_and_of_administrators() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, role) = (world.entity("ann").await, world.role("Orders", LOG_IN).await);
    world.assign(ann, role).await;
    let open = world.log_in("ann").await;
    let state = async || it.session(&open.secret, None).await.unwrap().state;
    assert_eq!(state().await, SessionState::Open);
    let flag = |on| RoleChanges { two_factor_required: Some(on), ..RoleChanges::default() };
    it.edit_role(&world.operator, role, None, flag(true)).await.unwrap();
    assert_eq!(state().await, SessionState::TwoFactorToBeEnrolled, "of older sessions, too");
    it.edit_role(&world.operator, role, None, flag(false)).await.unwrap();
    assert_eq!(state().await, SessionState::Open);
    for permission in Permission::ALL {
        let permissions = Some([(permission, Level::View)].into());
        let granting = RoleChanges { permissions, ..RoleChanges::default() };
        it.edit_role(&world.operator, role, None, granting).await.unwrap();
        let demands = Permission::DEMANDING_TWO_FACTORS.contains(&permission);
        assert_eq!(state().await == SessionState::TwoFactorToBeEnrolled, demands, "{permission:?}");
    }
    // A token works all the same.
    let asking = RoleChanges { permissions: Some(LOG_IN.into()), ..flag(true) };
    it.edit_role(&world.operator, role, None, asking).await.unwrap();
    let signed = world.signed(ann, role).await;
    it.get_account(&signed).await.unwrap();
}

#[tokio::test]
async fn who_has_a_second_factor_is_asked_for_it_and_each_code_counts_once() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, _) = enrolled(&world).await;
    let plain = it.log_in(world.typed("admin")).await.map(|_| ());
    refused(plain, "two-factor-needed", Some("code"));
    let code = code_at(&app, now(&world));
    let logged_in = it.log_in(with_code(&world, &code)).await.unwrap();
    assert!(logged_in.session.two_factor && logged_in.state == SessionState::Open);
    let again = it.log_in(with_code(&world, &code)).await.map(|_| ());
    refused(again, "log-in-failed", None);
    let before = code_at(&app, now(&world) - 30);
    refused(it.log_in(with_code(&world, &before)).await.map(|_| ()), "log-in-failed", None);
    world.clock.advance_seconds(30);
    let next = code_at(&app, now(&world));
    it.log_in(with_code(&world, &next)).await.unwrap();
}

#[tokio::test]
async fn wrong_codes_are_slowed_down_with_passwords() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, _) = enrolled(&world).await;
    for wrong in ["000000", "", "12345", "abcd-efgh", "000000"] {
        refused(it.log_in(with_code(&world, wrong)).await.map(|_| ()), "log-in-failed", None);
    }
    let code = code_at(&app, now(&world));
    refused(it.log_in(with_code(&world, &code)).await.map(|_| ()), "too-many-attempts", None);
}

#[tokio::test]
async fn a_recovery_code_stands_in_once_and_new_ones_replace_the_old() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, RecoveryCodes(codes)) = enrolled(&world).await;
    assert_eq!(codes.len(), 10);
    let logged_in = it.log_in(with_code(&world, &codes[0].to_uppercase())).await.unwrap();
    let again = it.log_in(with_code(&world, &codes[0])).await.map(|_| ());
    refused(again, "log-in-failed", None);

    let by = it.session(&logged_in.secret, None).await.unwrap().requester;
    refused(it.make_recovery_codes(&by, "000000").await.map(|_| ()), "wrong-code", Some("code"));
    let code = code_at(&app, now(&world));
    let RecoveryCodes(new) = it.make_recovery_codes(&by, &code).await.unwrap();
    assert!(world.last_act().await.contains("recovery-codes-made"));
    let old = it.log_in(with_code(&world, &codes[1])).await.map(|_| ());
    refused(old, "log-in-failed", None);
    it.log_in(with_code(&world, &new[1])).await.unwrap();
}

#[tokio::test]
async fn a_second_factor_counts_when_it_is_confirmed_and_is_shown_once() {
    let world = World::found().await;
    let it = &world.authority;
    let by = world.admin();
    refused(
        it.confirm_two_factor(&by, None, "000000").await.map(|_| ()),
        "nothing-to-confirm",
        None,
    );
    let first = it.begin_two_factor(&by).await.unwrap();
    assert!(first.uri.starts_with("otpauth://totp/Countersign:admin@example.com?secret="));
    assert!(first.uri.contains(&*first.secret));
    let second = it.begin_two_factor(&by).await.unwrap();
    assert_ne!(first.secret, second.secret);
    world.log_in("admin").await;
    let stale = code_at(&first, now(&world));
    refused(it.confirm_two_factor(&by, None, &stale).await.map(|_| ()), "wrong-code", Some("code"));
    let code = code_at(&second, now(&world));
    it.confirm_two_factor(&by, None, &code).await.unwrap();
    let act = world.last_act().await;
    assert!(act.contains("two-factor-enrolled") && !act.contains(&*second.secret), "{act}");
    refused(it.begin_two_factor(&by).await.map(|_| ()), "two-factor-enrolled", None);
    let signed = world.signed(ADMIN, Role::ADMINISTRATOR).await;
    refused(it.begin_two_factor(&signed).await.map(|_| ()), "not-with-token", None);
}

#[tokio::test]
async fn enrolling_ends_the_sessions_that_have_not_proven_it() {
    let world = World::found().await;
    let it = &world.authority;
    let other = world.log_in("admin").await;
    enrolled(&world).await;
    refused(it.session(&other.secret, None).await, "session-ended", None);
}

#[tokio::test]
async fn an_administrator_removes_a_lost_second_factor_but_not_the_own() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, _) = enrolled(&world).await;
    let code = code_at(&app, now(&world));
    let session = it.log_in(with_code(&world, &code)).await.unwrap();
    refused(it.remove_two_factor(&world.admin(), ADMIN).await, "oneself", None);
    it.remove_two_factor(&world.operator, ADMIN).await.unwrap();
    assert!(world.last_act().await.contains("two-factor-removed"));
    refused(it.session(&session.secret, None).await, "session-ended", None);
    let none = it.remove_two_factor(&world.operator, ADMIN).await;
    assert_eq!(none, Err(LogInFault::NoTwoFactor(1).into()));
    assert_eq!(world.log_in("admin").await.state, SessionState::TwoFactorToBeEnrolled);
    // The old app is nobody's.
    world.clock.advance_seconds(30);
    let by = world.admin();
    it.begin_two_factor(&by).await.unwrap();
    let old = code_at(&app, now(&world));
    refused(it.confirm_two_factor(&by, None, &old).await.map(|_| ()), "wrong-code", Some("code"));
}

#[tokio::test]
async fn proving_it_again_asks_for_the_second_factor() {
    let world = World::found().await;
    let it = &world.authority;
    let (app, _) = enrolled(&world).await;
    let code = code_at(&app, now(&world));
    let logged_in = it.log_in(with_code(&world, &code)).await.unwrap();
    world.clock.advance_seconds(60);
    let again = async |code: Option<&str>| {
        let code = code.map(secret);
        it.authenticate_again(&logged_in.secret, secret(PASSWORD), code, None).await
    };
    refused(again(None).await, "two-factor-needed", Some("code"));
    refused(again(Some("000000")).await, "wrong-code", Some("code"));
    let code = code_at(&app, now(&world));
    assert_eq!(again(Some(&code)).await.unwrap().authenticated, world.clock.now());
}
