//! `serve --config` and `check-config`: one file, and the environment before it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use countersign_tests::{
    Call, Connection, Deployment, Front, Process, Served, command, everything_to, listening, run,
};
use rustix::process::Signal;
use serde_json::Value;

/// A settings file for a deployment, in the folder around it.
fn file(deployment: &Deployment, more: &str) -> PathBuf {
    let text = format!(
        r#"public_url = "http://localhost:8080"
data_dir = {:?}
key_file = {:?}
[[listener]]
address = "127.0.0.1:0"
[[upstream]]
name = "orders"
servers = ["http://{}"]
[[route]]
path = "/"
upstream = "orders"
{more}"#,
        deployment.data(),
        deployment.key_file(),
        deployment.upstream.address
    );
    let path = deployment.data().with_file_name("countersign.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_server_does_what_its_settings_say() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let file = file(&deployment, "[limits]\nform_bytes = \"1 KiB\"\n");
    let mut start = command();
    start.args(["serve", "--config"]).arg(file).env("COUNTERSIGN_LIMITS_FORM_MEMORY", "1 MiB");
    let mut process = Process::start(&mut start);
    let address = process.wait_for("the server is ready", |process| listening(&process.stderr()));
    let status = |call: &Call| {
        let request = deployment.credentials.sign(call, address);
        Connection::open(address).send(&request).status
    };
    let post = |bytes| Call::new("POST", "/services/rest/x").with_form(&"a".repeat(bytes));
    assert_eq!(status(&Call::get("/services/rest/x")), 200);
    assert_eq!(status(&post(500)), 200);
    assert_eq!(status(&post(2000)), 413);
    assert_eq!(process.stop().code(), Some(0));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_server_does_not_start_with_faults_or_with_what_it_can_not_do() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let start = |more: &str| {
        let file = file(&deployment, more);
        run(&["serve", "--config", file.to_str().unwrap()])
    };
    let faulty = start("[limits]\nidle = 5\nx = 1\n");
    assert_eq!(faulty.code, Some(2), "{faulty:#?}");
    let said = &faulty.stderr;
    assert!(said.contains(".toml:13: limits.idle: 5 has no unit: write \"5 s\""), "{said}");
    assert!(said.contains(".toml:14: limits.x: is no setting"), "{said}");
    let text = fs::read_to_string(file(&deployment, "")).unwrap();
    let path = deployment.data().with_file_name("address.toml");
    fs::write(&path, format!("domain = \"127.0.0.1\"\n{text}")).unwrap();
    let address = run(&["serve", "--config", path.to_str().unwrap()]);
    assert_eq!(address.code, Some(2), "{address:#?}");
    let said = &address.stderr;
    assert!(said.contains(".toml:1: domain: is an address, and no host lies in one"), "{said}");
    let both = run(&["serve", "--config", "c.toml", "--data-dir", "data"]);
    assert_eq!(both.code, Some(2), "{both:#?}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_effective_configuration_is_printed_with_origins_and_reads_back() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let first = file(&deployment, "[limits]\nidle = \"90 s\"\n");
    let shown = run(&["check-config", "--config", first.to_str().unwrap()]).done();
    let line = format!("idle = \"90 s\" # {}:13\n", first.display());
    assert!(shown.stdout.contains(&line), "{shown:#?}");
    assert!(shown.stdout.contains("linger = \"2 s\" # default\n"), "{shown:#?}");
    assert_eq!(shown.stderr, "");

    let second = first.with_file_name("again.toml");
    fs::write(&second, &shown.stdout).unwrap();
    let again = ["check-config", "--json", "--config", second.to_str().unwrap()];
    let again: Value = serde_json::from_str(&run(&again).done().stdout).unwrap();
    let settings = again["settings"].as_array().unwrap();
    let idle = settings.iter().find(|it| it["key"] == "limits.idle").unwrap();
    assert_eq!(idle["value"], "90 s");
}

