//! The unit for systemd: without mistakes, and about as closed as a service can be.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use countersign_tests::command;

fn analyze(arguments: &[&str], unit: &Path) -> Option<Output> {
    Command::new("systemd-analyze").args(arguments).arg(unit).output().ok()
}

/// Where there is no systemd there is nothing to ask.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn systemd_finds_no_mistake_in_the_unit_and_little_that_is_open() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/systemd");
    let unit = fs::read_to_string(source.join("countersign.service")).unwrap();
    let program = command().get_program().to_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign.service");
    fs::write(&path, unit.replace("/usr/bin/countersign ", &format!("{program} "))).unwrap();

    let Some(verified) = analyze(&["verify", "--man=no"], &path) else {
        eprintln!("left out: there is no systemd-analyze here");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    let about_us: Vec<&str> = said.lines().filter(|line| line.contains("countersign")).collect();
    assert!(verified.status.success() && about_us.is_empty(), "{said}");

    // Exposure of 2.0 out of 10.
    let security = analyze(&["security", "--offline=true", "--threshold=20"], &path).unwrap();
    assert!(security.status.success(), "{}", String::from_utf8_lossy(&security.stdout));
}
