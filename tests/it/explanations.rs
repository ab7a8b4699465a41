//! What was wrong with a refused request, under its reference: in a stand-in over HTTP, in a
//! deployment through its control socket, and for nobody else.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::path::Path;

use countersign_tests::{
    ACCOUNT, Answer, Call, Connection, Credentials, Deployment, Dev, Request, run, wait_for,
};
use serde_json::{Value, json};

const PATH: &str = "/services/rest/record/v1/customer?q=a%20b";
const REFUSALS: &str = "/countersign/api/v1/refusals/";

/// What the server that runs on `folder` says of a reference; null where it knows none.
fn asked(folder: &Path, reference: &str) -> Value {
    let mut stream = UnixStream::connect(folder.join("control.sock")).unwrap();
    let head =
        format!("GET {REFUSALS}{reference} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if head.starts_with("HTTP/1.1 404 ") {
        return Value::Null;
    }
    assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
    serde_json::from_str(body).unwrap()
}

/// The same as soon as it has been looked into.
fn explained(folder: &Path, reference: &str) -> Value {
    wait_for("the refusal is explained", || {
        let report = asked(folder, reference);
        assert!(report.is_object(), "{report}");
        let waits = report["sentence"].as_str().unwrap().contains("ask again");
        (!waits).then_some(report)
    })
}

/// A connection, and where it leads.
struct Door {
    connection: Connection,
    address: SocketAddr,
}

impl Door {
    fn to(address: SocketAddr) -> Self {
        Self { connection: Connection::open(address), address }
    }

    /// Sends a request that was signed for another path; gives its reference.
    fn wrong_path(&mut self, credentials: &Credentials) -> String {
        let signed = Call::get("/services/rest/record/v1/customer/?q=a%20b");
        let mut request = credentials.sign(&signed, self.address);
        request.target = PATH.to_owned();
        self.refused(&request)
    }

    fn refused(&mut self, request: &Request) -> String {
        let answer = self.connection.send(request);
        assert_eq!(answer.status, 401, "{answer:?}");
        answer.header("countersign-reference").to_owned()
    }

    fn unsigned(&mut self) -> String {
        let request = Call::get(PATH).unsigned(self.address);
        self.refused(&request)
    }

    fn asked(&mut self, method: &str, path: &str) -> Answer {
        self.connection.send(&Call::new(method, path).unsigned(self.address))
    }
}

