//! `docs/operator/first-deployment.md`: its commands are run as they are printed, in their order.

mod under_systemd;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Process, clients, command};
use tempfile::TempDir;

fn page() -> String {
    let path = "../docs/operator/first-deployment.md";
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What stands in blocks of a kind, in their order.
fn blocks(page: &str, kind: &str) -> Vec<String> {
    let begin = format!("\n```{kind}\n");
    let blocks = page.split(&begin).skip(1);
    blocks.map(|block| block.split("\n```").next().unwrap().to_owned()).collect()
}

/// A folder with a shell in it that finds the program, and a Python that has the client.
fn shell(script: &str) -> (TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let programs = folder.path().join("programs");
    fs::create_dir(&programs).unwrap();
    symlink(command().get_program(), programs.join("countersign")).unwrap();
    let mut shell = Command::new("sh");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("COUNTERSIGN_") {
            shell.env_remove(name);
        }
    }
    let (path, python) = (std::env::var("PATH").unwrap(), clients().join("python/bin"));
    shell.env("PATH", format!("{}:{}:{path}", programs.display(), python.display()));
    shell.env("NO_PROXY", "localhost");
    // All at once, so that no two of them are one.
    let listeners = ["PORT", "CONTROL", "API"]
        .map(|name| (name, TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()));
    shell.envs(listeners.map(|(name, port)| (name, port.to_string())));
    shell.current_dir(folder.path()).args(["-eu", "-c", script]);
    (folder, shell)
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_commands_of_the_first_deployment_work_as_printed() {
    let page = page();
    let blocks = blocks(&page, "sh");
    // Whatever happens, what was started ends.
    let mut script = "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT\n".to_owned();
    for (number, block) in blocks.iter().enumerate() {
        script.push_str(&format!("echo '=== {number}'\n{block}\n"));
    }
    let (folder, mut shell) = shell(&script);
    let mut shell = Process::start(shell.process_group(0));
    let status = shell.wait();
    let said = shell.stdout();
    let log = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    assert!(
        status.success(),
        "{status}\n{said}\n{}\n{}\n{}",
        shell.stderr(),
        log("server.log"),
        log("restored.log")
    );

    let part = |words: &str| {
        let number = blocks.iter().position(|block| block.contains(words)).expect(words);
        let (_, after) = said.split_once(&format!("=== {number}\n")).unwrap();
        after.split("=== ").next().unwrap().to_owned()
    };
    assert!(part("countersign init").contains("/countersign/setup?link="));
    assert!(part("check-config").contains("# default"));
    assert!(part("health/ready").contains("\"ready\":true"));
    for call in ["COUNTERSIGN_TOKEN_SECRET=", "python3 call.py"] {
        let told = part(call);
        for member in [
            "\"path\": \"/v1/orders?open=true\"",
            "\"countersign-entity\": \"2\"",
            "\"countersign-assertion\": \"",
        ] {
            assert!(told.to_lowercase().contains(member), "{member}: {told}");
        }
        assert!(!told.to_lowercase().contains("authorization"), "{told}");
    }
    let forbidden = part("/v1/keys/\" --cacert");
    assert!(forbidden.contains("INSUFFICIENT_PERMISSION"), "{forbidden}");
    assert!(forbidden.contains("not for this role"), "{forbidden}");
    let revoked = part("token revoke");
    assert!(revoked.contains("refused, from the next request on"), "{revoked}");
    assert!(revoked.contains("HTTP/1.1 401 Unauthorized"), "{revoked}");
    assert!(revoked.contains("why    token-revoked"), "{revoked}");
    let metrics = part("/countersign/metrics");
    assert!(metrics.contains("countersign_admissions_total{surface=\"restlet\"} 2"), "{metrics}");
    assert!(part("s_client").contains("serial="));
    assert!(part("/v1/public/hours").contains("\"told\": {}"));
}

/// What the page prints for the service manager goes with the unit.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn systemd_finds_no_mistake_in_the_drop_in_of_the_page() {
    let [drop_in] = &blocks(&page(), "ini")[..] else { panic!("one block") };
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/systemd");
    let program = command().get_program().to_str().unwrap().to_owned();
    let ours = |text: &str| text.replace("/usr/bin/countersign ", &format!("{program} "));
    let unit = fs::read_to_string(source.join("countersign.service")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("countersign.service");
    fs::write(&path, ours(&unit)).unwrap();
    let beside = folder.path().join("countersign.service.d");
    fs::create_dir(&beside).unwrap();
    fs::write(beside.join("override.conf"), ours(drop_in)).unwrap();
    let mut analyze = Command::new("systemd-analyze");
    let version = Command::new("systemd-analyze").arg("--version").output();
    if !must_have("systemd", succeeds(version)) {
        return;
    }
    let verified = analyze.args(["verify", "--man=no"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    let about_us: Vec<&str> = said.lines().filter(|line| line.contains("countersign")).collect();
    assert!(verified.status.success() && about_us.is_empty(), "{said}");
}
