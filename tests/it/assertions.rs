//! Assertions: published keys, and the upstreams of `examples/` that check them. The one in Rust is
//! checked the same way by a test of its own, which knows where it was built.

use countersign_tests::assertions::{ExampleUpstream, an_upstream_believes_good_assertions_only};
use countersign_tests::{Deployment, Request};
use serde_json::Value;

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_python_upstream_believes_good_assertions_only() {
    an_upstream_believes_good_assertions_only(ExampleUpstream::python);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_node_upstream_believes_good_assertions_only() {
    an_upstream_believes_good_assertions_only(ExampleUpstream::node);
}

fn get(deployment: &Deployment, method: &str, host: &str) -> countersign_tests::Answer {
    let request = Request {
        method: method.to_owned(),
        target: "/countersign/jwks.json".to_owned(),
        headers: vec![("Host".to_owned(), host.to_owned())],
        body: None,
    };
    deployment.connect().send(&request)
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_keys_are_published_for_everybody_who_asks() {
    let deployment = Deployment::init();
    let host = deployment.address().to_string();
    let answer = get(&deployment, "GET", &host);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "public, max-age=300");
    assert_eq!(answer.header("content-type"), "application/jwk-set+json");
    let set: Value = serde_json::from_slice(&answer.body).unwrap();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1, "made by init");
    assert_eq!((&keys[0]["alg"], &keys[0]["d"]), (&"EdDSA".into(), &Value::Null));

    assert_eq!(get(&deployment, "HEAD", &host).status, 200);
    assert_eq!(get(&deployment, "POST", &host).status, 405);
    assert_eq!(get(&deployment, "GET", "keys.internal").status, 200, "whatever it is reached by");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn keys_are_rotated_with_and_without_a_server() {
    let mut deployment = Deployment::init();
    let states = |keys: &Value| {
        let keys = keys["keys"].as_array().unwrap().iter();
        let mut states: Vec<String> =
            keys.map(|key| key["state"].as_str().unwrap().to_owned()).collect();
        states.sort_unstable();
        states
    };
    assert_eq!(states(&deployment.keys(&["list"])), ["current"]);
    assert_eq!(states(&deployment.keys(&["rotate"])), ["current", "next"]);
    let again = deployment.keys_command(&["rotate"]);
    again.refused_with(1, "--now");
    deployment.stop();

    assert_eq!(states(&deployment.keys(&["list"])), ["current", "next"]);
    assert_eq!(states(&deployment.keys(&["rotate", "--now"])), ["current", "retired"]);
    assert_eq!(states(&deployment.keys(&["rotate", "--compromised"])), ["current"]);
    deployment.serve();
    let answer = get(&deployment, "GET", &deployment.address().to_string());
    let set: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 1);
    let listed = deployment.keys(&["list"]);
    assert_eq!(listed["keys"][0]["key_id"], set["keys"][0]["kid"]);
}
