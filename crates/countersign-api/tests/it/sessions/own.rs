//! The own login: roles, password, second factor, sessions, and the proof that is asked for again.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn another_role_is_another_secret_and_the_old_one_is_dead() {
    let world = World::furnished().await;
    let mut person = ann(&world).await;
    let role = r#"{"name":"Stock","permissions":{"user-access-tokens":"full"}}"#;
    assert_eq!(world.operator("POST", "roles", role).await.json()["role"], 1001);
    assert_eq!(world.change("PUT", "entities/3/roles/1001", "").await.status, 200);
    let before = person.cookie.clone();
    let shown = person.does("POST", "session/role", json!({ "role": 1001 })).await.json();
    assert_eq!(shown["role"], 1001);
    assert_ne!(person.cookie, before);
    person.does("GET", "session", Value::Null).await;
    let mut old = Person { world: &world, cookie: before };
    assert_eq!(old.refused("GET", "session", Value::Null).await.1, "session-ended");
    let foreign = person.refused("POST", "session/role", json!({ "role": 3 })).await;
    assert_eq!(foreign, problem(409, "role-not-available", "role"));

    let hidden = person.does("PUT", "session/hidden-roles", json!({ "roles": [1000] })).await;
    let roles = json!([
        { "role": 1000, "name": "Orders", "hidden": true, "usable": false },
        { "role": 1001, "name": "Stock", "hidden": false, "usable": true },
    ]);
    assert_eq!(hidden.json()["roles"], roles);
    let current = person.refused("PUT", "session/hidden-roles", json!({ "roles": [1001] })).await;
    assert_eq!(current.1, "current-role");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_password_ends_the_other_sessions_and_people_end_them_one_by_one() {
    let world = World::furnished().await;
    let mut here = ann(&world).await;
    let mut there = Person::stranger(&world);
    there.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
    let sessions = here.get("sessions").await.json();
    let current: Vec<_> =
        sessions["items"].as_array().unwrap().iter().map(|it| it["current"].clone()).collect();
    assert_eq!(current, [json!(true), json!(false)]);
    let other = sessions["items"][1]["session"].as_u64().unwrap();
    here.does("DELETE", &format!("sessions/{other}"), Value::Null).await;
    assert_eq!(there.refused("GET", "session", Value::Null).await.1, "session-ended");
    let gone = here.refused("DELETE", &format!("sessions/{other}"), Value::Null).await;
    assert_eq!(gone, problem(404, "not-found", ""));

    there.does("POST", "session", typed("bea@example.com", PASSWORD)).await;
    let new = "a much better one";
    for (old, new, expected) in [
        ("wrong horse battery", new, problem(422, "wrong-password", "password")),
        (PASSWORD, "short", problem(422, "invalid-password", "new")),
    ] {
        let body = json!({ "old": old, "new": new });
        assert_eq!(here.refused("PUT", "session/password", body).await, expected);
    }
    here.does("PUT", "session/password", json!({ "old": PASSWORD, "new": new })).await;
    here.does("GET", "session", Value::Null).await;
    assert_eq!(there.refused("GET", "session", Value::Null).await.1, "session-ended");
    let old = there.refused("POST", "session", typed("bea@example.com", PASSWORD)).await;
    assert_eq!(old.1, "log-in-failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_far_asks_for_the_password_again_after_five_minutes() {
    let world = World::furnished().await;
    let (mut person, secret) = administrator(&world).await;
    let integrations = "accounts/1234567/integrations";
    person.does("POST", integrations, json!({ "name": "Second" })).await;
    world.clock.advance_seconds(300);
    let too_old = problem(403, "authentication-too-old", "");
    for (method, path, body) in [
        ("POST", integrations, json!({ "name": "Third" })),
        ("POST", "accounts/1234567/integrations/1/reset-credentials", Value::Null),
        ("DELETE", "accounts/1234567/integrations/2", Value::Null),
        ("DELETE", "accounts/1234567/entities/2", Value::Null),
        ("PUT", "accounts/1234567/entities/2/roles/3", Value::Null),
        ("POST", "session/recovery-codes", json!({ "code": code(&world, &secret) })),
    ] {
        assert_eq!(person.refused(method, path, body).await, too_old, "{method} {path}");
    }
    person.does("GET", integrations, Value::Null).await;
    person.does("POST", "accounts/1234567/tokens/1/revoke", Value::Null).await;

    let again = async |person: &mut Person<'_>, password: &str, code: Option<String>| {
        let body = json!({ "password": password, "code": code });
        let answer = person.ask("POST", "session/authentication", body).await;
        if answer.status == 200 { problem(200, "", "") } else { answer.problem() }
    };
    let wrong = again(&mut person, "wrong horse battery", None).await;
    assert_eq!(wrong, problem(422, "wrong-password", "password"));
    assert_eq!(world.told.last(), (Some(1), Some("wrong-password")));
    let needed = again(&mut person, PASSWORD, None).await;
    assert_eq!(needed, problem(401, "two-factor-needed", "code"));
    let wrong = again(&mut person, PASSWORD, Some("000000".into())).await;
    assert_eq!(wrong, problem(422, "wrong-code", "code"));
    let right = again(&mut person, PASSWORD, Some(code(&world, &secret))).await;
    assert_eq!(right.0, 200);
    assert_eq!(world.told.last(), (Some(1), None));
    person.does("POST", integrations, json!({ "name": "Third" })).await;
    person.does("DELETE", "accounts/1234567/integrations/2", Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_enrolled_before_anything_else_and_asked_for_from_then_on() {
    let world = World::furnished().await;
    let link = json!({ "link": world.link, "password": PASSWORD });
    let mut person = Person::stranger(&world);
    person.does("POST", "password-link", link).await;
    person.does("POST", "session", typed("admin@example.com", PASSWORD)).await;
    let enrol = problem(403, "two-factor-to-be-enrolled", "");
    for (method, path, body) in [
        ("GET", "accounts/1234567/entities", Value::Null),
        ("GET", "sessions", Value::Null),
        ("POST", "accounts/1234567/integrations", json!({ "name": "x" })),
        ("POST", "session/recovery-codes", json!({ "code": "123456" })),
    ] {
        assert_eq!(person.refused(method, path, body).await, enrol, "{method} {path}");
    }
    let confirm = "session/two-factor/confirmation";
    let nothing = person.refused("POST", confirm, json!({ "code": "123456" })).await;
    assert_eq!(nothing, problem(409, "nothing-to-confirm", ""));
    let app = person.does("POST", "session/two-factor", Value::Null).await.json();
    let secret = app["secret"].as_str().unwrap().to_owned();
    let wrong = person.refused("POST", confirm, json!({ "code": "000000" })).await;
    assert_eq!(wrong, problem(422, "wrong-code", "code"));
    let right = json!({ "code": code(&world, &secret) });
    let codes = person.does("POST", confirm, right).await.json();
    let twice = person.refused("POST", "session/two-factor", Value::Null).await;
    assert_eq!(twice, problem(409, "two-factor-enrolled", ""));

    let mut later = Person::stranger(&world);
    let plain = later.refused("POST", "session", typed("admin@example.com", PASSWORD)).await;
    assert_eq!(plain, problem(401, "two-factor-needed", "code"));
    let mut with_code = typed("admin@example.com", PASSWORD);
    with_code["code"] = codes["recovery_codes"][0].clone();
    let shown = later.does("POST", "session", with_code.clone()).await.json();
    assert_eq!((&shown["state"], &shown["recovery_codes"]), (&json!("open"), &json!(9)));
    assert_eq!(later.refused("POST", "session", with_code).await.1, "log-in-failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_link_does_not_use_it_up_and_setting_a_password_does() {
    let world = World::furnished().await;
    let mut person = Person::stranger(&world);
    let path = format!("password-link?link={}", world.link);
    for _ in 0..2 {
        assert_eq!(person.get(&path).await.json(), json!({ "email": "admin@example.com" }));
    }
    let set = |password: &str| json!({ "link": world.link, "password": password });
    let short = person.refused("POST", "password-link", set("short")).await;
    assert_eq!(short, problem(422, "invalid-password", "password"));
    person.does("POST", "password-link", set(PASSWORD)).await;
    let spent = problem(410, "link-spent", "");
    assert_eq!(person.refused("POST", "password-link", set(PASSWORD)).await, spent);
    assert_eq!(person.refused("GET", &path, Value::Null).await, spent);
    assert_eq!(person.refused("GET", "password-link?link=x", Value::Null).await, spent);
    let odd = person.refused("GET", "password-link", Value::Null).await;
    assert_eq!(odd, problem(400, "invalid-query", "link"));
}
