//! What an operator sees: health, metrics, log lines, which program it is.

use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use countersign_tests::{
    Answer, Call, Connection, Credentials, Deployment, Upstream, command, run, wait_for,
};
use serde_json::{Value, json};

fn get(deployment: &Deployment, path: &str) -> Answer {
    deployment.connect().send(&Call::get(path).unsigned(deployment.address()))
}

/// The value of a series, written as it is served.
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series}: {metrics}")).parse().unwrap()
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_healthy_server_says_so_check_by_check() {
    let deployment = Deployment::init();
    let live = get(&deployment, "/countersign/health/live");
    assert_eq!((live.status, live.json()), (200, json!({ "live": true })));
    let ready = get(&deployment, "/countersign/health/ready");
    assert_eq!((ready.status, ready.header("cache-control")), (200, "no-store"));
    let checks = ["directory", "clock", "replay_journal", "restart_boundary", "trail", "serving"];
    let checks: serde_json::Map<String, Value> =
        checks.map(|check| (check.to_owned(), "ok".into())).into_iter().collect();
    assert_eq!(ready.json(), json!({ "ready": true, "checks": checks }));
    let post = Call::new("POST", "/countersign/health/ready").unsigned(deployment.address());
    assert_eq!(deployment.connect().send(&post).status, 405);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn as_long_as_a_restart_boundary_refuses_all_the_server_is_not_ready_and_says_until_when() {
    let mut deployment = Deployment::init();
    deployment.stop();
    deployment.serve_by(command(), &["--renew-replay-memory"]);
    assert_eq!(deployment.status_of(&Call::get("/services/rest/x")), 401);
    let ready = get(&deployment, "/countersign/health/ready");
    assert_eq!((ready.status, &ready.json()["ready"]), (503, &Value::Bool(false)));
    let said = ready.json()["checks"]["restart_boundary"].to_string();
    assert!(said.contains("Z are refused"), "{said}");
    let metrics = get(&deployment, "/countersign/metrics").text();
    assert_eq!(value(&metrics, "countersign_check{check=\"restart_boundary\"}"), 0.0);
    let ahead = value(&metrics, "countersign_replay_boundary_ahead_seconds");
    assert!((1.0..=300.0).contains(&ahead), "{ahead}");
    let log = deployment.stop().stderr();
    assert!(log.contains("the replay memory was renewed") && !log.contains("Some("), "{log}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_server_that_drains_says_on_the_connections_that_it_still_has_that_it_is_not_ready() {
    let mut deployment = Deployment::init();
    let address = deployment.address();
    deployment.upstream.hold();
    let mut slow = deployment.connect();
    slow.write(&deployment.credentials.sign(&Call::get("/services/rest/slow"), address)).unwrap();
    let upstream = &deployment.upstream;
    wait_for("it is in flight", || (upstream.received().len() == 1).then_some(()));
    // Opened before, asked after.
    let mut probe = deployment.connect();
    probe.write_bytes(b"GET /countersign/health/ready HTTP/1.1\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    deployment.process().signal(rustix::process::Signal::TERM);
    wait_for("no new connections", || Connection::try_open(address).is_err().then_some(()));
    probe.write_bytes(format!("Host: {address}\r\n\r\n").as_bytes()).unwrap();
    // Whether a half-sent request is still answered is up to the HTTP library.
    if let Ok(answer) = probe.read("GET") {
        assert_eq!(answer.status, 503);
        assert_ne!(answer.json()["checks"]["serving"], "ok");
    }
    deployment.upstream.release();
    assert_eq!(slow.read("GET").unwrap().status, 200);
    assert_eq!(deployment.process().wait().code(), Some(0));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn metrics_count_what_happened_and_show_nothing_of_whom() {
    let deployment = Deployment::init();
    let address = deployment.address();
    let good = &deployment.credentials;
    let wrong = Credentials { token_secret: "0".repeat(64), ..good.clone() };
    for _ in 0..3 {
        assert_eq!(deployment.status_of(&Call::get("/services/rest/x?q=query-of-somebody")), 200);
        let refused =
            deployment.connect().send(&wrong.sign(&Call::get("/path-of-theirs"), address));
        assert_eq!(refused.status, 401);
    }
    let answer = get(&deployment, "/countersign/metrics");
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let metrics = answer.text();
    assert!(metrics.ends_with("# EOF\n"));
    for (series, expected) in [
        ("countersign_admissions_total{surface=\"rest\"}", 3.0),
        ("countersign_refusals_total{detail=\"InvalidSignature\",code=\"unexplained\"}", 3.0),
        ("countersign_replay_marks", 3.0),
        ("countersign_replay_marks_capacity", 6_000_000.0),
        ("countersign_directory_entries{kind=\"token\"}", 1.0),
        ("countersign_directory_entries{kind=\"account\"}", 1.0),
        ("countersign_check{check=\"trail\"}", 1.0),
        ("countersign_check{check=\"replay_journal\"}", 1.0),
        ("countersign_attempts_unrecorded_total", 0.0),
        ("countersign_clock_steps_total", 0.0),
    ] {
        assert_eq!(value(&metrics, series), expected, "{series}");
    }
    for series in [
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_max_fds",
        "process_start_time_seconds",
        "countersign_data_disk_free_bytes",
        "countersign_replay_journal_unsynced_bytes",
        "countersign_replay_mark_ahead_seconds",
    ] {
        assert!(value(&metrics, series) > 0.0, "{series}");
    }
    let secrets = [&good.consumer_key, &good.consumer_secret, &good.token_id, &good.token_secret];
    let others = ["somebody", "theirs", "127.0.0.1", "1234567", "@example.com"];
    for text in secrets.into_iter().map(String::as_str).chain(others) {
        assert!(!metrics.contains(text), "{text}: {metrics}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn who_may_not_read_metrics_gets_what_a_path_that_does_not_exist_gets() {
    let mut deployment = Deployment::init();
    let nowhere = get(&deployment, "/countersign/nowhere");
    assert_eq!(nowhere.status, 404);
    deployment.stop();
    deployment.serve_by(command(), &["--metrics-from", "192.0.2.0/24"]);
    let metrics = get(&deployment, "/countersign/metrics");
    assert_eq!((metrics.status, metrics.text()), (404, nowhere.text()));
    let forged = Call::get("/countersign/metrics").unsigned(deployment.address());
    let forged = forged.with("X-Forwarded-For", "192.0.2.1");
    assert_eq!(deployment.connect().send(&forged).status, 404);
    deployment.stop();

    let networks = ["--metrics-from", "192.0.2.0/24", "--metrics-from", "127.0.0.0/8"];
    deployment.serve_by(command(), &networks);
    assert_eq!(get(&deployment, "/countersign/metrics").status, 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn refusals_are_lines_for_who_asks_for_them_and_each_line_of_the_log_is_an_object() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let mut program = command();
    program.env("COUNTERSIGN_LOG", "info,countersign::attempts=trace");
    deployment.serve_by(program, &["--log-format", "json"]);
    let address = deployment.address();
    assert_eq!(deployment.status_of(&Call::get("/services/rest/x?q=hidden")), 200);
    let misplaced = deployment.credentials.token_secret.clone();
    let path = format!("/services/rest/{misplaced}?q=hidden");
    let wrong = Credentials { token_secret: "0".repeat(64), ..deployment.credentials.clone() };
    let refused = deployment.connect().send(&wrong.sign(&Call::get(&path), address));
    let log = deployment.stop().stderr();
    assert!(!log.contains(&misplaced) && !log.contains("hidden"), "{log}");

    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let said = |message: &str| {
        let found = lines.iter().find(|line| line["message"] == message);
        found.unwrap_or_else(|| panic!("no {message}: {log}"))
    };
    let line = said("refused");
    assert_eq!(line["reference"], refused.header("countersign-reference"));
    assert_eq!((&line["detail"], &line["level"]), (&"InvalidSignature".into(), &"DEBUG".into()));
    assert_eq!(line["path"], "/services/rest/[a secret]");
    assert_eq!(said("admitted")["surface"], "rest");
    assert!(said("ready")["address"].as_str().unwrap().starts_with("127.0.0.1:"));
    assert_eq!(said("stopped")["level"], "INFO");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_collector_of_traces_that_is_not_there_changes_nothing() {
    let mut deployment = Deployment::init();
    deployment.stop();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let options = ["--otlp-endpoint", &format!("http://{gone}"), "--otlp-sample", "1"];
    deployment.serve_by(command(), &options);
    assert_eq!(deployment.status_of(&Call::get("/services/rest/x")), 200);
    let log = deployment.stop().stderr();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_collectors_address_that_is_none_is_refused_with_an_example() {
    let (made, _) = countersign_tests::made_folder();
    let upstream = Upstream::start();
    let refused = run(&[
        "serve",
        "--data-dir",
        made.data().to_str().unwrap(),
        "--key-file",
        made.key_file().to_str().unwrap(),
        "--upstream",
        &format!("http://{}", upstream.address),
        "--otlp-endpoint",
        "collector:4317",
    ]);
    refused.refused_with(2, "such as http://127.0.0.1:4318");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_version_names_the_commit_that_is_checked_out() {
    let shown = run(&["--version"]).done().stdout;
    let rest = shown.strip_prefix("countersign ").unwrap();
    let (version, commit) = rest.trim_end().split_once(" (").unwrap();
    assert_eq!(version.split('.').count(), 3, "{shown}");
    assert_eq!(commit.strip_suffix(')').unwrap(), commit_of_build(), "{shown}");
}

/// The same rules as those of the program's `build.rs`: what whoever builds says, else what git
/// says; only where neither is there is nothing known.
fn commit_of_build() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let given = |name: &str| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    if let Some(commit) = given("COUNTERSIGN_COMMIT") {
        let date = given("COUNTERSIGN_COMMIT_DATE").map(|date| format!(" {date}"));
        return format!("{commit}{}", date.unwrap_or_default());
    }
    if !root.join(".git").exists() {
        return "unknown".to_owned();
    }
    let mut git = Command::new("git");
    git.args(["show", "--no-patch", "--abbrev=7", "--format=%h %cd"]);
    git.arg("--date=format-local:%Y-%m-%d").current_dir(root).env("TZ", "UTC0");
    let output = git.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A service manager hears of it; see `supervisor`.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_service_manager_is_told_and_a_reload_does_not_end_the_server() {
    use std::os::unix::net::UnixDatagram;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(countersign_tests::PATIENCE)).unwrap();
    // It reads all the time, as one does: the kernel has room for ten messages.
    let reading = std::thread::spawn(move || {
        let mut all: Vec<String> = Vec::new();
        while all.last().is_none_or(|last| last != "STOPPING=1") {
            let mut bytes = [0; 64];
            let length = socket.recv(&mut bytes).unwrap();
            all.push(String::from_utf8(bytes[..length].to_vec()).unwrap());
        }
        all
    });
    let mut deployment = Deployment::init();
    deployment.stop();
    let mut program = command();
    program.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "20000");
    deployment.serve_with(program);
    deployment.process().signal(rustix::process::Signal::HUP);
    deployment.process().wait_for("the log says so", |process| {
        process.stderr().contains("nothing is read anew").then_some(())
    });
    assert_eq!(deployment.status_of(&Call::get("/services/rest/x")), 200);
    deployment.stop();
    let told = reading.join().unwrap();
    let [first, alive @ .., _] = &told[..] else { panic!("{told:?}") };
    assert_eq!(first, "READY=1");
    assert!(!alive.is_empty() && alive.iter().all(|it| it == "WATCHDOG=1"), "{told:?}");
}