fn is_json_error(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    let error = answer.json();
    assert_eq!(error["error"]["code"], code);
    assert!(error["error"]["message"].as_str().unwrap().ends_with('.'));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_stand_in_explains_every_refusal_under_its_reference() {
    let dev = Dev::start(&[]);
    let mut door = Door::to(dev.address);
    let reference = door.wrong_path(&dev.credentials);
    let unsigned = door.unsigned();

    for (reference, code, certain) in
        [(&reference, "wrong-path", true), (&unsigned, "parameter-missing", false)]
    {
        let path = format!("{REFUSALS}{reference}");
        let report = wait_for("the refusal is explained", || {
            let answer = door.asked("GET", &path);
            (answer.status == 200 && answer.json()["codes"] == json!([code])).then_some(answer)
        });
        assert_eq!(report.header("cache-control"), "no-store");
        assert_eq!(report.header("content-type"), "application/json");
        let report = report.json();
        assert_eq!(
            (&report["reference"], &report["certain"]),
            (&json!(reference), &json!(certain))
        );
        let url = format!("http://{}/services/rest/record/v1/customer", dev.address);
        assert_eq!(report["request"]["url"], url, "without the query");
        assert_eq!(report["request"]["source"], "127.0.0.1");
        assert_eq!(report["first_difference"].is_u64(), certain);
        assert!(!dev.credentials.secrets().iter().any(|it| report.to_string().contains(it)));
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn of_what_was_not_refused_a_stand_in_says_one_thing() {
    let dev = Dev::start(&[]);
    let mut door = Door::to(dev.address);
    let reference = door.wrong_path(&dev.credentials);
    let seen = |answer: &Answer| {
        let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
        let headers: Vec<_> = headers.map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        (answer.status, headers, answer.text())
    };
    let unknown = door.asked("GET", &format!("{REFUSALS}ref_{}", "0".repeat(26)));
    is_json_error(&unknown, 404, "NOT_FOUND");
    let digits = reference.strip_prefix("ref_").unwrap();
    let guesses = (0..500).map(|i| format!("ref_{i:026}"));
    let odd = ["", "ref_", "%72ef_", "..", "ref_%00"].map(str::to_owned);
    let near = [reference.to_uppercase(), format!("{reference}0"), digits.to_owned()];
    for guess in guesses.chain(odd).chain(near) {
        let answer = door.asked("GET", &format!("{REFUSALS}{guess}"));
        assert_eq!(seen(&answer), seen(&unknown), "{guess}");
    }

    let there = format!("{REFUSALS}{reference}");
    for method in ["POST", "DELETE", "PUT"] {
        let answer = door.asked(method, &there);
        is_json_error(&answer, 405, "METHOD_NOT_ALLOWED");
        assert_eq!(answer.header("allow"), "GET, HEAD");
    }
    let foreign = Call::get(&there).unsigned(dev.address).with("Origin", "http://evil.example");
    assert_eq!(door.connection.send(&foreign).status, 403);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_deployment_explains_to_who_owns_its_folder_and_says_nothing_over_http() {
    let mut deployment = Deployment::init();
    let (data, credentials) = (deployment.data(), deployment.credentials.clone());
    let mut door = Door::to(deployment.address());
    let reference = door.wrong_path(&credentials);
    let report = explained(&data, &reference);
    assert_eq!(report["codes"], json!(["wrong-path"]));
    assert_eq!(report["detail"], "InvalidSignature");
    assert_eq!(asked(&data, &format!("ref_{}", "0".repeat(26))), Value::Null);
    assert_eq!(asked(&data, "anything"), Value::Null);
    assert_eq!(asked(&data, &door.unsigned()), Value::Null, "it named nobody");

    let mut answers = Vec::new();
    for path in [reference.as_str(), "ref_00000000000000000000000000", "", "x"] {
        for method in ["GET", "POST"] {
            let answer = door.asked(method, &format!("{REFUSALS}{path}"));
            assert_eq!(answer.status, 404, "{answer:?}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
            answers.push(answer.text());
        }
    }
    assert!(answers.iter().all(|it| *it == answers[0]));

    deployment.stop();
    deployment.serve();
    assert_eq!(asked(&data, &reference), report, "it is there after a restart");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn of_a_flood_few_are_looked_into_and_the_others_are_said_not_to_be() {
    let deployment = Deployment::init();
    let data = deployment.data();
    let credentials = &deployment.credentials;
    let references: Vec<String> = std::thread::scope(|scope| {
        let flood = || {
            let mut door = Door::to(deployment.address());
            (0..20).map(|_| door.wrong_path(credentials)).collect::<Vec<_>>()
        };
        let floods: Vec<_> = (0..10).map(|_| scope.spawn(flood)).collect();
        floods.into_iter().flat_map(|flood| flood.join().unwrap()).collect()
    });
    assert_eq!(references.len(), 200);
    let mut not_looked_into = 0;
    for reference in &references {
        let report = asked(&data, reference);
        // Counted by the trail: more than 100 rows a second for one token.
        if report.is_null() {
            continue;
        }
        let sentence = report["sentence"].as_str().unwrap();
        if sentence.contains("at most 5 refusals a second") {
            assert_eq!(report["codes"], json!(["unexplained"]));
            not_looked_into += 1;
        }
    }
    assert!(not_looked_into > 0);
    assert_eq!(deployment.status_of(&Call::get(PATH)), 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn after_a_reset_the_old_pair_is_dead_at_once_and_who_uses_it_is_named() {
    let deployment = Deployment::init();
    let (data, address) = (deployment.data(), deployment.address());
    let old = deployment.credentials.clone();
    assert_eq!(deployment.status_of(&Call::get(PATH)), 200);
    let reset = deployment.record(&["integration", "reset-credentials", "1"]);
    let text = |name: &str| reset[name].as_str().unwrap().to_owned();
    let new = Credentials {
        consumer_key: text("consumer_key"),
        consumer_secret: text("consumer_secret"),
        ..old.clone()
    };
    assert_ne!(new.consumer_key, old.consumer_key);
    let half = Credentials { consumer_secret: old.consumer_secret.clone(), ..new.clone() };
    let mut door = Door::to(deployment.address());
    assert_eq!(door.connection.send(&new.sign(&Call::get(PATH), address)).status, 200);
    for (credentials, codes) in [
        (&old, json!(["consumer-key-unknown", "previous-secret"])),
        (&half, json!(["previous-secret"])),
    ] {
        // A search has a bounded time, and says so where a busy machine gave it none: the client
        // asks again.
        wait_for("the mistake is found", || {
            let reference = door.refused(&credentials.sign(&Call::get(PATH), address));
            let report = explained(&data, &reference);
            let is_found = report["codes"] == codes && report["certain"] == true;
            is_found.then_some(())
        });
    }
    let none = ["integration", "reset-credentials", "9", "--account", ACCOUNT, "--data-dir"];
    run(&[&none[..], &[data.to_str().unwrap()]].concat())
        .refused_with(1, "there is no integration 9");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_reset_without_a_server_holds_for_the_next_one() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let reset = deployment.record(&["integration", "reset-credentials", "1"]);
    deployment.serve();
    assert_eq!(deployment.status_of(&Call::get(PATH)), 401);
    let text = |name: &str| reset[name].as_str().unwrap().to_owned();
    deployment.credentials.consumer_key = text("consumer_key");
    deployment.credentials.consumer_secret = text("consumer_secret");
    assert_eq!(deployment.status_of(&Call::get(PATH)), 200);
}
