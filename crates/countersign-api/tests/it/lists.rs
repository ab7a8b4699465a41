//! Lists, part by part.

use countersign_api::BASE;
use serde_json::Value;

use crate::world::{OPERATOR, World};

fn numbers(part: &Value, name: &str) -> Vec<u64> {
    part["items"].as_array().unwrap().iter().map(|row| row[name].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_is_read_part_by_part_newest_first_without_gap_or_repeat() {
    let world = World::furnished().await;
    let whole = world.operator("GET", "events", "").await.json();
    let all = numbers(&whole, "event");
    assert!(all.len() > 4 && all.is_sorted_by(|one, next| one > next), "{all:?}");
    assert_eq!(whole["next"], Value::Null);
    let (mut seen, mut path) = (Vec::new(), "events?limit=2".to_owned());
    loop {
        let part = world.operator("GET", &path, "").await.json();
        assert!(numbers(&part, "event").len() <= 2);
        seen.extend(numbers(&part, "event"));
        let Some(next) = part["next"].as_str() else { break };
        path = format!("events?limit=2&cursor={next}");
        // What comes meanwhile moves nothing.
        world.operator("POST", "integrations", r#"{"name":"Another"}"#).await;
    }
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_says_who_did_what_and_is_filtered() {
    let world = World::furnished().await;
    let count = async |query: &str| {
        let part = world.operator("GET", &format!("events?{query}"), "").await.json();
        part["items"].as_array().unwrap().len()
    };
    let part = world.operator("GET", "events?act=role-assigned", "").await.json();
    assert_eq!(part["items"][0]["at"], "2027-01-15T08:00:00Z");
    assert_eq!(part["items"][0]["details"], serde_json::json!({ "entity": 2, "role": 1000 }));
    assert_eq!(part["items"][0]["by"]["local_user"], 1000);
    assert_eq!(count("entity=2").await, 3, "made, given a role, given a token");
    assert_eq!(count("token=1").await, 1);
    assert_eq!(count("integration=1&act=integration-created").await, 1);
    assert_eq!(count("by=2").await, 0);
    assert_eq!(count("since=2027-01-15T09:00:00%2B01:00").await, count("").await);
    assert_eq!(count("since=2027-01-15T08:00:01Z").await, 0);
    assert_eq!(count("until=2027-01-15T08:00:00Z").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_listed_part_by_part() {
    let world = World::found().await;
    let list = async |query: &str| {
        let path = format!("{BASE}/accounts?limit=1{query}");
        world.send(Some(OPERATOR), "GET", &path, &[], "").await.json()
    };
    let first = list("").await;
    assert_eq!(first["items"][0]["account"], "1234567");
    let second = list(&format!("&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!(
        (&second["items"][0]["account"], &second["next"]),
        (&"7654321".into(), &Value::Null)
    );
}
