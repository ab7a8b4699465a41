use countersign_authority::{EntityChanges, RoleChanges, SessionState};
use countersign_model::Session;

use super::*;

/// Somebody with two roles that demand no second factor.
async fn ann(world: &World) -> (EntityId, RoleId, RoleId) {
    let ann = world.entity("ann").await;
    let orders = world.role("Orders", LOG_IN).await;
    let stock = world.role("Stock", LOG_IN).await;
    world.assign(ann, orders).await;
    world.assign(ann, stock).await;
    (ann, orders, stock)
}

#[tokio::test]
async fn who_logs_in_gets_a_session_in_one_role_whose_secret_is_not_kept() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders, stock) = ann(&world).await;
    world.assign(ann, RoleId(15)).await;
    let logged_in = world.log_in("ann").await;
    assert!(logged_in.secret.starts_with("session_") && logged_in.secret.len() == 8 + 64);
    assert_eq!((logged_in.session.entity, logged_in.session.role), (ann, orders), "no center");
    assert_eq!(logged_in.state, SessionState::Open);
    let active = it.session(&logged_in.secret, None).await.unwrap();
    assert_eq!(active.requester, Requester::session(&logged_in.session, None));
    assert_eq!(active.session.authenticated, world.clock.now());

    let typed = LogIn { role: Some(stock), ..world.typed("ann") };
    let other = it.log_in(typed).await.unwrap();
    assert_eq!(other.session.role, stock);
    assert_ne!(other.secret, logged_in.secret);
    let files =
        ["record.db", "record.db-wal"].map(|file| std::fs::read(world.dir.path().join(file)));
    for bytes in files.into_iter().flatten() {
        let secret = logged_in.secret.as_bytes();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    for wrong in ["", "session_", "setup_00", &logged_in.secret[..71]] {
        refused(it.session(wrong, None).await, "session-ended", None);
    }
}

#[tokio::test]
async fn of_a_wrong_password_and_an_unknown_or_inactive_user_the_answer_is_the_same() {
    let world = World::found().await;
    let it = &world.authority;
    ann(&world).await;
    let gone = world.entity("gone").await;
    world.assign(gone, RoleId(15)).await;
    let off = EntityChanges { active: Some(false), ..EntityChanges::default() };
    it.edit_entity(&world.operator, gone, None, off).await.unwrap();
    let mut answers = Vec::new();
    for (who, typed) in [
        ("ann", "wrong horse battery"),
        ("ann", "short"),
        ("ann", &"x".repeat(100_000)),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
    ] {
        let typed = LogIn { password: secret(typed), ..world.typed(who) };
        answers.push(it.log_in(typed).await.map(|_| ()).unwrap_err().to_string());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_role_that_can_not_be_used_on_pages_is_not_logged_in_with() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders, stock) = ann(&world).await;
    let by = &world.operator;
    let in_role = async |role| {
        it.log_in(LogIn { role, ..world.typed("ann") })
            .await
            .map(|logged_in| logged_in.session.role)
    };
    let services = RoleChanges { web_services_only: Some(true), ..RoleChanges::default() };
    it.edit_role(by, orders, None, services).await.unwrap();
    refused(in_role(Some(orders)).await, "role-not-available", Some("role"));
    refused(in_role(Some(RoleId(15))).await, "role-not-available", Some("role"));
    assert_eq!(in_role(None).await, Ok(stock));
    let hide = EntityChanges { hidden_roles: Some([stock].into()), ..EntityChanges::default() };
    it.edit_entity(by, ann, None, hide).await.unwrap();
    refused(in_role(Some(stock)).await, "role-not-available", Some("role"));
    refused(in_role(None).await, "no-role", None);
    world.assign(ann, RoleId(15)).await;
    assert_eq!(in_role(None).await, Ok(RoleId(15)));
}

#[tokio::test]
async fn a_session_ends_by_time_used_or_not() {
    let world = World::found().await;
    let it = &world.authority;
    ann(&world).await;
    let logged_in = world.log_in("ann").await;
    for _ in 0..24 {
        world.clock.advance_seconds(1_799);
        it.session(&logged_in.secret, None).await.unwrap();
    }
    world.clock.advance_seconds(24);
    refused(it.session(&logged_in.secret, None).await, "session-ended", None);
    let logged_in = world.log_in("ann").await;
    world.clock.advance_seconds(1_800);
    refused(it.session(&logged_in.secret, None).await, "session-ended", None);
}

#[tokio::test]
async fn what_a_session_hangs_on_ends_it() {
    let world = World::found().await;
    let it = &world.authority;
    let (ann, orders, stock) = ann(&world).await;
    let by = &world.operator;
    let active = |active| EntityChanges { active: Some(active), ..EntityChanges::default() };
    for step in 0..6 {
        let logged_in = world.log_in("ann").await;
        it.session(&logged_in.secret, None).await.unwrap();
        match step {
            0 => {
                it.edit_entity(by, ann, None, active(false)).await.unwrap();
                it.edit_entity(by, ann, None, active(true)).await.unwrap();
            }
            1 => {
                it.remove_role(by, ann, orders).await.unwrap();
                world.assign(ann, orders).await;
            }
            2 => {
                let off = RoleChanges { active: Some(false), ..RoleChanges::default() };
                it.edit_role(by, orders, None, off).await.unwrap();
            }
            3 => {
                let hidden_roles = Some([stock].into());
                let hide = EntityChanges { hidden_roles, ..EntityChanges::default() };
                it.edit_entity(by, ann, None, hide).await.unwrap();
                let hide =
                    EntityChanges { hidden_roles: Some([].into()), ..EntityChanges::default() };
                it.edit_entity(by, ann, None, hide).await.unwrap();
            }
            4 => {
                let ended = it.end_sessions(by, ann).await.unwrap();
                assert!(ended > 0);
                assert!(world.last_act().await.contains("sessions-ended"));
            }
            _ => it.log_out(&logged_in.secret).await.unwrap(),
        }
        refused(it.session(&logged_in.secret, None).await, "session-ended", None);
    }
    it.log_out("session_").await.unwrap();
}

