//! Nothing leaves the machine that was not asked for: each address that is sent to is seen.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;

use countersign_testkit::{must_have, succeeds};
use countersign_tests::{Call, Credentials, Deployment, command, wait_for};

/// Calls that say where something is sent.
const SENDS: &str = "connect,sendto,sendmsg,sendmmsg";

/// Whether processes can be traced here.
pub(crate) fn can_trace() -> bool {
    succeeds(Command::new("strace").args(["-o", "/dev/null", "true"]).output())
}

/// The program under strace, which is the grandchild: signals go to the program.
pub(crate) fn traced(to: &Path, calls: &str) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-s", "0", "-e", &format!("trace={calls}"), "-o"]);
    strace.arg(to).arg(command().get_program());
    strace
}

/// A trace, once all of it is written.
pub(crate) fn whole(trace: &Path) -> String {
    wait_for("the trace ends", || {
        let text = fs::read_to_string(trace).unwrap();
        text.lines().last().is_some_and(|line| line.contains("+++ exited")).then_some(text)
    })
}

/// Addresses of the internet that a trace names.
fn addresses(trace: &Path) -> BTreeSet<SocketAddr> {
    let text = whole(trace);
    text.lines().filter(|line| line.contains("sa_family=AF_INET")).map(address).collect()
}

/// `sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")`, or
/// `sin6_port=htons(80), ..., inet_pton(AF_INET6, "::1", ..)`.
fn address(line: &str) -> SocketAddr {
    let within = |before: &str, after: char| {
        let (_, rest) = line.split_once(before)?;
        rest.split(after).next()
    };
    let ip = within("inet_addr(\"", '"').or_else(|| within("inet_pton(AF_INET6, \"", '"'));
    let (port, ip) = (within("_port=htons(", ')'), ip.and_then(|ip| ip.parse::<IpAddr>().ok()));
    let (Some(port), Some(ip)) = (port, ip) else { panic!("no address: {line}") };
    SocketAddr::new(ip, port.parse().unwrap())
}

/// What a server does in its life: it starts, forwards, refuses and explains, is asked, is told
/// to read anew, and stops.
pub(crate) fn a_life(deployment: &mut Deployment) {
    let good = deployment.credentials.clone();
    assert_eq!(deployment.status_of(&Call::get("/services/rest/x")), 200);
    let wrong = Credentials { token_secret: "0".repeat(64), ..good };
    let refused = wrong.sign(&Call::get("/services/rest/x"), deployment.address());
    assert_eq!(deployment.connect().send(&refused).status, 401);
    for path in ["/countersign/health/ready", "/countersign/metrics", "/countersign/jwks.json"] {
        let asked = Call::get(path).unsigned(deployment.address());
        assert_eq!(deployment.connect().send(&asked).status, 200, "{path}");
    }
    deployment.record(&["token", "revoke", "1"]);
    deployment.process().signal(rustix::process::Signal::HUP);
    deployment.process().wait_for("the log says so", |process| {
        process.stderr().contains("nothing is read anew").then_some(())
    });
    deployment.stop();
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_server_sends_to_its_upstream_and_to_nobody_else_unless_a_collector_is_named() {
    if !must_have("strace", can_trace()) {
        return;
    }
    let mut deployment = Deployment::init();
    deployment.stop();
    let upstream = deployment.upstream.address;
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut program = traced(&trace, SENDS);
    // A whole fleet's settings, which are not ours.
    program.env("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.2:4318");
    program.env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.2:4318");
    deployment.serve_with(program);
    a_life(&mut deployment);
    assert_eq!(addresses(&trace), [upstream].into());

    // What is named is seen: the trace would show others, too.
    let nobody = TcpListener::bind("127.0.0.3:0").unwrap().local_addr().unwrap();
    let options = ["--otlp-endpoint", &format!("http://{nobody}"), "--otlp-sample", "1"];
    let again = folder.path().join("again");
    deployment.serve_by(traced(&again, SENDS), &options);
    let call = Call::get("/services/rest/x");
    assert_eq!(deployment.status_of(&call), 401, "it is revoked");
    deployment.stop();
    assert_eq!(addresses(&again), [nobody].into());
}
