//! What changes while a server runs: certificates, routes, upstreams. Nobody notices by a request
//! that fails, and what can't be used changes nothing.

mod faults;
mod load;

use std::net::SocketAddr;

use countersign_tests::{Call, Front, Served, Upstream, everything_to};
use rustix::process::Signal;

use load::Load;

const CERTIFICATE: &str = "a certificate was read anew";
const RULES: &str = "routes and upstreams were read anew";

/// `kill -HUP`, and waits until the log has so many lines of each kind.
fn reload(served: &mut Served, certificates: usize, rules: usize) {
    served.process.signal(Signal::HUP);
    served.wait_for_lines(certificates, CERTIFICATE);
    served.wait_for_lines(rules, RULES);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn no_request_fails_while_certificates_and_upstreams_are_replaced_under_load() {
    const ROUNDS: usize = 25;
    let front = Front::new();
    let other = Upstream::start();
    let servers: [&[SocketAddr]; 3] = [
        &[other.address],
        &[front.deployment.upstream.address],
        &[front.deployment.upstream.address, other.address],
    ];
    let settings = |round: usize| {
        format!("{}{}", front.listeners(), everything_to(servers[round % servers.len()]))
    };
    let mut served = front.start(&settings(0));
    let address = served.addresses[0];
    let load = Load::new(&front, address);

    let sent = std::thread::scope(|scope| {
        let running = load.start(scope);
        for round in 1..=ROUNDS {
            let issued = front.authority.issue();
            load.will_show(issued.seen.clone());
            issued.put(&front.certificate(), &front.key());
            front.write(&settings(round));
            let done = served.lines_that_say(CERTIFICATE);
            reload(&mut served, done + 1, round);
            load.has_shown(round);
            load.goes_on();

            let target = format!("/round/{round}");
            load.one(&target);
            let came_to = |upstream: &Upstream| {
                upstream.received().iter().any(|request| request.target == target)
            };
            let (first, second) = (came_to(&front.deployment.upstream), came_to(&other));
            let there = [(front.deployment.upstream.address, first), (other.address, second)];
            assert_eq!(there.iter().filter(|(_, came)| *came).count(), 1);
            for (upstream, _) in there.iter().filter(|(_, came)| *came) {
                assert!(servers[round % servers.len()].contains(upstream), "round {round}");
            }
        }
        load.stop();
        running.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>() + ROUNDS
    });
    assert_eq!(load.failures(), [""; 0]);
    let received = front.deployment.upstream.received().len() + other.received().len();
    assert_eq!(received, sent, "each once");
    assert_eq!(served.process.stop().code(), Some(0));
    println!("{sent} requests while everything was replaced {ROUNDS} times");
}

/// Nobody sends a signal.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_certificate_whose_files_change_is_taken_by_itself() {
    let front = Front::new();
    let servers = [front.deployment.upstream.address];
    let mut served = front.start(&format!("{}{}", front.listeners(), everything_to(&servers)));
    let seen = |served: &Served| front.authority.connect(served.addresses[0]).unwrap().1;
    assert_eq!(seen(&served), front.issued.seen);
    let next = front.authority.issue();
    next.put(&front.certificate(), &front.key());
    served.wait_for_lines(1, CERTIFICATE);
    assert_eq!(seen(&served), next.seen);
    assert_eq!(served.lines_that_say(RULES), 0);
    assert!(served.metric(1, "countersign_reloads_total{result=\"done\"}") >= 1.0);
    // 4000-01-01, as the authority of these tests issues them.
    assert_eq!(served.metric(1, "countersign_tls_certificate_end_seconds"), 64_060_588_800.0);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_connection_that_is_open_goes_on_with_its_certificate() {
    let front = Front::new();
    let servers = [front.deployment.upstream.address];
    let mut served = front.start(&format!("{}{}", front.listeners(), everything_to(&servers)));
    let authority = format!("localhost:{}", served.addresses[0].port());
    let signed = || front.deployment.credentials.sign_https(&Call::get("/x"), &authority);
    let (mut connection, _) = front.authority.connect(served.addresses[0]).unwrap();
    assert_eq!(connection.send(&signed()).status, 200);
    front.authority.issue().put(&front.certificate(), &front.key());
    reload(&mut served, 1, 1);
    assert_eq!(connection.send(&signed()).status, 200);
}
