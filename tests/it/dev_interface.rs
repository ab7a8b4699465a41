//! `countersign dev` as other programs use it: options, the credentials file, the echo.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use countersign_tests::{Call, Deployment, Dev, Finished, Upstream, command, run, sha256};
use serde_json::{Value, json};

const PATH: &str = "/services/rest/record/v1/customer";

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_options_and_their_defaults_are_these() {
    let help = run(&["dev", "--help"]).done().stdout;
    let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for option in [
        "--listen <ADDR>",
        "[default: 127.0.0.1:8080]",
        "--account <ID>",
        "[default: 1234567]",
        "--data-dir <DIR>",
        "--upstream <URL>",
        "--credentials <FILE>",
        "--allow-remote",
    ] {
        assert!(words.contains(option), "{option}: {help}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_credentials_file_is_one_json_object_that_only_its_owner_reads() {
    let dev = Dev::start(&[]);
    let mode = fs::metadata(dev.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);

    let members: Vec<&str> = dev.file.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "account",
        "admin_email",
        "admin_password",
        "base_url",
        "callback_url",
        "consumer_key",
        "consumer_secret",
        "login_email",
        "login_password",
        "role",
        "token_id",
        "token_secret",
    ];
    assert_eq!(members, expected);
    for (name, value) in dev.file.as_object().unwrap() {
        assert_eq!(name == "role", value.is_u64(), "{name} is {value}");
        assert_eq!(name != "role", value.is_string(), "{name} is {value}");
    }
    for name in ["consumer_key", "consumer_secret", "token_id", "token_secret"] {
        let text = dev.file[name].as_str().unwrap();
        let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        assert!(text.len() == 64 && text.chars().all(is_digit), "{name} is {text}");
    }
    assert_eq!(dev.file["account"], "1234567");
    assert_ne!(dev.address.port(), 0);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_data_folder_keeps_the_credentials_and_without_one_they_are_fresh() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let kept = ["--data-dir", data.to_str().unwrap(), "--account", "7654321_SB1"];
    let mut first = Dev::start(&kept);
    let status = |dev: &Dev| {
        let request = dev.credentials.sign(&Call::get(PATH), dev.address);
        dev.connect().send(&request).status
    };
    assert_eq!(status(&first), 200);
    assert_eq!(first.process.stop().code(), Some(0));

    let mut second = Dev::start(&kept);
    assert_eq!(status(&second), 200);
    let without_address = |dev: &Dev| {
        let mut file = dev.file.clone();
        file.as_object_mut().unwrap().remove("base_url");
        file
    };
    assert_eq!(without_address(&first), without_address(&second));
    assert_eq!(second.credentials.account, "7654321_SB1");
    second.process.stop();

    let other_account = ["dev", "--listen", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()];
    run(&other_account).refused_with(2, "holds account 7654321_SB1");

    let (one, other) = (Dev::start(&[]), Dev::start(&[]));
    for name in ["consumer_key", "consumer_secret", "token_id", "token_secret", "admin_password"] {
        assert_ne!(one.file[name], other.file[name], "{name}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_address_that_other_machines_reach_needs_a_switch() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let refused = run(&["dev", "--listen", address]);
        refused.refused_with(2, "--allow-remote");
    }
    // With the switch it is tried: this address is nobody's (RFC 5737).
    run(&["dev", "--listen", "192.0.2.1:0", "--allow-remote"]).refused_with(2, "can't listen on");
    Dev::start(&["--allow-remote"]);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn every_answer_says_that_this_is_dev() {
    let dev = Dev::start(&[]);
    let good = dev.credentials.sign(&Call::get(PATH), dev.address);
    let unsigned = |target: &str| Call::get(target).unsigned(dev.address);
    let bad = Call::get(PATH).unsigned(dev.address).with("Host", "another");
    for (request, status) in [
        (good.clone(), 200),
        (good, 401),
        (unsigned(PATH), 401),
        (unsigned("/countersign/health/live"), 200),
        (unsigned("/countersign/nothing"), 404),
        (unsigned("/rest/nothing"), 404),
        (bad, 400),
    ] {
        let answer = dev.connect().send(&request);
        assert_eq!(answer.status, status, "{request:?}");
        assert_eq!(answer.header("countersign-mode"), "dev", "{request:?}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_deployment_says_neither_mode_nor_cause() {
    let deployment = Deployment::init();
    let answer = deployment.connect().send(&Call::get(PATH).unsigned(deployment.address()));
    assert_eq!(answer.status, 401);
    let ours = answer.headers.iter().filter(|(name, _)| name.starts_with("countersign-"));
    assert_eq!(ours.map(|(name, _)| name).collect::<Vec<_>>(), ["countersign-reference"]);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_echo_says_what_arrived_and_looks_like_an_empty_list() {
    let dev = Dev::start(&[]);
    let target = format!("{PATH}?q=a+b%2f&q=");
    let call = Call::new("POST", &target).with_json(r#"{"a": 1}"#);
    let answer = dev.connect().send(&dev.credentials.sign(&call, dev.address));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "application/json");
    let expected = json!({
        "method": "POST",
        "path": PATH,
        "query": "q=a+b%2f&q=",
        "body_sha256": sha256(br#"{"a": 1}"#),
        "identity": {
            "countersign-account": "1234567",
            "countersign-entity": "2",
            "countersign-integration": "1",
            "countersign-role": dev.file["role"].to_string(),
            "countersign-token": "1",
        },
        "items": [],
        "count": 0,
        "hasMore": false,
        "offset": 0,
        "totalResults": 0,
        "links": [],
    });
    let mut said = answer.json();
    let identity = said["identity"].as_object_mut().unwrap();
    let assertion = identity.remove("countersign-assertion").unwrap();
    assert_eq!(assertion.as_str().unwrap().split('.').count(), 3);
    assert_eq!(said, expected);

    let plain = dev.credentials.sign(&Call::get(PATH), dev.address);
    assert_eq!(dev.connect().send(&plain).json()["query"], Value::Null);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_upstream_takes_the_place_of_the_echo() {
    let upstream = Upstream::start();
    let dev = Dev::start(&["--upstream", &format!("http://{}", upstream.address)]);
    let call = Call::new("PUT", "/x?y=1").with_json("[1]");
    let answer = dev.connect().send(&dev.credentials.sign(&call, dev.address));
    assert_eq!(answer.status, 200);
    let received = upstream.last();
    assert_eq!((&*received.method, &*received.target), ("PUT", "/x?y=1"));
    assert_eq!(received.body, b"[1]");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_terminal_explains_a_refusal() {
    let mut dev = Dev::start(&[]);
    let welcome = dev.process.stdout();
    for line in ["export COUNTERSIGN_TOKEN_SECRET=", "OAuth1Session(", "require('oauth-1.0a')"] {
        assert!(welcome.contains(line), "{welcome}");
    }
    let signed_as_post = dev.credentials.sign(&Call::new("POST", PATH), dev.address);
    let mut sent_as_get = signed_as_post;
    sent_as_get.method = "GET".to_owned();
    dev.connect().send(&sent_as_get);
    dev.process.wait_for("the explanation", |process| {
        let said = process.stdout();
        let parts =
            ["refused  GET /services/rest", "  why    ", "  what   ", "  change ", "  as  "];
        parts.iter().all(|part| said.contains(part)).then_some(())
    });
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn call_and_sign_read_the_credentials_file() {
    let dev = Dev::start(&[]);
    let file = dev.path();
    let file = file.to_str().unwrap();
    let called = run(&["call", "GET", "/services/rest/x?q=a b", "--credentials", file]).done();
    let echo: Value = serde_json::from_str(&called.stdout).unwrap();
    assert_eq!(echo["query"], "q=a%20b");
    let signed = run(&["sign", "GET", "/services/rest/x", "--credentials", file]).done();
    assert!(signed.stdout.starts_with("Authorization: OAuth realm=\"1234567\", "));
    let shown = run(&["sign", "GET", "/services/rest/x", "--show", "--credentials", file]).done();
    for secret in dev.credentials.secrets() {
        assert!(!shown.stdout.contains(secret) && !signed.stdout.contains(secret));
        assert!(shown.stdout.contains(&sha256(secret.as_bytes())[..8]));
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn call_ends_with_1_after_a_refusal_and_2_without_an_answer() {
    let dev = Dev::start(&[]);
    let call = |url: &str, realm: &str| -> Finished {
        let mut command = command();
        command.args(["call", "GET", url, "--realm", realm]);
        let output = command.envs(dev.credentials.environment()).output().unwrap();
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    };
    let refused = call(&format!("http://{}/x", dev.address), "7654321");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("wrong-account"), "{refused:?}");
    // A port that was free a moment ago, and now is again.
    let free = Upstream::start().address;
    call(&format!("http://{free}/x"), "1234567").refused_with(2, "is the server running");
}
