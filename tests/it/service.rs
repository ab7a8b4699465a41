//! The unit for systemd: without mistakes, and about as closed as a service can be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Deployment, command};

use crate::stays_here::{a_life, can_trace, traced, whole};

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

/// Named sets of system calls, as systemd has them; a member may be a set.
fn sets() -> BTreeMap<String, Vec<String>> {
    let asked = Command::new("systemd-analyze").arg("syscall-filter").output().unwrap();
    let text = String::from_utf8(asked.stdout).unwrap();
    let mut sets: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut set = String::new();
    for line in text.lines().filter(|line| !line.trim().starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(member) => sets.entry(set.clone()).or_default().push(member.trim().to_owned()),
            None => line.trim().clone_into(&mut set),
        }
    }
    sets
}

fn members(sets: &BTreeMap<String, Vec<String>>, name: &str) -> BTreeSet<String> {
    match sets.get(name) {
        Some(all) => all.iter().flat_map(|member| members(sets, member)).collect(),
        None => [name.to_owned()].into(),
    }
}

/// Calls that the unit lets through: its lines one after the other.
fn permitted(unit: &str) -> BTreeSet<String> {
    let sets = sets();
    // Always: to start, to end, to tell the time.
    let mut all = members(&sets, "@default");
    all.insert("execve".to_owned());
    for line in unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")) {
        let (takes_away, names) = line.strip_prefix('~').map_or((false, line), |it| (true, it));
        for call in names.split_whitespace().flat_map(|name| members(&sets, name)) {
            if takes_away {
                all.remove(&call)
            } else {
                all.insert(call)
            };
        }
    }
    all
}

/// Without systemd nobody enforces these lines here; but what the server does can be held to them.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_server_does_nothing_that_the_unit_forbids() {
    let version = Command::new("systemd-analyze").arg("--version").output();
    if !must_have("systemd", succeeds(version)) || !must_have("strace", can_trace()) {
        return;
    }
    let mut deployment = Deployment::init();
    deployment.stop();
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    deployment.serve_with(traced(&trace, "all"));
    a_life(&mut deployment);
    let trace = whole(&trace);

    let path = "../deploy/systemd/countersign.service";
    let unit = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let called = |line: &str| -> Option<String> {
        let (name, _) = line.split_once(' ')?.1.trim_start().split_once('(')?;
        let is_name = name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
        is_name.then(|| name.to_owned())
    };
    let used: BTreeSet<String> = trace.lines().filter_map(called).collect();
    assert!(used.contains("fdatasync") || used.contains("fsync"), "{used:?}");
    let mut permitted = permitted(&unit);
    if rustix::process::geteuid().is_root() {
        // SQLite gives its files to the owner of the database, as root alone.
        permitted.insert("fchown".to_owned());
    }
    let forbidden: Vec<_> = used.difference(&permitted).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");

    assert!(unit.contains("\nMemoryDenyWriteExecute=yes\n"));
    let both = |line: &&str| line.contains("PROT_WRITE|PROT_EXEC");
    let executable = |line: &&str| line.contains("mprotect(") && line.contains("PROT_EXEC");
    assert_eq!(trace.lines().find(|line| both(line) || executable(line)), None);
    assert!(unit.contains("\nRestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n"));
    let families = ["socket(AF_INET,", "socket(AF_INET6,", "socket(AF_UNIX,"];
    let other =
        |line: &&str| line.contains(" socket(") && !families.iter().any(|it| line.contains(it));
    assert_eq!(trace.lines().find(other), None);
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
