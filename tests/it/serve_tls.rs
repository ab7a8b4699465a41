//! `serve --config` with TLS: what goes over which listener, what is limited, how connections end.

mod start;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::thread;

use countersign_tests::{
    Answer, Call, Connection, Front, Request, Served, everything_to, run, wait_for,
};

fn host(address: SocketAddr) -> String {
    format!("localhost:{}", address.port())
}

fn signed(front: &Front, address: SocketAddr, call: &Call) -> Request {
    front.deployment.credentials.sign_https(call, &host(address))
}

fn over_tls(front: &Front, address: SocketAddr) -> Connection {
    front.authority.connect(address).unwrap().0
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn data_and_control_are_apart_and_what_machines_ask_is_answered_on_both() {
    let front = Front::new();
    let servers = [front.deployment.upstream.address];
    let served = front.start(&format!("{}{}", front.listeners(), everything_to(&servers)));
    let [data, control] = served.addresses[..] else { panic!("two listeners") };
    let call = Call::get("/services/rest/record/v1/customer");
    assert_eq!(over_tls(&front, data).send(&signed(&front, data, &call)).status, 200);
    let identity = front.deployment.upstream.last();
    assert_eq!(identity.headers.get("countersign-entity"), Some("2"));
    assert!(identity.headers.get("countersign-assertion").is_some());
    assert_eq!(identity.headers.get("authorization"), None);

    let plain = |call: &Call| {
        let request = front.deployment.credentials.sign(call, control);
        Connection::open(control).send(&request).status
    };
    assert_eq!(plain(&Call::get("/services/rest/x")), 404);
    let page = Call::get("/countersign/setup");
    assert_ne!(served.get(1, &page.target).status, 404);
    let unsigned = |path: &str| {
        let request = Call::get(path).unsigned_to(&host(data));
        over_tls(&front, data).send(&request)
    };
    assert_eq!(unsigned(&page.target).status, 404);
    for path in ["/countersign/health/ready", "/countersign/health/live", "/countersign/jwks.json"]
    {
        assert_eq!(unsigned(path).status, 200, "{path}");
        assert_eq!(served.get(1, path).status, 200, "{path}");
    }
    assert_eq!(front.deployment.upstream.received().len(), 1);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_trusted_peer_says_what_its_client_spoke_and_nobody_else() {
    let front = Front::new();
    let listener = "[[listener]]\naddress = \"127.0.0.1:0\"\n";
    let served = front.start(&format!(
        "{listener}trusted_peers = [\"127.0.0.0/8\"]\n{listener}{}",
        everything_to(&[front.deployment.upstream.address])
    ));
    let [trusting, other] = served.addresses[..] else { panic!("two listeners") };
    let status = |address: SocketAddr, scheme: Option<&str>| {
        let request = signed(&front, address, &Call::get("/x"));
        let request = match scheme {
            Some(scheme) => request.with("X-Forwarded-Proto", scheme),
            None => request,
        };
        Connection::open(address).send(&request).status
    };
    assert_eq!(status(trusting, Some("https")), 200);
    assert_eq!(status(trusting, Some("http")), 401);
    assert_eq!(status(trusting, None), 401);
    assert_eq!(status(other, Some("https")), 401);
    let received = front.deployment.upstream.received();
    assert_eq!(received.len(), 1);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_integration_has_as_many_requests_at_a_time_as_the_settings_say() {
    let front = Front::new();
    let served = front.start(&format!(
        "{}{}[limits]\nconcurrency_per_integration = 2\n",
        front.listeners(),
        everything_to(&[front.deployment.upstream.address])
    ));
    let address = served.addresses[0];
    let send =
        |path: &str| over_tls(&front, address).send(&signed(&front, address, &Call::get(path)));
    front.deployment.upstream.hold();
    let mut waiting: Vec<Connection> = (0..2).map(|_| over_tls(&front, address)).collect();
    for connection in &mut waiting {
        connection.write(&signed(&front, address, &Call::get("/services/rest/x"))).unwrap();
    }
    let upstream = &front.deployment.upstream;
    wait_for("both are in flight", || (upstream.received().len() == 2).then_some(()));

    let said =
        |answer: &Answer| (answer.status, answer.headers.get("retry-after").map(str::to_owned));
    let (rest, restlet) = (send("/services/rest/x"), send("/app/site/hosting/restlet.nl?script=1"));
    assert_eq!(said(&rest), (429, Some("1".to_owned())));
    assert!(rest.text().contains("CONCURRENCY_LIMIT_EXCEEDED"), "{}", rest.text());
    assert_eq!(said(&restlet), (400, Some("1".to_owned())));
    assert!(restlet.text().contains("SSS_REQUEST_LIMIT_EXCEEDED"), "{}", restlet.text());

    upstream.release();
    for connection in &mut waiting {
        assert_eq!(connection.read("GET").unwrap().status, 200);
    }
    assert_eq!(send("/services/rest/x").status, 200);
    let series = "countersign_limit_refusals_total{limit=\"concurrency-of-integration\"}";
    assert_eq!(served.metric(1, series), 2.0);
}

/// An upstream that answers each request with these bytes; then it either sends back what comes,
/// or ends the connection.
fn scripted(answer: &'static str, sends_back: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            thread::spawn(move || {
                let mut line = String::new();
                while line != "\r\n" {
                    line.clear();
                    if stream.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                }
                let _ = stream.get_mut().write_all(answer.as_bytes());
                let mut byte = [0];
                while sends_back && stream.read_exact(&mut byte).is_ok() {
                    let _ = stream.get_mut().write_all(&byte);
                }
            });
        }
    });
    address
}

