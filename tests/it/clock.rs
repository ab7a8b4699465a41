//! A client whose clock is off is told so before it is refused for it.

use countersign_tests::{Call, Credentials, Deployment, Dev, now, run, wait_for};
use serde_json::Value;

const PATH: &str = "/services/rest/record/v1/customer";

fn ahead(seconds: i64) -> Call {
    Call { timestamp: now() + seconds, ..Call::get(PATH) }
}

/// What the warning says, as a test sees it that may be a second late.
fn seconds_in(warning: &str) -> i64 {
    warning.strip_prefix("clock-skew; seconds=").expect(warning).parse().expect(warning)
}

fn is_about(seconds: i64, expected: i64) -> bool {
    (seconds - expected).abs() <= 5
}

/// What `token clock` shows as soon as it knows something of the skew.
fn clock_of(shown: impl Fn() -> Value) -> Value {
    wait_for("the clock is known, within about a second", || {
        let clock = shown();
        clock.get("worst_seconds").is_some().then_some(clock)
    })
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn dev_warns_of_a_fast_clock_in_the_answer_and_on_the_terminal() {
    let mut dev = Dev::start(&[]);
    let mut connection = dev.connect();
    let mut send = |call: &Call| connection.send(&dev.credentials.sign(call, dev.address));

    let good = send(&ahead(0));
    assert_eq!(good.status, 200);
    assert!(good.headers.get("countersign-warning").is_none(), "{good:?}");

    let fast = send(&ahead(75));
    assert_eq!(fast.status, 200);
    assert!(is_about(seconds_in(fast.header("countersign-warning")), 75), "{fast:?}");

    let too_fast = send(&ahead(400));
    assert_eq!(too_fast.status, 401);
    assert_eq!(too_fast.header("countersign-diagnosis"), "clock-skew");
    assert!(is_about(seconds_in(too_fast.header("countersign-warning")), 400), "{too_fast:?}");

    dev.process.wait_for("the line on the terminal", |process| {
        process
            .stdout()
            .contains(&format!("clock    GET {PATH}: the client's clock is 7"))
            .then_some(())
    });
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_clock_of_a_token_is_known_over_a_restart_of_a_kept_folder() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let kept = kept.to_str().unwrap();
    let command = ["token", "clock", "1", "--json", "--account", "1234567", "--data-dir", kept];
    let shown = || serde_json::from_str::<Value>(&run(&command).done().stdout).unwrap();

    let mut dev = Dev::start(&["--data-dir", kept]);
    assert!(shown()["note"].as_str().unwrap().starts_with("nothing is known"));
    let fast = dev.credentials.sign(&ahead(75), dev.address);
    assert_eq!(dev.connect().send(&fast).status, 200);
    let clock = clock_of(shown);
    assert!(is_about(clock["last_seconds"].as_i64().unwrap(), 75), "{clock}");
    assert!(clock["warning"].as_str().unwrap().contains("NTP"), "{clock}");
    assert_eq!(dev.process.stop().code(), Some(0));
    // Asked of the folder itself.
    assert_eq!(shown(), clock);

    let dev = Dev::start(&["--data-dir", kept]);
    assert_eq!(shown(), clock);
    let good = dev.credentials.sign(&ahead(0), dev.address);
    assert_eq!(dev.connect().send(&good).status, 200);
    let healed = wait_for("the good request is seen", || {
        let clock = shown();
        is_about(clock["last_seconds"].as_i64().unwrap(), 0).then_some(clock)
    });
    assert_eq!(healed["worst_at"], clock["worst_at"]);
    assert!(healed.get("warning").is_none() && healed.get("note").is_some(), "{healed}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn serve_warns_its_operator_once_and_says_nothing_to_the_client() {
    let mut deployment = Deployment::init();
    let address = deployment.address();
    let mut connection = deployment.connect();
    let mut send = |credentials: &Credentials, seconds: i64| {
        connection.send(&credentials.sign(&ahead(seconds), address))
    };
    for _ in 0..3 {
        let fast = send(&deployment.credentials, 75);
        assert_eq!(fast.status, 200);
        assert!(fast.headers.get("countersign-warning").is_none(), "{fast:?}");
    }
    // Nobody but its holder can say anything of a token's clock.
    let wrong = Credentials { token_secret: "0".repeat(64), ..deployment.credentials.clone() };
    assert_eq!(send(&wrong, -4_000).status, 401);
    let clock = clock_of(|| deployment.record(&["token", "clock", "1"]));
    assert!(is_about(clock["worst_seconds"].as_i64().unwrap(), 75), "{clock}");
    // A refused one counts where its signature is right.
    assert_eq!(send(&deployment.credentials, 400).status, 401);
    let clock = wait_for("the refusal is seen", || {
        let clock = deployment.record(&["token", "clock", "1"]);
        is_about(clock["worst_seconds"].as_i64().unwrap(), 400).then_some(clock)
    });
    assert!(clock.get("warning").is_some(), "{clock}");

    let log = deployment.stop().stderr();
    assert_eq!(log.matches("the clock of this token's client is off").count(), 1, "{log}");
}
