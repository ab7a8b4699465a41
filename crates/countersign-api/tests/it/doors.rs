//! Who asks: by which door a request came in decides it, and nothing in the request.

use countersign_api::BASE;

use crate::world::{OPERATOR, World};

#[tokio::test(flavor = "multi_thread")]
async fn without_a_door_nothing_but_the_description_is_answered() {
    let world = World::furnished().await;
    for (method, path) in [
        ("GET", ""),
        ("GET", "tokens/1"),
        ("GET", "tokens/99"),
        ("GET", "events"),
        ("POST", "tokens/1/revoke"),
        ("PUT", "entities/2/roles/1000"),
    ] {
        let answer = world.ask(None, method, path, &[("if-match", "*")], "").await;
        assert_eq!(answer.problem(), (401, "unauthenticated".into(), String::new()), "{path}");
        assert_eq!(answer.header("www-authenticate"), "OAuth");
    }
    let unknown = world.send(None, "GET", &format!("{BASE}/accounts/1/"), &[], "").await;
    assert_eq!(unknown.status, 404);
    let description = world.send(None, "GET", &format!("{BASE}/openapi.json"), &[], "").await;
    assert_eq!((description.status, description.header("content-type")), (200, "application/json"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_its_own_account_and_learns_nothing_of_others() {
    let world = World::furnished().await;
    world.allow_api().await;
    let token = || Some(world.token("1234567", 2, 1000));
    let get = async |path: String| world.send(token(), "GET", &path, &[], "").await;
    assert_eq!(get(format!("{BASE}/accounts/1234567")).await.status, 200);
    let other = get(format!("{BASE}/accounts/7654321")).await;
    let nowhere = get(format!("{BASE}/accounts/1111111")).await;
    assert_eq!(other.problem(), (404, "no-such-account".into(), String::new()));
    assert_eq!(other.text, nowhere.text);
    let listed = get(format!("{BASE}/accounts")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    let all = world.send(Some(OPERATOR), "GET", &format!("{BASE}/accounts"), &[], "").await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_of_a_token_decides_and_the_refusal_names_the_permission() {
    let world = World::furnished().await;
    let token = || Some(world.token("1234567", 2, 1000));
    let refused = world.ask(token(), "GET", "", &[], "").await;
    assert_eq!(refused.problem(), (403, "api-access-off".into(), String::new()));
    world.allow_api().await;
    assert_eq!(world.ask(token(), "GET", "", &[], "").await.status, 200);
    let refused = world.ask(token(), "GET", "tokens/1", &[], "").await;
    assert_eq!(refused.problem(), (403, "permission-missing".into(), String::new()));
    assert!(refused.text.contains("access-token-management"), "{refused:?}");
    let refused = world.ask(token(), "GET", "entities/2", &[], "").await;
    assert_eq!(refused.problem().1, "permission-missing");
    let keys = format!("{BASE}/assertion-keys");
    let refused = world.send(token(), "POST", &keys, &[], r#"{"take_over":"alone"}"#).await;
    assert_eq!(refused.problem().1, "operator-only");
    // Taken away a moment ago, it grants nothing.
    assert_eq!(world.operator("DELETE", "entities/2/roles/1000", "").await.status, 204);
    let refused = world.ask(token(), "GET", "", &[], "").await;
    assert_eq!(refused.problem(), (401, "not-logged-in".into(), String::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_may_act_for_an_entity_and_is_then_bound_by_its_role() {
    let world = World::furnished().await;
    let acting = [("countersign-act-as-entity", "2"), ("countersign-act-as-role", "1000")];
    let refused = world.ask(Some(OPERATOR), "GET", "tokens/1", &acting, "").await;
    assert_eq!(refused.problem().1, "permission-missing");
    let administrator = [("countersign-act-as-entity", "1"), ("countersign-act-as-role", "3")];
    let body = r#"{"name":"As Administrator","permissions":{}}"#;
    let made = world.ask(Some(OPERATOR), "POST", "roles", &administrator, body).await;
    assert_eq!(made.status, 201);
    let trail = world.operator("GET", "events?limit=1", "").await.json();
    let by =
        serde_json::json!({ "means": "local-user", "entity": 1, "role": 3, "local_user": 1000 });
    assert_eq!(trail["items"][0]["by"], by);

    let half = world.ask(Some(OPERATOR), "GET", "tokens/1", &acting[..1], "").await;
    assert_eq!(half.problem().1, "invalid-header");
    let token = Some(world.token("1234567", 2, 1000));
    let usurper = world.ask(token, "GET", "tokens/1", &administrator, "").await;
    assert_eq!(usurper.problem(), (403, "operator-only".into(), String::new()));
}
