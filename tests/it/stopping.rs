//! SIGTERM and SIGINT: what is in flight is finished.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_tests::{
    Call, Connection, Deployment, Dev, Front, Served, everything_to, wait_for,
};
use rustix::process::Signal;

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn requests_in_flight_are_answered_after_sigterm_and_no_new_ones_are_taken() {
    const IN_FLIGHT: usize = 8;
    let mut deployment = Deployment::init();
    let address = deployment.address();
    deployment.upstream.hold();
    let mut connections: Vec<Connection> = (0..IN_FLIGHT).map(|_| deployment.connect()).collect();
    for connection in &mut connections {
        let call = Call::get("/services/rest/slow");
        connection.write(&deployment.credentials.sign(&call, address)).unwrap();
    }
    let upstream = &deployment.upstream;
    let all_came = || (upstream.received().len() == IN_FLIGHT).then_some(());
    wait_for("all are in flight", all_came);

    deployment.process().signal(Signal::TERM);
    wait_for("no new connections", || Connection::try_open(address).is_err().then_some(()));
    deployment.upstream.release();
    for connection in &mut connections {
        assert_eq!(connection.read("GET").unwrap().status, 200);
    }
    assert_eq!(deployment.process().wait().code(), Some(0));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn under_load_sigterm_loses_no_answer_of_a_request_that_was_admitted() {
    const CLIENTS: usize = 8;
    let mut deployment = Deployment::init();
    let address = deployment.address();
    let credentials = deployment.credentials.clone();
    let answered = AtomicUsize::new(0);
    let client = |number: usize| {
        let mut connection = Connection::open(address);
        let mut admitted = Vec::new();
        for count in 0.. {
            let target = format!("/services/rest/x?number={number}-{count}");
            let sent = connection.try_send(&credentials.sign(&Call::get(&target), address));
            // A connection that is closed between two requests.
            let Ok(answer) = sent else { break };
            assert_eq!(answer.status, 200);
            admitted.push(target);
            answered.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    };
    let admitted: HashSet<String> = std::thread::scope(|scope| {
        let client = &client;
        let threads: Vec<_> =
            (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        let is_under_load = || (answered.load(Ordering::Relaxed) > 500).then_some(());
        wait_for("load", is_under_load);
        deployment.stop();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let arrived: HashSet<String> =
        deployment.upstream.received().into_iter().map(|request| request.target).collect();
    assert_eq!(arrived, admitted);
}

/// A whole hour of grace and of draining, in the settings of a server with one request in flight.
fn patient() -> (Front, Served, Connection) {
    let front = Front::new();
    let served = front.start(&format!(
        "{}[limits]\ngrace = \"1 h\"\ndrain = \"1 h\"\n{}",
        "[[listener]]\naddress = \"127.0.0.1:0\"\n",
        everything_to(&[front.deployment.upstream.address])
    ));
    front.deployment.upstream.hold();
    let mut connection = Connection::open(served.addresses[0]);
    let call = Call::get("/services/rest/in-flight");
    let signed = front.deployment.credentials.sign(&call, served.addresses[0]);
    connection.write(&signed).unwrap();
    let came = || (front.deployment.upstream.received().len() == 1).then_some(());
    wait_for("it is in flight", came);
    (front, served, connection)
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn in_its_grace_a_stopping_server_takes_connections_and_says_on_each_that_it_is_not_ready() {
    let (front, mut served, mut in_flight) = patient();
    served.process.signal(Signal::TERM);
    served.wait_for_lines(1, "not ready any more, but still taking requests");
    let ready = served.get(0, "/countersign/health/ready");
    assert_eq!(ready.status, 503);
    assert_ne!(ready.json()["checks"]["serving"], "ok");
    front.deployment.upstream.release();
    assert_eq!(in_flight.read("GET").unwrap().status, 200);
    let late = Call::get("/services/rest/late");
    let late = front.deployment.credentials.sign(&late, served.addresses[0]);
    assert_eq!(Connection::open(served.addresses[0]).send(&late).status, 200);
    served.process.signal(Signal::TERM);
    assert_eq!(served.process.wait().code(), Some(0));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_second_signal_cuts_what_is_in_flight_and_forgets_nothing() {
    let (front, mut served, mut in_flight) = patient();
    let used = front.deployment.credentials.sign(&Call::get("/x"), served.addresses[0]);
    let mut connection = Connection::open(served.addresses[0]);
    connection.write(&used).unwrap();
    let came = || (front.deployment.upstream.received().len() == 2).then_some(());
    wait_for("it was admitted", came);
    served.process.signal(Signal::TERM);
    served.process.signal(Signal::INT);
    assert_eq!(served.process.wait().code(), Some(0));
    assert!(in_flight.read("GET").is_err() && connection.read("GET").is_err());
    assert_eq!(served.lines_that_say("told to stop twice"), 1);
    assert_eq!(served.lines_that_say("stopped"), 1);

    let again = Served::start(&served.config);
    assert_eq!(again.lines_that_say("restart-boundary"), 0);
    assert_eq!(Connection::open(again.addresses[0]).send(&used).status, 401);
}

/// A supervisor may change its mind at once.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn who_says_that_it_is_ready_is_ready_to_be_stopped() {
    let mut deployment = Deployment::init();
    for _ in 0..10 {
        deployment.stop();
        deployment.serve();
        let mut dev = Dev::start(&[]);
        assert_eq!(dev.process.stop().code(), Some(0));
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_stand_in_that_keeps_nothing_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM] {
        let temporary = tempfile::tempdir().unwrap();
        let mut dev = Dev::start_with(&[], &[("TMPDIR", temporary.path())]);
        let entries = || std::fs::read_dir(temporary.path()).unwrap().count();
        assert_eq!(entries(), 1);
        dev.process.signal(signal);
        assert_eq!(dev.process.wait().code(), Some(0));
        assert_eq!(entries(), 0);
    }
}
