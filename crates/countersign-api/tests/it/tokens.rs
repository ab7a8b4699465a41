//! Tokens: listed, edited, and made by who uses them.

use serde_json::{Value, json};

use crate::world::{Answer, OPERATOR, World};

fn numbers(answer: &Answer) -> Vec<u64> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|row| row["token"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_listed_by_all_criteria_that_are_given() {
    let world = World::furnished().await;
    let other = r#"{"integration":1,"entity":2,"role":1000,"name":"Nightly"}"#;
    for _ in 0..2 {
        assert_eq!(world.operator("POST", "tokens", other).await.status, 201);
    }
    world.change("POST", "tokens/2/revoke", "").await;
    world.change("PATCH", "tokens/3", r#"{"inactive":true}"#).await;
    for (query, expected) in [
        ("", &[1, 2, 3][..]),
        ("revoked=true", &[2]),
        ("revoked=false", &[1, 3]),
        ("inactive=true", &[3]),
        ("inactive=false", &[1]),
        ("name=NIGHT", &[2, 3]),
        ("name=night&revoked=false", &[3]),
        ("integration=1&entity=2&role=1000&revoked=true", &[2]),
        ("integration=2", &[]),
        ("entity=1", &[]),
        ("created_before=2027-01-15T08:00:00Z", &[]),
        ("created_from=2027-01-15T08:00:00Z", &[1, 2, 3]),
        ("revoked_from=2027-01-15T08:00:00Z", &[2]),
        ("unused_since=2027-01-15T08:00:00Z", &[1, 2, 3]),
        ("dormant=true", &[]),
        ("expiring_within=30", &[]),
    ] {
        let answer = world.operator("GET", &format!("tokens?{query}"), "").await;
        assert_eq!(numbers(&answer), expected, "{query}");
    }
    for query in ["revoked=true&inactive=false", "created_from=today", "state=active"] {
        let answer = world.operator("GET", &format!("tokens?{query}"), "").await;
        assert_eq!(answer.problem().1, "invalid-query", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_tokens_goes_on_where_a_part_ended() {
    let world = World::furnished().await;
    let another = r#"{"integration":1,"entity":2,"role":1000}"#;
    for _ in 0..4 {
        world.operator("POST", "tokens", another).await;
    }
    let (mut seen, mut path) = (Vec::new(), "tokens?limit=2".to_owned());
    loop {
        let part = world.operator("GET", &path, "").await;
        seen.extend(numbers(&part));
        let Some(next) = part.json()["next"].as_str().map(str::to_owned) else { break };
        let own = world.operator("GET", &format!("tokens/mine?cursor={next}"), "").await;
        assert_eq!(own.problem(), (400, "invalid-query".into(), "cursor".into()));
        path = format!("tokens?limit=2&cursor={next}");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_changes_what_it_names_and_null_empties() {
    let world = World::furnished().await;
    let edit = json!({
        "name": "Nightly",
        "inactive": true,
        "expires_at": "2027-02-15T08:00:00Z",
        "idle_days": 30,
        "addresses": ["192.0.2.0/24", "2001:db8::1"],
    });
    let edited = world.change("PATCH", "tokens/1", &edit.to_string()).await;
    assert_eq!((edited.status, edited.header("etag")), (200, "\"2\""), "{edited:?}");
    let shown = world.operator("GET", "tokens/1", "").await.json();
    assert_eq!(shown, edited.json());
    assert_eq!((&shown["name"], &shown["state"]), (&json!("Nightly"), &json!("inactive")));
    assert_eq!(shown["expires_at"], "2027-02-15T08:00:00Z");
    assert_eq!(shown["idle_days"], 30);
    assert_eq!(shown["addresses"], json!(["192.0.2.0/24", "2001:db8::1/128"]));
    assert_eq!(shown["changed"]["by"]["local_user"], 1000);
    let emptied = r#"{"inactive":false,"expires_at":null,"addresses":null}"#;
    let shown = world.change("PATCH", "tokens/1", emptied).await.json();
    assert_eq!((&shown["expires_at"], &shown["addresses"]), (&Value::Null, &Value::Null));
    assert_eq!((&shown["idle_days"], &shown["state"]), (&json!(30), &json!("active")));
    assert_eq!(shown["name"], "Nightly");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_none_is_refused_at_its_member() {
    let world = World::furnished().await;
    for (member, value, kind) in [
        ("expires_at", json!("2027-01-15T08:00:00Z"), "expires-in-the-past"),
        ("expires_at", json!("tomorrow"), "unknown-word"),
        ("idle_days", json!(0), "invalid-idle-days"),
        ("idle_days", json!(3651), "invalid-idle-days"),
        ("addresses", json!([]), "invalid-addresses"),
        ("addresses", json!(["192.0.2.1/24"]), "invalid-addresses"),
    ] {
        let mut body = json!({ "integration": 1, "entity": 2, "role": 1000 });
        body[member] = value.clone();
        let made = world.operator("POST", "tokens", &body.to_string()).await;
        let edit = json!({ member: value }).to_string();
        let edited = world.change("PATCH", "tokens/1", &edit).await;
        for answer in [made, edited] {
            assert_eq!(answer.problem(), (422, kind.into(), member.into()), "{value}");
        }
    }
    assert_eq!(numbers(&world.operator("GET", "tokens", "").await), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_acts_in_a_role_makes_and_lists_own_tokens_of_it() {
    let world = World::furnished().await;
    let nobody = world.operator("GET", "tokens/mine", "").await;
    assert_eq!(nobody.problem().1, "not-logged-in");
    let role = r#"{"name":"Own","permissions":{"log-in-using-access-tokens":"full","user-access-tokens":"full"}}"#;
    assert_eq!(world.operator("POST", "roles", role).await.json()["role"], 1001);
    world.operator("PUT", "entities/2/roles/1001", "").await;
    let acting = [("countersign-act-as-entity", "2"), ("countersign-act-as-role", "1001")];
    let ask = async |method: &str, body: &str| {
        world.ask(Some(OPERATOR), method, "tokens/mine", &acting, body).await
    };
    let made = ask("POST", r#"{"integration":1,"idle_days":7}"#).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.header("location"), "/countersign/api/v1/accounts/1234567/tokens/2");
    let secret = made.json()["token_secret"].as_str().unwrap().to_owned();
    let own = ask("GET", "").await;
    assert_eq!(numbers(&own), [2]);
    assert!(!own.text.contains(&secret));
    let shown = &own.json()["items"][0];
    assert_eq!((&shown["entity"], &shown["role"]), (&json!(2), &json!(1001)));
    assert_eq!((&shown["idle_days"], &shown["used"]), (&json!(7), &Value::Null));
    assert_eq!(shown["created"]["by"]["entity"], 2);
    let other = ask("POST", r#"{"integration":1,"entity":1}"#).await;
    assert_eq!(other.problem(), (422, "invalid-body".into(), "entity".into()));
}
