//! No secret is in clear in anything that is written.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_tests::{Call, Deployment, command, run_with_input};

const PASSWORDS: [&str; 2] = ["canary password one", "canary-password-two"];

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn no_secret_is_in_the_folder_or_the_output_of_a_server() {
    let mut deployment = Deployment::init();
    let link = link(&deployment.founded.stdout);
    // Everything that can be logged is.
    deployment.stop();
    let mut talkative = command();
    talkative.env("COUNTERSIGN_LOG", "trace");
    deployment.serve_with(talkative);

    let second = deployment.new_token();
    live(&deployment, &link);
    let mut needles = needles(&deployment, &link);
    needles.extend(second.secrets().iter().flat_map(|secret| spellings("second", secret)));

    let killed = deployment.kill();
    assert!(killed.stderr().contains("TRACE"), "everything is logged");
    assert_none_in(&files(&deployment.data()), &needles);
    deployment.serve();
    let stopped = deployment.stop();
    assert_none_in(&files(&deployment.data()), &needles);
    for process in [killed, stopped] {
        let written = files(process.written());
        assert_eq!(written.len(), 2);
        assert_none_in(&written, &needles);
    }
}

#[test]
fn what_can_be_searched_for_would_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let secret = "00ff".repeat(16);
    let needles = spellings("canary", &secret);
    let raw: Vec<u8> = [0x00, 0xFF].repeat(16);
    for text in [secret.as_bytes(), secret.to_uppercase().as_bytes(), &raw] {
        fs::write(&path, [b"before", text, b"after"].concat()).unwrap();
        assert_eq!(found(&files(folder.path()), &needles).len(), 1);
    }
    fs::write(&path, "nothing").unwrap();
    assert!(found(&files(folder.path()), &needles).is_empty());
}

/// Some of everything: admitted, refused for each secret, passwords set in both ways.
fn live(deployment: &Deployment, link: &str) {
    let address = deployment.address();
    let mut connection = deployment.connect();
    let good = &deployment.credentials;
    let swapped = countersign_tests::Credentials {
        consumer_secret: good.token_secret.clone(),
        token_secret: good.consumer_secret.clone(),
        ..good.clone()
    };
    for (credentials, status) in [(good, 200), (&swapped, 401)] {
        let call = Call::new("POST", "/services/rest/x").with_form("a=1");
        assert_eq!(connection.send(&credentials.sign(&call, address)).status, status);
    }
    let [by_link, by_input] = PASSWORDS;
    let password = by_link.replace(' ', "+");
    let form = format!("link={link}&password={password}&repeat={password}");
    let call = Call::new("POST", "/countersign/setup").with_form(&form);
    let seen = Call::get(&format!("/countersign/setup?link={link}"));
    assert_eq!(connection.send(&seen.unsigned(address)).status, 200);
    assert_eq!(connection.send(&call.unsigned(address)).status, 200);

    let data = deployment.data();
    let place = ["--data-dir", data.to_str().unwrap(), "--account", "1234567"];
    let create = ["entity", "create", "Bob", "--email", "bob@example.com", "--password-stdin"];
    run_with_input(&[&create[..], &place].concat(), &format!("{by_input}\n")).done();
}

fn link(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("link=")).unwrap();
    line.trim().rsplit_once("link=").unwrap().1.to_owned()
}

/// What must be nowhere: its name and its bytes.
type Needle = (&'static str, Vec<u8>);

fn needles(deployment: &Deployment, link: &str) -> Vec<Needle> {
    let credentials = &deployment.credentials;
    let key = fs::read_to_string(deployment.key_file()).unwrap();
    let key = key.trim();
    let mut needles = vec![("key file", key.as_bytes().to_vec())];
    // A readable prefix may stand in front of it.
    let of_key = key.rsplit(['_', ':', ' ']).next().unwrap();
    needles.extend(spellings("key", of_key));
    needles.push(("link", link.as_bytes().to_vec()));
    needles.extend(spellings("link", link.rsplit('_').next().unwrap()));
    needles.extend(spellings("consumer secret", &credentials.consumer_secret));
    needles.extend(spellings("token secret", &credentials.token_secret));
    for password in PASSWORDS {
        needles.push(("password", password.as_bytes().to_vec()));
        needles.push(("password in a form", password.replace(' ', "+").into_bytes()));
    }
    needles
}

/// A secret as text in either case, and where it is hexadecimal, its bytes.
fn spellings(name: &'static str, text: &str) -> Vec<Needle> {
    let mut spellings =
        vec![(name, text.as_bytes().to_vec()), (name, text.to_ascii_uppercase().into_bytes())];
    let byte = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
    spellings.extend(bytes.map(|bytes| (name, bytes)));
    spellings
}

/// All files in a folder, sockets left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(self::files(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files
}

fn found(files: &[PathBuf], needles: &[Needle]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let bytes = fs::read(file).unwrap();
        for (name, needle) in needles {
            assert!(needle.len() >= 8, "{name} is too short to be searched for");
            if bytes.windows(needle.len()).any(|window| window == needle) {
                found.push(format!("{name} in {}", file.display()));
            }
        }
    }
    found
}

fn assert_none_in(files: &[PathBuf], needles: &[Needle]) {
    assert!(!files.is_empty());
    let found = found(files, needles);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
