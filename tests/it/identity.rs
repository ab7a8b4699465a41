//! What reaches the upstream: the request as it was verified, and who acts, said by nobody else.

use std::collections::BTreeMap;

use countersign_tests::{Call, Deployment, Request};

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn who_acts_is_said_by_countersign_alone_in_every_spelling() {
    let deployment = Deployment::init();
    let call = Call::get("/services/rest/x");
    let request = deployment.credentials.sign(&call, deployment.address());
    let forged = [
        "Countersign-Entity",
        "countersign-entity",
        "COUNTERSIGN_ROLE",
        "Countersign.Token",
        "countersign_account",
        "Countersign-Anything",
    ];
    let request = forged.iter().fold(request, |request, name| request.with(name, "3"));
    let request = request.with("Connection", "keep-alive, Countersign-Token");
    assert_eq!(deployment.connect().send(&request).status, 200);

    let received = deployment.upstream.last();
    let mut told: BTreeMap<&str, &str> = received
        .headers
        .iter()
        .filter(|(name, _)| name.to_ascii_lowercase().starts_with("countersign"))
        .collect();
    let assertion = told.remove("countersign-assertion").unwrap();
    assert_eq!(assertion.split('.').count(), 3, "what it says is checked by the example upstreams");
    let expected = [
        ("countersign-account", "1234567"),
        ("countersign-entity", "2"),
        ("countersign-integration", "1"),
        ("countersign-role", "1000"),
        ("countersign-token", "1"),
    ];
    assert_eq!(told, BTreeMap::from(expected));
    assert_eq!(received.headers.get("authorization"), None);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn target_and_body_reach_the_upstream_byte_for_byte() {
    let deployment = Deployment::init();
    let address = deployment.address();
    let targets = [
        "/a/../b/./c//d?x=%2f&y=a+b&&=&z",
        "/%41%2F%2e%2E/?q=!'()*:@/?,;$~[]{}|^",
        "/countersign%2fhealth",
        "//countersign/health/live",
        "/?",
    ];
    for target in targets {
        for call in [
            Call::get(target),
            Call::new("POST", target).with_form("b=%2f+%20&a=1&&a"),
            Call::new("PATCH", target).with_json("{\"a\" : \"\\u00fc\u{fc}\"}\r\n"),
        ] {
            let request: Request = deployment.credentials.sign(&call, address);
            let answer = deployment.connect().send(&request);
            assert_eq!(answer.status, 200, "{target}: {answer:?}");
            let received = deployment.upstream.last();
            let arrived = (received.method, received.target, received.body);
            let sent = (request.method, request.target, request.body.unwrap_or_default());
            assert_eq!(arrived, sent);
        }
    }
}
