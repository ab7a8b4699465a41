//! A request is admitted at most once.

use std::sync::Barrier;

use countersign_tests::{Answer, Call, Connection, Deployment, Dev, unique};

const PATH: &str = "/services/rest/record/v1/customer?q=a%20b";

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_captured_request_is_refused_on_replay() {
    let dev = Dev::start(&[]);
    let request = dev.credentials.sign(&Call::get(PATH), dev.address);
    let mut connection = dev.connect();
    assert_eq!(connection.send(&request).status, 200);

    let answers = [connection.send(&request), dev.connect().send(&request)];
    for answer in answers {
        assert_eq!(answer.status, 401);
        assert_eq!(answer.header("countersign-detail"), "nonce_used");
        assert_eq!(answer.header("countersign-diagnosis"), "nonce-reused");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn another_spelling_of_a_nonce_is_the_same_nonce() {
    let dev = Dev::start(&[]);
    let call = Call { nonce: format!("a{}", unique()), ..Call::get(PATH) };
    let request = dev.credentials.sign(&call, dev.address);
    assert_eq!(dev.connect().send(&request).status, 200);

    // The signature is over the decoded value, so it stays right.
    let mut spelled = request;
    let authorization = spelled.headers.iter_mut().find(|(name, _)| name == "Authorization");
    let header = &mut authorization.unwrap().1;
    *header = header.replace("oauth_nonce=\"a", "oauth_nonce=\"%61");
    let answer = dev.connect().send(&spelled);
    assert_eq!((answer.status, answer.header("countersign-detail")), (401, "nonce_used"));
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_wrong_signature_uses_no_nonce_up() {
    let dev = Dev::start(&[]);
    let call = Call::get(PATH);
    let mut wrong = dev.credentials.clone();
    wrong.token_secret = "0".repeat(64);
    let mut connection = dev.connect();
    let refused = connection.send(&wrong.sign(&call, dev.address));
    assert_eq!((refused.status, refused.header("countersign-detail")), (401, "InvalidSignature"));
    assert_eq!(connection.send(&dev.credentials.sign(&call, dev.address)).status, 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn of_one_request_on_many_connections_one_is_admitted() {
    const CONNECTIONS: usize = 32;
    let deployment = Deployment::init();
    let request = deployment.credentials.sign(&Call::get(PATH), deployment.address());
    let start = Barrier::new(CONNECTIONS);
    let attempt = || {
        let mut connection = deployment.connect();
        start.wait();
        connection.send(&request).status
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(attempt)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(200), count(401)), (1, CONNECTIONS - 1), "{statuses:?}");
    assert_eq!(deployment.upstream.received().len(), 1);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn after_a_stop_and_a_start_a_captured_request_is_refused_and_a_fresh_one_admitted() {
    let mut deployment = Deployment::init();
    let captured = deployment.credentials.sign(&Call::get(PATH), deployment.address());
    let send = |deployment: &Deployment| -> Answer {
        Connection::open(deployment.address()).send(&captured)
    };
    assert_eq!(send(&deployment).status, 200);
    deployment.stop();
    deployment.serve();
    assert_eq!(send(&deployment).status, 401);
    assert_eq!(deployment.status_of(&Call::get(PATH)), 200);
}
