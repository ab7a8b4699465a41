//! `kill -9` under load: nothing that was admitted is admitted again.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_tests::{Call, Connection, Deployment, Request, Upstream, rows, wait_for};

const REQUESTS: usize = 10_000;
/// Clients that send one request after the other.
const CLIENTS: usize = 8;
/// Refusals come at ticks, so that replaying needs more clients than load does.
const REPLAYING_CLIENTS: usize = 64;

/// What a client saw of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    NotSent,
    NoAnswer,
    Status(u16),
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn of_10_000_requests_under_load_none_is_admitted_twice_over_a_kill() {
    kill_under_load(&mut Deployment::init(), 2);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test --long"]
fn long_no_request_is_admitted_twice_over_ten_kills() {
    let mut deployment = Deployment::init();
    (0..10).for_each(|seed| kill_under_load(&mut deployment, seed));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_uses_of_the_last_second_are_counted_after_a_kill_and_once() {
    const USES: usize = 50;
    let mut deployment = Deployment::init();
    let mut connection = deployment.connect();
    let mut call = |path: &str| {
        let request = deployment.credentials.sign(&Call::get(path), deployment.address());
        connection.send(&request).status
    };
    (0..USES).for_each(|number| assert_eq!(call(&format!("/x?number={number}")), 200));
    deployment.kill();
    for start in ["the first start", "the second"] {
        deployment.serve();
        let token = deployment.record(&["token", "show", "1"]);
        assert_eq!(token["used"]["count"], USES, "{start}: {token}");
        assert_eq!(token["used"]["from"], "127.0.0.1");
        deployment.kill();
    }
    let rows = rows(
        &deployment.data().join("attempts.db"),
        "SELECT sum(count) AS admitted FROM attempt WHERE admitted",
    );
    assert_eq!(rows[0]["admitted"], USES);
}

fn kill_under_load(deployment: &mut Deployment, seed: u64) {
    let address = deployment.address();
    let requests = signed(deployment, seed);
    let moment = moment(seed);
    let before = load(&requests, address, CLIENTS, |answered| {
        wait_for("the moment of the kill", || (answered() >= moment).then_some(()));
        deployment.kill();
    });
    let admitted = count(&before, |seen| seen == Seen::Status(200));
    assert!((moment..REQUESTS).contains(&admitted), "killed in the middle: {admitted}");

    deployment.serve();
    let address = deployment.address();
    let (fresh, captured): (Vec<usize>, Vec<usize>) =
        (0..REQUESTS).partition(|index| before[*index] == Seen::NotSent);
    // The first that comes after the start is a fresh one.
    let sent_again = [&fresh[..1], &captured[..], &fresh[1..]].concat();
    assert_eq!(Connection::open(address).send(&requests[fresh[0]]).status, 200);
    let again: Vec<Request> = sent_again[1..].iter().map(|it| requests[*it].clone()).collect();
    let after = load(&again, address, REPLAYING_CLIENTS, |_| {});

    for (index, seen) in sent_again[1..].iter().zip(after) {
        let may_be = match before[*index] {
            Seen::NotSent => seen == Seen::Status(200),
            Seen::Status(200) => seen == Seen::Status(401),
            // It was admitted, and its answer lost; or it never came.
            _ => matches!(seen, Seen::Status(200 | 401)),
        };
        assert!(may_be, "request {index}: {:?}, then {seen:?}", before[*index]);
    }
    assert_none_arrived_twice(&deployment.upstream);
}

/// Requests with their number in the query: the upstream gets no nonce.
fn signed(deployment: &Deployment, seed: u64) -> Vec<Request> {
    let address = deployment.address();
    let call = |number| Call::get(&format!("/services/rest/x?number={seed}-{number}"));
    (0..REQUESTS).map(|number| deployment.credentials.sign(&call(number), address)).collect()
}

/// After how many answers the process is killed: between a fifth and four fifths (SplitMix64).
fn moment(seed: u64) -> usize {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let fifth = REQUESTS / 5;
    fifth + usize::try_from((mixed ^ (mixed >> 31)) % (3 * fifth as u64)).unwrap()
}

/// Sends all of `requests`, `clients` at a time, and does something `meanwhile`.
fn load(
    requests: &[Request],
    address: SocketAddr,
    clients: usize,
    meanwhile: impl FnOnce(&dyn Fn() -> usize),
) -> Vec<Seen> {
    let answered = AtomicUsize::new(0);
    let client = |first: usize| -> Vec<(usize, Seen)> {
        let mut connection = Connection::try_open(address).ok();
        let mut seen = Vec::new();
        for index in (first..requests.len()).step_by(clients) {
            let Some(open) = &mut connection else { break };
            seen.push(match open.try_send(&requests[index]) {
                Ok(answer) => {
                    answered.fetch_add(1, Ordering::Relaxed);
                    (index, Seen::Status(answer.status))
                }
                Err(_) => {
                    connection = None;
                    (index, Seen::NoAnswer)
                }
            });
        }
        seen
    };
    let mut all = vec![Seen::NotSent; requests.len()];
    std::thread::scope(|scope| {
        let client = &client;
        let threads: Vec<_> =
            (0..clients).map(|first| scope.spawn(move || client(first))).collect();
        meanwhile(&|| answered.load(Ordering::Relaxed));
        for (index, seen) in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
            all[index] = seen;
        }
    });
    all
}

fn count(all: &[Seen], is_meant: impl Fn(Seen) -> bool) -> usize {
    all.iter().filter(|seen| is_meant(**seen)).count()
}

fn assert_none_arrived_twice(upstream: &Upstream) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for request in upstream.received() {
        *times.entry(request.target).or_default() += 1;
    }
    let twice: Vec<_> = times.into_iter().filter(|(_, times)| *times > 1).collect();
    assert!(twice.is_empty(), "admitted more than once: {twice:?}");
}
