//! The unit for systemd: without mistakes, and about as closed as a service can be.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Deployment, command};

fn analyze(arguments: &[&str], unit: &Path) -> Output {
    Command::new("systemd-analyze").args(arguments).arg(unit).output().unwrap()
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn systemd_finds_no_mistake_in_the_unit_and_little_that_is_open() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/systemd");
    let unit = fs::read_to_string(source.join("countersign.service")).unwrap();
    let program = command().get_program().to_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign.service");
    fs::write(&path, unit.replace("/usr/bin/countersign ", &format!("{program} "))).unwrap();

    let version = Command::new("systemd-analyze").arg("--version").output();
    if !must_have("systemd", succeeds(version)) {
        return;
    }
    let verified = analyze(&["verify", "--man=no"], &path);
    let said = String::from_utf8_lossy(&verified.stderr);
    let about_us: Vec<&str> = said.lines().filter(|line| line.contains("countersign")).collect();
    assert!(verified.status.success() && about_us.is_empty(), "{said}");

    // Exposure of 2.0 out of 10.
    let security = analyze(&["security", "--offline=true", "--threshold=20"], &path);
    assert!(security.status.success(), "{}", String::from_utf8_lossy(&security.stdout));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_key_that_the_service_manager_hands_over_gives_no_cause_to_warn() {
    let mut deployment = Deployment::init();
    deployment.stop();
    // How a credential looks that one user may read by an access list.
    fs::set_permissions(deployment.key_file(), Permissions::from_mode(0o440)).unwrap();
    let around = deployment.key_file().parent().unwrap().to_owned();
    for (credentials, warns) in [(Path::new("/nowhere"), true), (&around, false)] {
        let mut program = command();
        program.env("CREDENTIALS_DIRECTORY", credentials);
        deployment.serve_with(program);
        let log = deployment.stop().stderr();
        assert_eq!(log.contains("others can read the key file"), warns, "{log}");
    }
}
