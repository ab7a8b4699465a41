use serde_json::json;

use super::*;

fn member(name: &str, direct: &[&str], reaches: &[&str]) -> Member {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Member {
        name: name.into(),
        manifest: String::new(),
        direct: set(direct),
        reaches: set(reaches),
    }
}

fn advice(members: &[Member]) -> Vec<String> {
    check(members).into_iter().map(|finding| finding.advice).collect()
}

#[test]
fn an_arrow_to_a_lower_ring_is_fine() {
    let members = [
        member("countersign-gate", &["countersign-verify", "hyper"], &["hyper", "tokio"]),
        member("countersign-verify", &["countersign-signing"], &["sha2"]),
        member("countersign-signing", &[], &["sha2"]),
    ];
    assert_eq!(advice(&members), Vec::<String>::new());
}

#[test]
fn an_arrow_up_or_sideways_is_found() {
    let members = [
        member("countersign-gate", &["countersign-store"], &[]),
        member("countersign-store", &[], &[]),
        member("countersign-signing", &["countersign-model"], &[]),
        member("countersign-model", &["countersign-verify"], &[]),
        member("countersign-verify", &["countersign-testkit"], &[]),
        member("countersign-testkit", &["countersign-model"], &[]),
    ];
    assert_eq!(advice(&members).len(), 4);
}

#[test]
fn a_driver_below_another_crate_is_found() {
    let members = [
        member("countersign-authority", &["some-pool"], &["some-pool", "sqlx-core", "tokio"]),
        member("countersign-verify", &["some-cache"], &["some-cache", "tokio"]),
    ];
    let advice = advice(&members);
    assert_eq!(advice.len(), 2);
    assert!(advice[0].contains("`sqlx-core`") && advice[0].contains("database driver"));
    assert!(advice[1].contains("`tokio`"));
}

#[test]
fn a_crate_without_a_ring_is_found() {
    assert!(advice(&[member("countersign-news", &[], &[])])[0].contains("has no ring"));
}

#[test]
fn what_cargo_tells_is_understood() {
    let package = |id: &str, name: &str| {
        let manifest = format!("/w/{name}/Cargo.toml");
        json!({ "id": id, "name": name, "manifest_path": manifest })
    };
    let used = |id: &str, kinds: Value| json!({ "pkg": id, "dep_kinds": kinds });
    let facts = json!({
        "workspace_root": "/w",
        "workspace_members": ["0"],
        "packages": [
            package("0", "ours"),
            package("1", "direct"),
            package("2", "deep"),
            package("3", "for-tests"),
        ],
        "resolve": { "nodes": [
            { "id": "0", "deps": [
                used("1", json!([{ "kind": "dev" }, { "kind": null }])),
                used("3", json!([{ "kind": "dev" }])),
            ] },
            { "id": "1", "deps": [used("2", json!([{ "kind": "build" }]))] },
            { "id": "2", "deps": [used("1", json!([{ "kind": null }]))] },
            { "id": "3", "deps": [] },
        ] },
    });
    let members = members(&facts);
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].manifest, "ours/Cargo.toml");
    assert_eq!(members[0].direct, BTreeSet::from(["direct".to_owned()]));
    let reached = ["deep", "direct", "ours"].map(str::to_owned);
    assert_eq!(members[0].reaches, BTreeSet::from(reached));
}
