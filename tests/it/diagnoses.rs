//! The mistakes that people search for, made by wrong clients, and named in the answer.

use countersign_tests::{Dev, run};
use serde_json::{Value, json};

use crate::script::{Answered, Script};

/// Mistake of `mistaken_calls.py`, status, official detail, diagnosis.
const MISTAKES: &[(&str, u16, &str, &str)] = &[
    ("sha1_declared", 400, "UnknownAlgorithm", "signature-method-sha1"),
    ("sha1_computed", 401, "InvalidSignature", "signature-method-sha1"),
    ("token_secret_missing", 401, "InvalidSignature", "token-secret-missing"),
    ("secrets_swapped", 401, "InvalidSignature", "secrets-swapped"),
    ("query_not_signed", 401, "InvalidSignature", "query-not-signed"),
    ("plus_for_space", 401, "InvalidSignature", "plus-for-space"),
    ("double_encoded", 401, "InvalidSignature", "double-encoded"),
    ("wrong_scheme", 401, "InvalidSignature", "wrong-scheme"),
    ("wrong_host", 401, "InvalidSignature", "wrong-host"),
    ("wrong_method", 401, "InvalidSignature", "wrong-method"),
    ("clock_skew", 401, "InvalidTimestamp", "clock-skew"),
    ("nonce_reused", 401, "nonce_used", "nonce-reused"),
];

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn each_mistake_is_named_in_the_answer() {
    let dev = Dev::start(&[]);
    let mut script = Script::python("mistaken_calls.py");
    let question = |mistake: &str| question(&dev.file, mistake);
    assert_eq!(script.ask(&question("no_mistake")).unwrap().status, 200);

    let mut faults = Vec::new();
    for (mistake, status, detail, diagnosis) in MISTAKES {
        let answered = named(&mut script, &question(mistake), diagnosis);
        let said = (
            answered.status,
            answered.header("countersign-detail"),
            answered.header("countersign-diagnosis"),
        );
        let explanation = answered.header("countersign-explanation").unwrap_or_default();
        if said != (*status, Some(*detail), Some(*diagnosis)) || explanation.is_empty() {
            faults.push(format!("{mistake}: {said:?} {explanation:?}"));
        }
        let secrets = dev.credentials.secrets();
        assert!(!secrets.iter().any(|secret| format!("{answered:?}").contains(secret)));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_revoked_token_is_named_in_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let dev = Dev::start(&["--data-dir", data.to_str().unwrap()]);
    let place = ["--account", "1234567", "--data-dir", data.to_str().unwrap()];
    run(&[&["token", "revoke", "1"], &place[..]].concat()).done();
    let mut script = Script::python("mistaken_calls.py");
    let answered = named(&mut script, &question(&dev.file, "no_mistake"), "token-revoked");
    assert_eq!(answered.status, 401);
    assert_eq!(answered.header("countersign-detail"), Some("token_rejected"));
    assert_eq!(answered.header("countersign-diagnosis"), Some("token-revoked"));
}

/// An answer waits 50 ms for its diagnosis: on a busy machine the search may need another try.
fn named(script: &mut Script, question: &Value, diagnosis: &str) -> Answered {
    let mut ask = || script.ask(question).unwrap();
    let is_meant = |it: &Answered| {
        it.header("countersign-diagnosis") == Some(diagnosis)
            && it.header("countersign-explanation").is_some()
    };
    let mut answered = ask();
    for _ in 0..20 {
        if is_meant(&answered) {
            break;
        }
        answered = ask();
    }
    answered
}

fn question(file: &Value, mistake: &str) -> Value {
    let mut question = file.clone();
    question["mistake"] = json!(mistake);
    question
}
