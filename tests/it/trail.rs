//! The login trail: every refusal leaves its row or its count, under its reference.

use std::collections::BTreeMap;

use countersign_tests::{Call, Credentials, Deployment, Request, now, rows, wait_for};
use serde_json::Value;

const PATH: &str = "/services/rest/record/v1/customer?q=secret-query";

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_refusal_that_names_somebody_has_a_row_under_its_reference() {
    let mut deployment = Deployment::init();
    let mut connection = deployment.connect();
    let mut answered = BTreeMap::new();
    for (detail, request) in refusals_of_somebody(&deployment) {
        let answer = connection.send(&request);
        assert!(matches!(answer.status, 400 | 401), "{detail}: {answer:?}");
        answered.insert(answer.header("countersign-reference").to_owned(), detail);
    }
    deployment.stop();
    assert_eq!(recorded(&deployment), answered);
    let admitted = rows(
        &deployment.data().join("attempts.db"),
        "SELECT sum(count) AS admitted FROM attempt WHERE admitted",
    );
    assert_eq!(admitted[0]["admitted"], 1);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_refusal_that_names_nobody_is_counted_and_its_reference_is_there_for_the_first_three() {
    let mut deployment = Deployment::init();
    let address = deployment.address();
    let stranger = Credentials {
        consumer_key: "0".repeat(64),
        token_id: "1".repeat(64),
        ..deployment.credentials.clone()
    };
    let mut connection = deployment.connect();
    let mut references = Vec::new();
    for _ in 0..20 {
        let unknown = stranger.sign(&Call::get(PATH), address);
        for request in [unknown, Call::get(PATH).unsigned(address)] {
            let answer = connection.send(&request);
            assert_eq!(answer.status, 401);
            references.push(answer.header("countersign-reference").to_owned());
        }
    }
    deployment.stop();

    let counts = rows(
        &deployment.data().join("attempts.db"),
        "SELECT detail, sum(count) AS count, group_concat(refs, '') AS refs FROM attempt_count \
         GROUP BY detail ORDER BY detail",
    );
    let of = |detail: &str| counts.iter().find(|row| row["detail"] == detail).unwrap();
    for detail in ["consumer_key_unknown", "MissingTokenPassportRequiredFields"] {
        assert_eq!(of(detail)["count"], 20, "{counts:?}");
        let kept = of(detail)["refs"].as_str().unwrap().split_whitespace().collect::<Vec<_>>();
        assert!(kept.len() >= 3, "{counts:?}");
        assert!(kept.iter().all(|kept| references.iter().any(|it| it == kept)));
    }
    assert!(recorded(&deployment).is_empty());
}

/// More than the trail gives rows of their own to.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn of_a_thousand_refusals_at_once_none_is_missing() {
    const CLIENTS: usize = 20;
    const EACH: usize = 50;
    let mut deployment = Deployment::init();
    let address = deployment.address();
    let wrong = Credentials { token_secret: "0".repeat(64), ..deployment.credentials.clone() };
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let mut connection = deployment.connect();
                for _ in 0..EACH {
                    let answer = connection.send(&wrong.sign(&Call::get(PATH), address));
                    assert_eq!(answer.status, 401);
                    assert!(answer.header("countersign-reference").starts_with("ref_"));
                }
            });
        }
    });
    deployment.stop();
    let sums = rows(
        &deployment.data().join("attempts.db"),
        "SELECT (SELECT count(*) FROM attempt WHERE NOT admitted) AS rows, \
         (SELECT coalesce(sum(count), 0) FROM attempt_count) AS counted",
    );
    let (rows, counted) = (sums[0]["rows"].as_u64().unwrap(), sums[0]["counted"].as_u64().unwrap());
    assert!(rows >= 100, "{sums:?}");
    assert_eq!(rows + counted, (CLIENTS * EACH) as u64);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_refusal_that_was_answered_is_there_after_a_kill() {
    let mut deployment = Deployment::init();
    let mut connection = deployment.connect();
    let mut answered = BTreeMap::new();
    for (detail, request) in refusals_of_somebody(&deployment) {
        let answer = connection.send(&request);
        answered.insert(answer.header("countersign-reference").to_owned(), detail);
    }
    deployment.kill();
    assert_eq!(recorded(&deployment), answered);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn what_is_no_request_is_counted_too() {
    let mut deployment = Deployment::init();
    let mut connection = deployment.connect();
    connection.write_bytes(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").unwrap();
    assert_eq!(connection.read("GET").unwrap().status, 400);
    let mut connection = deployment.connect();
    connection.write_bytes(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").unwrap();
    // Answered or closed: it is no HTTP.
    let _ = connection.read("GET");
    let database = deployment.data().join("attempts.db");
    let count = || {
        let counts = rows(&database, "SELECT sum(count) AS n FROM attempt_count");
        (counts[0]["n"] == 2).then_some(())
    };
    wait_for("the count is written, within about a second", count);
    deployment.stop();
}

/// Requests that name the deployment's key or token, and are refused with that detail.
fn refusals_of_somebody(deployment: &Deployment) -> Vec<(&'static str, Request)> {
    let address = deployment.address();
    let good = &deployment.credentials;
    let wrong = Credentials { token_secret: "0".repeat(64), ..good.clone() };
    let no_token = Credentials { token_id: "1".repeat(64), ..good.clone() };
    let elsewhere = Credentials { account: "7654321".to_owned(), ..good.clone() };
    let skewed = Call { timestamp: now() - 3600, ..Call::get(PATH) };
    let short = Call { nonce: "short".to_owned(), ..Call::get(PATH) };
    let captured = good.sign(&Call::get(PATH), address);
    assert_eq!(deployment.connect().send(&captured).status, 200);
    vec![
        ("InvalidSignature", wrong.sign(&Call::get(PATH), address)),
        ("token_rejected", no_token.sign(&Call::get(PATH), address)),
        ("token_rejected", elsewhere.sign(&Call::get(PATH), address)),
        ("InvalidTimestamp", good.sign(&skewed, address)),
        ("nonce_rejected", good.sign(&short, address)),
        ("nonce_used", captured),
    ]
}

/// The refusals that have a row: detail by reference. None of them has a query in it.
fn recorded(deployment: &Deployment) -> BTreeMap<String, &'static str> {
    let refused = rows(
        &deployment.data().join("attempts.db"),
        "SELECT reference, detail, path, method, source FROM attempt WHERE NOT admitted",
    );
    let known =
        ["InvalidSignature", "token_rejected", "InvalidTimestamp", "nonce_rejected", "nonce_used"];
    let entry = |row: &Value| {
        assert_eq!(row["path"], "/services/rest/record/v1/customer");
        assert_eq!((&row["method"], &row["source"]), (&"GET".into(), &"127.0.0.1".into()));
        let detail = known.into_iter().find(|known| row["detail"] == *known);
        let detail = detail.unwrap_or_else(|| panic!("{row}"));
        (row["reference"].as_str().unwrap().to_owned(), detail)
    };
    refused.iter().map(entry).collect()
}
