//! `countersign scan`: credentials that were issued are found in files, and shown in part only.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use countersign_tests::{Deployment, command, run};
use serde_json::Value;

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn issued_credentials_are_found_in_files_folders_and_standard_input() {
    let deployment = Deployment::init();
    let made = deployment.record(&["integration", "create", "Leaked"]);
    let secret = made["consumer_secret"].as_str().unwrap().to_owned();
    let key = made["consumer_key"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let clean = folder.path().join("clean");
    fs::create_dir_all(clean.join("deep")).unwrap();
    fs::write(clean.join("deep/hashes.txt"), "5a".repeat(32)).unwrap();
    let scan = |paths: &[&str]| run(&[&["scan"], paths].concat());
    let clean = clean.to_str().unwrap();
    let none = scan(&[clean]);
    assert_eq!((none.code, &*none.stdout), (Some(0), ""), "{none:?}");

    let leak = folder.path().join("clean/deep/leak.env");
    fs::write(&leak, format!("# settings\nKEY={key}\nSECRET={secret}\n")).unwrap();
    let found = scan(&[clean]);
    let leak = leak.to_str().unwrap();
    let expected = format!(
        "{leak}:2:5: consumer-key {}...\n{leak}:3:8: consumer-secret {}...\n",
        &key[..6],
        &secret[..6]
    );
    assert_eq!((found.code, &*found.stdout), (Some(1), &*expected), "{found:?}");
    let lines = scan(&[leak, "--json"]).stdout;
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["kind"], &first["line"]), (&"consumer-key".into(), &2.into()));
    assert!(!lines.contains(&secret) && !lines.contains(&key));

    let mut piped = command();
    piped.args(["scan", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut piped = piped.spawn().unwrap();
    piped.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    let piped = piped.wait_with_output().unwrap();
    assert_eq!(piped.status.code(), Some(1));
    assert!(piped.stdout.starts_with(b"-:1:1: consumer-secret "), "{piped:?}");

    let missing = scan(&[folder.path().join("nothing").to_str().unwrap()]);
    assert_eq!((missing.code, &*missing.stdout), (Some(2), ""), "{missing:?}");
    assert!(missing.stderr.contains("can't read"), "{missing:?}");
}
