//! What keeps a server from starting: exit code 2, and one sentence.

use std::fs;
use std::net::TcpListener;

use countersign_tests::{Finished, Front, everything_to, run};

fn start(front: &Front, settings: &str) -> Finished {
    let config = front.write(settings);
    run(&["serve", "--config", config.to_str().unwrap()])
}

fn settings(front: &Front) -> String {
    format!("{}{}", front.listeners(), everything_to(&[front.deployment.upstream.address]))
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_port_that_is_taken_is_named_with_its_setting() {
    let front = Front::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let settings = settings(&front);
    let (data, control) = settings.rsplit_once("127.0.0.1:0").unwrap();
    let finished = start(&front, &format!("{data}{address}{control}"));
    finished.refused_with(2, &format!("can't listen on {address}: "));
    finished.refused_with(2, "listener[2].address");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_certificate_or_key_that_can_not_be_served_is_named() {
    let front = Front::new();
    let (certificate, key) = (front.certificate(), front.key());
    let good = settings(&front);
    let refused = |words: &str| start(&front, &good).refused_with(2, words);

    fs::remove_file(&certificate).unwrap();
    refused(&format!("can't read {}: No such file", certificate.display()));
    fs::write(&certificate, "nothing").unwrap();
    refused(&format!("{}: the certificate file has no certificate", certificate.display()));
    front.issued.put(&certificate, &key);
    fs::remove_file(&key).unwrap();
    refused(&format!("can't read {}: No such file", key.display()));
    fs::write(&key, "nothing").unwrap();
    refused(&format!("{}: the key file has no private key", key.display()));
    fs::write(&key, &front.authority.issue().key).unwrap();
    refused(&format!("{}: ", certificate.display()));
    fs::remove_file(&key).unwrap();
    fs::create_dir(&key).unwrap();
    refused(&format!("can't read {}: ", key.display()));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_key_file_that_can_not_be_used_is_named() {
    let front = Front::new();
    let (file, good) = (front.deployment.key_file(), settings(&front));
    let shown = file.display();
    let key = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    start(&front, &good).refused_with(2, &format!("can't read the key file {shown}: "));
    fs::create_dir(&file).unwrap();
    start(&front, &good).refused_with(2, &format!("can't read the key file {shown}: "));
    fs::remove_dir(&file).unwrap();
    fs::copy(front.key(), &file).unwrap();
    let finished = start(&front, &good);
    finished.refused_with(2, &format!("{shown} is not a key file of Countersign"));
    fs::write(&file, key).unwrap();
}
