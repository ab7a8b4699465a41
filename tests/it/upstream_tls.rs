//! Upstreams over TLS: whose certificate is good gets requests, who has another gets none.

use std::fs;
use std::path::Path;

use countersign_tests::{Answer, Authority, Call, Connection, Front, Issued, Upstream};

/// The sections of an upstream at `server`, and of a route of everything to it.
fn to(server: &str, authorities: Option<&Path>) -> String {
    let ca_file = authorities.map_or_else(String::new, |file| format!("ca_file = {file:?}\n"));
    format!(
        "[[upstream]]\nname = \"orders\"\nservers = [\"{server}\"]\n{ca_file}\
         [[route]]\npath = \"/\"\nupstream = \"orders\"\n"
    )
}

const LISTENER: &str = "[[listener]]\naddress = \"127.0.0.1:0\"\n";

struct Asked {
    answer: Answer,
    /// What the server said of it, by the time it had stopped.
    log: String,
    /// How many requests came through.
    arrived: usize,
}

/// A request through a server whose upstream has this certificate.
fn ask(front: &Front, shown: &Issued, host: &str, authorities: Option<&Path>) -> Asked {
    let upstream = Upstream::over_tls(shown);
    let server = format!("https://{host}:{}", upstream.address.port());
    let mut served = front.start(&format!("{LISTENER}{}", to(&server, authorities)));
    let address = served.addresses[0];
    let request = front.deployment.credentials.sign(&Call::get("/v1/orders?a=b"), address);
    let answer = Connection::open(address).send(&request);
    assert!(served.process.stop().success());
    Asked { answer, log: served.process.stderr(), arrived: upstream.received().len() }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_certificate_of_an_authority_that_is_named_is_trusted_by_name_and_by_address() {
    let front = Front::new();
    for host in ["localhost", "127.0.0.1"] {
        let asked = ask(&front, &front.issued, host, Some(&front.authority_file()));
        assert_eq!(asked.answer.status, 200, "{host}: {:?}\n{}", asked.answer, asked.log);
        assert_eq!(asked.answer.json()["query"], "a=b");
        assert_eq!(asked.answer.json()["identity"]["countersign-entity"], "2");
        assert_eq!(asked.arrived, 1);
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn whoever_has_no_good_certificate_gets_no_request_and_the_log_says_what_is_wrong_with_it() {
    let front = Front::new();
    let ours = front.authority_file();
    let others = front.authority_file().with_extension("other");
    fs::write(&others, Authority::new().certificate).unwrap();
    let elsewhere = front.authority.issue_for("elsewhere.example");
    for (what, shown, authorities, cause) in [
        ("of nobody that browsers trust", &front.issued, None, "UnknownIssuer"),
        ("of another authority of that name", &front.issued, Some(&others), "BadSignature"),
        ("of another name", &elsewhere, Some(&ours), "not valid for"),
        ("expired", &front.authority.issue_expired(), Some(&ours), "expired"),
    ] {
        let asked = ask(&front, shown, "localhost", authorities.map(AsRef::as_ref));
        assert_eq!(asked.answer.status, 502, "{what}");
        let said = asked.answer.text();
        assert!(said.contains("UPSTREAM_UNREACHABLE"), "{what}: {said}");
        assert!(!said.contains(cause), "a client is told nothing of it: {said}");
        assert_eq!(asked.arrived, 0, "{what}");
        let about = |line: &&str| line.contains("the upstream can't be connected to");
        let line = asked.log.lines().find(about).unwrap_or_else(|| panic!("{}", asked.log));
        assert!(line.contains("WARN") && line.contains(cause), "{what}: {line}");
        assert!(line.contains("certificate") && line.contains("localhost:"), "{what}: {line}");
    }
}