/// They would wonder at 403 for ever.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn who_asks_for_a_permission_that_nobody_has_defined_is_told() {
    const WORDS: &str = "a route asks for the permission orders.read, which no account has defined";
    let deployment = Deployment::furnished();
    let path = file(&deployment, "permission = \"orders.read:edit\"\n");
    let mut server = Served::start(&path);
    server.wait_for_lines(1, WORDS);
    let good = file(&deployment, "permission = \"access-token-management:edit\"\n");
    let shown = run(&["check-config", "--config", good.to_str().unwrap()]).done();
    assert_eq!(shown.stderr, "");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn files_that_are_not_there_or_open_to_others_are_told() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let path = file(&deployment, "");
    let check = ["check-config", "--config", path.to_str().unwrap()];
    let key_file = deployment.key_file();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o644)).unwrap();
    let open = run(&check).done();
    assert!(open.stderr.contains(":3: key_file: others can read"), "{open:#?}");

    fs::remove_file(&key_file).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("/data\"", "/elsewhere\"")).unwrap();
    let missing = run(&check);
    assert_eq!(missing.code, Some(2), "{missing:#?}");
    assert_eq!(missing.stderr.lines().count(), 2, "{missing:#?}");
    assert!(missing.stderr.contains(":2: data_dir: "), "{missing:#?}");
    assert!(missing.stderr.contains("make it with `countersign init`"), "{missing:#?}");
    assert!(missing.stderr.contains(":3: key_file: "), "{missing:#?}");

    let none = run(&["check-config", "--config", "/nowhere/c.toml"]);
    none.refused_with(2, "can't read the settings in /nowhere/c.toml");
}

/// Whoever checks a file must not learn the rest when the server does not start.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn files_that_are_not_what_they_should_be_are_told_before_the_server_is_started() {
    let front = Front::new();
    let nothing = front.certificate().with_file_name("nothing");
    fs::write(&nothing, "nothing\n").unwrap();
    let rules = everything_to(&[front.deployment.upstream.address]);
    let rules = rules.replace("[\"http:", "[\"https:");
    let rules = rules.replace("\n[[route]]", &format!("\nca_file = {nothing:?}\n[[route]]"));
    let tracing = "[tracing]\nendpoint = \"http://127.0.0.1:4318\"\n";
    let settings = format!("{}{rules}{tracing}headers_file = {nothing:?}\n", front.listeners());
    let path = front.write(&settings);
    fs::write(front.deployment.key_file(), "nothing").unwrap();
    fs::write(front.certificate(), "nothing").unwrap();
    let told = run(&["check-config", "--config", path.to_str().unwrap()]);
    assert_eq!(told.code, Some(2), "{told:#?}");
    let (file, name) = (path.display(), nothing.display());
    let text = fs::read_to_string(&path).unwrap();
    let line = |words: &str| 1 + text.lines().position(|line| line.starts_with(words)).unwrap();
    for (line, words) in [
        (line("key_file"), "key_file: ".to_owned()),
        (
            line("certificate"),
            format!("listener[1].tls.certificate: {}: ", front.certificate().display()),
        ),
        (line("ca_file"), format!("upstream[1].ca_file: {name} ")),
        (line("headers_file"), format!("tracing.headers_file: {name}:1 is no header")),
    ] {
        assert!(told.stderr.contains(&format!("{file}:{line}: {words}")), "{words}: {told:#?}");
    }
    assert_eq!(told.stderr.lines().count(), 4, "{told:#?}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn secrets_that_others_can_read_are_told_by_check_config_and_by_the_server() {
    let front = Front::new();
    let rules = everything_to(&[front.deployment.upstream.address]);
    let path = front.write(&format!("{}{rules}", front.listeners()));
    fs::set_permissions(front.key(), fs::Permissions::from_mode(0o644)).unwrap();
    let words = format!("listener[1].tls.key: others can read {}", front.key().display());
    let shown = run(&["check-config", "--config", path.to_str().unwrap()]).done();
    assert!(shown.stderr.contains(&words), "{shown:#?}");
    let mut served = Served::start(&path);
    served.wait_for_lines(1, &words);
    served.process.signal(Signal::HUP);
    served.wait_for_lines(2, &words);
}
