//! Clients that are made for NetSuite, unmodified: they get through, and who configures them
//! wrongly is told so.
//!
//! None of them takes the scheme from its settings but by a whole URL, so that is what they are
//! given: `url` of the package `netsuite`, `base_url` of `netsuite-rest`, `url` of `nsrestlet`.

use countersign_tests::{Answered, Dev, Script, Told, few_are_late, run};
use serde_json::{Value, json};

const PATH: &str = "/services/rest/record/v1/customer";

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn netsuite_from_pypi_gets_through() {
    let dev = Dev::start(&[]);
    let mut script = Script::python_of_netsuite("netsuite_calls.py");
    for (call, method, query) in [
        (
            "get",
            "GET",
            Some("q=companyName%20CONTAIN%20%22Zo%C3%AB%20%26%20S%C3%B6hne%22&limit=10"),
        ),
        ("post", "POST", None),
        ("patch", "PATCH", None),
        ("delete", "DELETE", None),
        ("suiteql", "POST", Some("limit=10&offset=0")),
        ("restlet", "POST", Some("script=6&deploy=1")),
    ] {
        let answered = script.ask(&question(&dev, call)).unwrap();
        admitted(call, &answered, method, query);
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn netsuite_rest_and_nsrestlet_from_npm_get_through() {
    let dev = Dev::start(&[]);
    let mut script = Script::node("netsuite_calls.mjs");
    for (call, method, query) in [
        ("rest_get", "GET", "limit=10&q=a%20b"),
        ("rest_post", "POST", "limit=10"),
        ("restlet_get", "GET", "script=6&deploy=1&id=12345&memo=it%27s%20%28new%29%20%26%20more"),
        ("restlet_post", "POST", "script=6&deploy=1"),
    ] {
        let answered = script.ask(&question(&dev, call)).unwrap();
        admitted(call, &answered, method, Some(query));
    }
}

/// Its settings, one of them wrong, and what is said of that.
struct Misconfigured {
    account: &'static str,
    setting: &'static str,
    value: Value,
    code: &'static str,
    /// A word of the explanation.
    says: &'static str,
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn netsuite_from_pypi_is_told_what_is_misconfigured() {
    let wrong = |setting, value, code, says| Misconfigured {
        account: "1234567_SB1",
        setting,
        value,
        code,
        says,
    };
    let secret = json!("0".repeat(64));
    for it in [
        wrong("token_secret", secret.clone(), "unexplained", "fingerprint"),
        wrong("consumer_secret", secret, "unexplained", "fingerprint"),
        wrong("signature_method", json!("HMAC-SHA1"), "signature-method-sha1", "HMAC-SHA256"),
        wrong("account", json!("1234567-sb1"), "account-form", "underscore"),
        wrong("account", json!("1234567_sb1"), "account-form", "upper case"),
        wrong("clock", json!(-3600), "clock-skew", "1 hour behind"),
        Misconfigured {
            account: "1234567",
            ..wrong("clock", json!(420), "clock-skew", "7 minutes")
        },
    ] {
        let dev = Dev::start(&["--account", it.account]);
        let mut question = question(&dev, "get");
        question[it.setting] = it.value;
        told(&dev, &question, it.code, it.says);
    }
    few_are_late().unwrap();
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn netsuite_from_pypi_is_told_that_its_token_is_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let dev = Dev::start(&["--data-dir", data]);
    run(&["token", "revoke", "1", "--account", "1234567", "--data-dir", data]).done();
    told(&dev, &question(&dev, "get"), "token-revoked", "revoked");
}

fn told(dev: &Dev, question: &Value, code: &str, says: &str) {
    let answered = Script::python_of_netsuite("netsuite_calls.py").ask(question).unwrap();
    let told = Told::of(dev.address, &answered);
    let is_told = told.codes == code && told.explanation.contains(says);
    assert!(is_told && answered.status >= 400, "{code}: {told:?} {answered:?}");
}

fn admitted(call: &str, answered: &Answered, method: &str, query: Option<&str>) {
    assert_eq!(answered.status, 200, "{call}: {answered:?}");
    let echo: Value = serde_json::from_str(&answered.body).unwrap();
    assert_eq!(echo["method"], method, "{call}: {echo}");
    assert_eq!(echo["query"].as_str().filter(|query| !query.is_empty()), query, "{call}: {echo}");
}

fn question(dev: &Dev, call: &str) -> Value {
    let mut question = dev.file.clone();
    question["call"] = json!(call);
    question["path"] = json!(PATH);
    question["clock"] = json!(0);
    question["signature_method"] = Value::Null;
    question
}