#[tokio::test]
async fn another_role_is_another_secret_for_the_same_session() {
    let world = World::found().await;
    let it = &world.authority;
    let (_, orders, stock) = ann(&world).await;
    let first = world.log_in("ann").await;
    world.clock.advance_seconds(100);
    let second = it.change_role(&first.secret, stock).await.unwrap();
    refused(it.session(&first.secret, None).await, "session-ended", None);
    let now = it.session(&second.secret, None).await.unwrap();
    assert_eq!((now.session.number, now.session.role), (first.session.number, stock));
    assert_eq!(now.session.started, first.session.started, "it doesn't last longer for that");
    assert_eq!(now.session.authenticated, first.session.authenticated);
    let foreign = it.change_role(&second.secret, RoleId(15)).await.map(|_| ());
    refused(foreign, "role-not-available", Some("role"));
    refused(it.change_role(&first.secret, orders).await.map(|_| ()), "session-ended", None);
}

#[tokio::test]
async fn people_see_and_end_their_own_sessions_and_have_twenty_at_most() {
    let world = World::found().await;
    let it = &world.authority;
    let (entity, orders, _) = ann(&world).await;
    let by = world.acting(entity, orders);
    let mut secrets = Vec::new();
    for _ in 0..=Session::MOST {
        secrets.push(world.log_in("ann").await.secret);
    }
    refused(it.session(&secrets[0], None).await, "session-ended", None);
    let sessions = it.list_own_sessions(&by).await.unwrap();
    assert_eq!(sessions.len(), Session::MOST);
    assert_eq!(sessions[0].ends, world.clock.now().plus_seconds(Session::IDLE_SECONDS));
    it.end_own_session(&by, sessions[0].session.number).await.unwrap();
    refused(it.session(&secrets[1], None).await, "session-ended", None);
    let again = it.end_own_session(&by, sessions[0].session.number).await;
    refused(again, "not-found", None);
    let bob = world.entity("bob").await;
    world.assign(bob, orders).await;
    let bobs = world.acting(bob, orders);
    assert!(it.list_own_sessions(&bobs).await.unwrap().is_empty());
    refused(it.end_own_session(&bobs, sessions[1].session.number).await, "not-found", None);
}

#[tokio::test]
async fn guessing_is_slowed_down_per_user_known_or_not_and_the_answer_says_until_when() {
    let world = World::found().await;
    let it = &world.authority;
    ann(&world).await;
    for who in ["ann", "nobody"] {
        let wrong = || LogIn { password: secret("wrong horse battery"), ..world.typed(who) };
        for _ in 0..5 {
            refused(it.log_in(wrong()).await.map(|_| ()), "log-in-failed", None);
        }
        let locked = it.log_in(world.typed(who)).await.map(|_| ());
        let until = world.clock.now().plus_seconds(30).to_string();
        assert!(locked.as_ref().unwrap_err().to_string().contains(&until));
        refused(locked, "too-many-attempts", None);
    }
    world.clock.advance_seconds(30);
    world.log_in("ann").await;
}

#[tokio::test]
async fn an_own_password_is_changed_for_the_old_one_and_ends_the_other_sessions() {
    let world = World::found().await;
    let it = &world.authority;
    let (entity, orders, _) = ann(&world).await;
    let (here, there) = (world.log_in("ann").await, world.log_in("ann").await);
    let by = it.session(&here.secret, None).await.unwrap().requester;
    let new = || password("a much better one");
    let current = Some(here.session.number);
    let wrong = it.change_own_password(&by, current, secret("wrong horse battery"), new()).await;
    refused(wrong, "wrong-password", Some("password"));
    it.change_own_password(&by, current, secret(PASSWORD), new()).await.unwrap();
    it.session(&here.secret, None).await.unwrap();
    refused(it.session(&there.secret, None).await, "session-ended", None);
    refused(it.log_in(world.typed("ann")).await.map(|_| ()), "log-in-failed", None);
    let typed = LogIn { password: secret("a much better one"), ..world.typed("ann") };
    it.log_in(typed).await.unwrap();

    let signed = world.signed(entity, orders).await;
    let by_token = it.change_own_password(&signed, None, secret(PASSWORD), new()).await;
    refused(by_token, "not-with-token", None);
}

#[tokio::test]
async fn who_it_is_is_proven_again_before_what_asks_for_it() {
    let world = World::found().await;
    let it = &world.authority;
    ann(&world).await;
    let logged_in = world.log_in("ann").await;
    world.clock.advance_seconds(600);
    let again = async |typed: &str| {
        it.authenticate_again(&logged_in.secret, secret(typed), None, None).await
    };
    refused(again("wrong horse battery").await, "wrong-password", Some("password"));
    let before = it.session(&logged_in.secret, None).await.unwrap().session.authenticated;
    assert_eq!(before, logged_in.session.authenticated);
    assert_eq!(again(PASSWORD).await.unwrap().authenticated, world.clock.now());
    let now = it.session(&logged_in.secret, None).await.unwrap().session.authenticated;
    assert_eq!(now, world.clock.now());
}
