//! A stranger learns nothing: every failed login looks the same.

use countersign_tests::{Answer, Call, Credentials, Deployment};

/// What a caller sees, without what is different each time.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let different = ["countersign-reference", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !different.contains(name));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    (answer.status, headers, answer.text())
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn unknown_key_unknown_token_and_wrong_signature_get_one_answer() {
    let deployment = Deployment::init();
    let good = deployment.credentials.clone();
    let another = "0123456789abcdef".repeat(4);
    let wrong = [
        Credentials { consumer_key: another.clone(), ..good.clone() },
        Credentials { token_id: another.clone(), ..good.clone() },
        Credentials { consumer_secret: another.clone(), ..good.clone() },
        Credentials { token_secret: another, ..good.clone() },
        Credentials { consumer_key: good.token_id.clone(), ..good },
    ];
    for path in ["/services/rest/record/v1/customer", "/app/site/hosting/restlet.nl?script=1"] {
        let answers: Vec<_> = wrong
            .iter()
            .map(|credentials| {
                let request = credentials.sign(&Call::get(path), deployment.address());
                seen(&deployment.connect().send(&request))
            })
            .collect();
        assert_eq!(answers[0].0, 401);
        for answer in &answers[1..] {
            assert_eq!(*answer, answers[0]);
        }
    }
}