/// How soon is shown by the gate's own tests of its bridge, without a wall clock.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_websocket_ends_when_its_token_is_revoked() {
    let front = Front::new();
    let changed = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\
                   Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n";
    let rules = everything_to(&[scripted(changed, true)]);
    let served = front.start(&format!("{}{rules}websocket = true\n", front.listeners()));
    let address = served.addresses[0];
    let request = || {
        signed(&front, address, &Call::get("/events"))
            .with("Connection", "Upgrade")
            .with("Upgrade", "websocket")
            .with("Sec-WebSocket-Version", "13")
            .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    let mut socket = over_tls(&front, address);
    socket.write(&request()).unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.extend(socket.read_bytes(1).unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    socket.write_bytes(b"a frame").unwrap();
    assert_eq!(socket.read_bytes(7).unwrap(), b"a frame");

    let data = front.deployment.data();
    let place = ["--data-dir", data.to_str().unwrap(), "--account", countersign_tests::ACCOUNT];
    run(&[&["token", "revoke", "1"], &place[..]].concat()).done();
    assert_eq!(socket.read_to_end(), b"");
    assert_eq!(over_tls(&front, address).send(&request()).status, 401);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn an_answer_that_its_server_does_not_finish_is_not_finished_by_the_gate() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let front = Front::new();
        let rules = everything_to(&[scripted(answer, false)]);
        let served = front.start(&format!("{}{rules}", front.listeners()));
        let address = served.addresses[0];
        let request = signed(&front, address, &Call::get("/x"));
        let answered = over_tls(&front, address).try_send(&request);
        assert!(answered.is_err(), "{answer:?}: {answered:?}");

        let output = by_http2(&front, &served, "/x");
        // 92: a stream that was not closed properly. What was sent before may be lost by that.
        assert_eq!(output.status.code(), Some(92), "{answer:?}: {output:?}");
    }
}

fn by_http2(front: &Front, served: &Served, target: &str) -> std::process::Output {
    let address = served.addresses[0];
    let request = signed(front, address, &Call::get(target));
    let mut curl = Command::new("curl");
    curl.args(["--http2", "--silent", "--show-error", "--noproxy", "*", "--resolve"]);
    curl.arg(format!("{}:127.0.0.1", host(address))).arg("--cacert").arg(front.authority_file());
    curl.arg("--header").arg(format!("Authorization: {}", request.header("Authorization")));
    curl.arg(format!("https://{}{target}", host(address))).output().unwrap()
}
