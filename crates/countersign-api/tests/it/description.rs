//! The description is whole: what it says is there, and what is there it says.

use std::collections::BTreeSet;

use countersign_api::document;
use serde_json::Value;

use crate::world::{OPERATOR, World};

fn described() -> Value {
    serde_json::from_str(&document()).unwrap()
}

/// Path, method, and what is said of it.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&'_ String, &'_ Value)| -> Vec<(String, String)> {
        item.as_object().unwrap().keys().map(|method| (path.clone(), method.clone())).collect()
    };
    let keys: Vec<_> = paths.iter().flat_map(of_path).collect();
    keys.into_iter()
        .map(|(path, method)| {
            let (path, item) = paths.get_key_value(&path).unwrap();
            let (method, operation) = item.as_object().unwrap().get_key_value(&method).unwrap();
            (path.as_str(), method.as_str(), operation)
        })
        .collect()
}

/// Programs that are made of a description name functions after them.
#[test]
fn each_operation_has_an_id_of_its_own() {
    let document = described();
    let operations = operations(&document);
    let ids: BTreeSet<_> = operations.iter().map(|it| it.2["operationId"].as_str()).collect();
    assert!(!ids.contains(&None));
    assert_eq!(ids.len(), operations.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_that_is_described_is_answered() {
    let world = World::furnished().await;
    world.with_sandbox().await;
    let document = described();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = operations(&document);
    // What others look at is deleted last, the inner before the outer.
    operations.sort_by_key(|(path, method, _)| (*method == "delete").then_some(!path.len()));
    assert!(operations.len() > 15, "{}", operations.len());
    for (path, method, operation) in operations {
        let is_there = path.contains("former-tokens") || path.contains("pickups");
        let account = if is_there { "1234567_SB1" } else { "1234567" };
        let path = path.replace("{account}", account).replace("{role}", "1000");
        let path = path.replace("{environment}", "1234567_SB1").replace("{pickup}", "pickup_0");
        let path = path.replace("{entity}", "2").replace("{integration}", "1");
        let path = path.replace("{token}", "1").replace("{permission}", "orders");
        let method = method.to_uppercase();
        let answer = world.send(Some(OPERATOR), &method, &path, &[("if-match", "*")], "").await;
        let described = &operation["responses"][answer.status.to_string()];
        assert!(described.is_object(), "{method} {path}: {answer:?}");
        assert!(![404, 405].contains(&answer.status), "{method} {path}: {answer:?}");
    }
}

#[test]
fn whatever_is_referred_to_is_there() {
    let document = described();
    let mut left = vec![&document];
    let mut references = 0;
    while let Some(value) = left.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
            references += 1;
        }
        match value {
            Value::Array(items) => left.extend(items),
            Value::Object(members) => left.extend(members.values()),
            _ => {}
        }
    }
    assert!(references > 100, "{references}");
}

#[test]
fn a_change_of_a_row_asks_for_its_version() {
    let document = described();
    let mut asking = 0;
    for (path, method, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        if let Some(it) = parameters.iter().find(|it| it["name"] == "If-Match") {
            assert_eq!(it["required"], true, "{method} {path}");
            for status in ["412", "428"] {
                assert!(operation["responses"][status].is_object(), "{method} {path}");
            }
            asking += 1;
        }
    }
    assert_eq!(asking, 18);
}
