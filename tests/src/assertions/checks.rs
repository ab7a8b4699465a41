//! What every upstream must do with an assertion.

use serde_json::{Value, json};

use super::{ExampleUpstream, Minter};
use crate::{Call, Deployment, wait_for};

/// Shows assertions to the upstream that `start` starts for a deployment.
pub fn an_upstream_believes_good_assertions_only(start: impl Fn(&Deployment) -> ExampleUpstream) {
    let deployment = Deployment::init();
    let upstream = start(&deployment);
    let minter = Minter::of(&deployment);
    let good = sent(&deployment);
    assert_believed(&upstream, &good);
    // So that what is refused below is refused for what was altered.
    assert_believed(&upstream, &minter.altered(json!({}), json!({})));

    assert_refused(&upstream, "none", &[]);
    assert_refused(&upstream, "two", &[&good, &good]);
    for (what, assertion) in bad(&minter, &good) {
        assert_refused(&upstream, what, &[&assertion]);
    }
    assert_believed(&upstream, &good);

    deployment.keys(&["rotate", "--now"]);
    let second = Minter::of(&deployment);
    wait_for("the upstream looks for a key that it does not know", || {
        (upstream.answer(&[&sent(&deployment)]).status == 200).then_some(())
    });
    assert_believed(&upstream, &minter.good());

    deployment.keys(&["rotate", "--compromised"]);
    wait_for("the upstream looks for a key that it does not know", || {
        (upstream.answer(&[&sent(&deployment)]).status == 200).then_some(())
    });
    assert_refused(&upstream, "its key was withdrawn", &[&minter.good()]);
    assert_refused(&upstream, "its key was withdrawn", &[&second.good()]);
}

/// What the gate sends with an admitted request.
fn sent(deployment: &Deployment) -> String {
    let call = Call::get("/services/rest/x");
    let request = deployment.credentials.sign(&call, deployment.address());
    assert_eq!(deployment.connect().send(&request).status, 200);
    deployment.upstream.last().headers.get("countersign-assertion").unwrap().to_owned()
}

fn bad(minter: &Minter, good: &str) -> Vec<(&'static str, String)> {
    let time = crate::now();
    let claims = |claims: Value| minter.altered(json!({}), claims);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let other = claims(json!({ "entity": 3, "sub": "1234567:3" }));
    let others_claims = other.split('.').nth(1).unwrap();
    let jwk = Minter::jwk_of_stranger();
    let mut bad = vec![
        ("empty", String::new()),
        ("no token", "Bearer".to_owned()),
        ("three empty parts", "..".to_owned()),
        ("cut off", good[..good.len() - 4].to_owned()),
        ("claims of another", format!("{header}.{others_claims}.{signature}")),
        ("forged under our key's name", minter.forged(json!({}))),
        ("forged under an unknown name", minter.forged(json!({ "kid": "x" }))),
        ("forged with the key in it", minter.forged(json!({ "kid": null, "jwk": jwk }))),
        ("alg none", minter.without_signature()),
        ("alg None", minter.altered(json!({ "alg": "None" }), json!({}))),
        ("another typ", minter.altered(json!({ "typ": "JWT" }), json!({}))),
        ("no typ", minter.altered(json!({ "typ": null }), json!({}))),
        ("another audience", claims(json!({ "aud": "billing" }))),
        ("no audience", claims(json!({ "aud": null }))),
        ("another issuer", claims(json!({ "iss": "https://evil.example" }))),
        ("no issuer", claims(json!({ "iss": null }))),
        ("expired", claims(json!({ "iat": time - 120, "exp": time - 60 }))),
        ("no end", claims(json!({ "exp": null }))),
        ("from the future", claims(json!({ "iat": time + 600, "exp": time + 660 }))),
    ];
    bad.extend(minter.confused().into_iter().map(|token| ("HS256", token)));
    bad
}

fn assert_believed(upstream: &ExampleUpstream, assertion: &str) {
    let answer = upstream.answer(&[assertion]);
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{said}");
    let who = &serde_json::from_str::<Value>(&said).unwrap()["who"];
    for (name, value) in [
        ("account", json!("1234567")),
        ("sub", json!("1234567:2")),
        ("entity", json!(2)),
        ("role", json!(1000)),
        ("integration", json!(1)),
        ("token", json!(1)),
        ("permissions", json!({ "log-in-using-access-tokens": "full" })),
    ] {
        assert_eq!(who[name], value, "{name}");
    }
}

fn assert_refused(upstream: &ExampleUpstream, what: &str, assertions: &[&str]) {
    let answer = upstream.answer(assertions);
    let said = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 401, "{what}: {said}");
    assert!(!said.contains("\"who\""), "{what}: {said}");
}
