//! Certificates and settings that can't be used.

use std::fs;

use countersign_tests::{Authority, Call, Front, Served, Upstream, everything_to};
use rustix::process::Signal;

use super::{CERTIFICATE, RULES};

const FAILED: &str = "countersign_reloads_total{result=\"failed\"}";
const CERTIFICATE_STAYS: &str = "the one before stays in use; mend the files";
const RULES_STAY: &str = "routes and upstreams stay as they are";

fn settings(front: &Front) -> String {
    format!("{}{}", front.listeners(), everything_to(&[front.deployment.upstream.address]))
}

/// The line of the log that says `words` the last time.
fn last_line(served: &Served, words: &str) -> String {
    let log = served.process.stderr();
    log.lines().rfind(|line| line.contains(words)).unwrap().to_owned()
}

fn status(front: &Front, served: &Served, target: &str) -> u16 {
    let address = served.addresses[0];
    let authority = format!("localhost:{}", address.port());
    let request = front.deployment.credentials.sign_https(&Call::get(target), &authority);
    front.authority.connect(address).unwrap().0.send(&request).status
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_certificate_that_can_not_be_used_leaves_the_one_before() {
    let front = Front::new();
    let mut served = front.start(&settings(&front));
    let address = served.addresses[0];
    let (good, other) = (front.authority.issue(), Authority::new().issue());
    let expired = front.authority.issue_expired();
    let nothing = String::new();
    let (certificate, key) = (front.certificate(), front.key());
    let mut failed = 0;
    for (chain, secret, words) in [
        (&nothing, &good.key, "chain.pem: the certificate file has no certificate in PEM form"),
        (&good.certificate, &good.certificate, "key.pem: the key file has no private key in PEM"),
        (&good.certificate, &other.key, "chain.pem: "),
        (&expired.certificate, &expired.key, "chain.pem: the certificate has expired"),
    ] {
        let earlier = served.lines_that_say(CERTIFICATE_STAYS);
        fs::write(&certificate, chain).unwrap();
        fs::write(&key, secret).unwrap();
        served.process.signal(Signal::HUP);
        served.wait_for_lines(earlier + 1, CERTIFICATE_STAYS);
        assert!(last_line(&served, CERTIFICATE_STAYS).contains(words), "{words}");
        assert_eq!(front.authority.connect(address).unwrap().1, front.issued.seen, "{words}");
        let now = served.metric(1, FAILED) as usize;
        assert!(now > failed, "{words}");
        failed = now;
    }
    fs::remove_file(&certificate).unwrap();
    let earlier = served.lines_that_say(CERTIFICATE_STAYS);
    served.process.signal(Signal::HUP);
    served.wait_for_lines(earlier + 1, CERTIFICATE_STAYS);
    assert!(last_line(&served, CERTIFICATE_STAYS).contains("can't read"));
    assert_eq!(status(&front, &served, "/x"), 200);

    good.put(&certificate, &key);
    let earlier = served.lines_that_say(CERTIFICATE);
    served.process.signal(Signal::HUP);
    served.wait_for_lines(earlier + 1, CERTIFICATE);
    assert_eq!(front.authority.connect(address).unwrap().1, good.seen);
}

/// One must not wait for the other: a certificate may take days to get.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn routes_are_read_anew_also_where_a_certificate_can_not_be() {
    let front = Front::new();
    let mut served = front.start(&settings(&front));
    let other = Upstream::start();
    front.write(&format!("{}{}", front.listeners(), everything_to(&[other.address])));
    fs::write(front.certificate(), "nothing").unwrap();
    served.process.signal(Signal::HUP);
    served.wait_for_lines(1, CERTIFICATE_STAYS);
    served.wait_for_lines(1, RULES);
    assert_eq!(status(&front, &served, "/x"), 200);
    assert_eq!(other.last().target, "/x");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn settings_that_can_not_be_used_leave_routes_and_upstreams() {
    let front = Front::new();
    let mut served = front.start(&settings(&front));
    let good = settings(&front);
    let other = Upstream::start();
    let elsewhere = format!("{}{}", front.listeners(), everything_to(&[other.address]));
    for (number, (text, words)) in [
        (format!("{elsewhere}[limits]\nidle = 5\n"), "limits.idle: 5 has no unit"),
        (elsewhere.replace("upstream = \"orders\"", "upstream = \"order\""), "order"),
        (format!("{elsewhere}\n]"), "countersign.toml:"),
        (
            elsewhere
                .replace("servers = [\"http:", "ca_file = \"/nowhere/ca\"\nservers = [\"https:"),
            "can't read /nowhere/ca",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        front.write(&text);
        served.process.signal(Signal::HUP);
        served.wait_for_lines(number + 1, RULES_STAY);
        let line = last_line(&served, RULES_STAY);
        assert!(line.contains(words), "{words}: {line}");
        assert_eq!(status(&front, &served, "/x"), 200);
        assert_eq!(served.metric(1, FAILED), (number + 1) as f64);
    }
    assert_eq!(other.received().len(), 0);
    fs::remove_file(&served.config).unwrap();
    served.process.signal(Signal::HUP);
    served.wait_for_lines(5, RULES_STAY);

    front.write(&good);
    served.process.signal(Signal::HUP);
    served.wait_for_lines(1, RULES);
    assert_eq!(status(&front, &served, "/x"), 200);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn settings_that_only_a_restart_changes_are_named() {
    const LATER: &str = "changes at the next start only";
    let front = Front::new();
    let mut served = front.start(&settings(&front));
    let named = |served: &Served| {
        let log = served.process.stderr();
        let lines: Vec<String> =
            log.lines().filter(|line| line.contains(LATER)).map(str::to_owned).collect();
        lines
    };
    front.write(&format!("{}[limits]\nidle = \"2 min\"\n", settings(&front)));
    served.process.signal(Signal::HUP);
    served.wait_for_lines(1, LATER);
    served.wait_for_lines(1, RULES);
    let lines = named(&served);
    assert!(lines.len() == 1 && lines[0].contains("limits.idle"), "{lines:?}");

    // Without the second listener.
    let listeners = front.listeners();
    let (data, _) = listeners.rsplit_once("[[listener]]").unwrap();
    front.write(&format!("{data}{}", everything_to(&[front.deployment.upstream.address])));
    served.process.signal(Signal::HUP);
    served.wait_for_lines(2, RULES);
    served.wait_for_lines(2, "listener[2].");
    let lines = named(&served).split_off(1);
    assert!(lines.iter().all(|line| line.contains("listener[2].")), "{lines:?}");
    assert_eq!(served.get(1, "/countersign/health/live").status, 200);
}
