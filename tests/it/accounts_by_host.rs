//! Hosts that name accounts: `domain` of a deployment, `localhost` of a stand-in.

use std::fs;
use std::process::Command;

use countersign_tests::{Answer, Call, Connection, Credentials, Deployment, Dev, Served, run};

const PATH: &str = "/app/site/hosting/restlet.nl?script=1";

/// A deployment whose hosts lie in `api.test`, with a second account, and who calls it.
fn served() -> (Deployment, Served) {
    let mut deployment = Deployment::init();
    deployment.stop();
    let text = format!(
        "public_url = \"http://localhost:8080\"\ndomain = \"api.test\"\ndata_dir = {:?}\n\
         key_file = {:?}\n[[listener]]\naddress = \"127.0.0.1:0\"\n[[upstream]]\nname = \"api\"\n\
         servers = [\"http://{}\"]\n[[route]]\npath = \"/\"\nupstream = \"api\"\n",
        deployment.data(),
        deployment.key_file(),
        deployment.upstream.address
    );
    let config = deployment.data().with_file_name("domain.toml");
    fs::write(&config, text).unwrap();
    let served = Served::start(&config);
    (deployment, served)
}

/// What comes of a request that was signed for `host`, with this realm.
fn ask(served: &Served, credentials: &Credentials, host: &str, realm: &str) -> Answer {
    let credentials = Credentials { account: realm.to_owned(), ..credentials.clone() };
    let request = credentials.sign_to(&Call::get(PATH), host);
    Connection::open(served.addresses[0]).send(&request)
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_host_in_the_domain_is_as_good_as_a_realm_and_a_wrong_one_is_refused() {
    let (deployment, served) = served();
    let ask = |host: &str, realm: &str| ask(&served, &deployment.credentials, host, realm);
    for (host, realm, status) in [
        ("1234567.restlets.api.api.test", "", 200),
        ("1234567.suitetalk.api.test:8443", "1234567", 200),
        ("1234567.API.test", "", 200),
        ("system.api.test", "1234567", 200),
        ("localhost:8080", "1234567", 200),
        ("1234567.api.test", "1234567_SB1", 401),
        ("1234567-sb1.api.test", "1234567", 401),
        ("1234567-sb1.api.test", "", 401),
        ("7654321.api.test", "7654321", 401),
    ] {
        assert_eq!(ask(host, realm).status, status, "{host} {realm}");
    }
    let refused = ask("7654321-sb1.app.api.test", "1234567");
    let realm = "OAuth realm=\"7654321_SB1\", ";
    assert!(refused.header("www-authenticate").starts_with(realm), "{refused:?}");

    let reference = refused.header("countersign-reference");
    let data = deployment.data();
    let explain = ["explain", reference, "--data-dir", data.to_str().unwrap()];
    // It is kept some time after the answer.
    let said = loop {
        let said = run(&explain);
        if !said.stdout.contains("is being looked into") && said.code == Some(0) {
            break said.stdout;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(said.contains("host-of-other-account"), "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = "called 7654321-sb1.app.api.test, which is no host of the account 1234567 in realm";
    assert!(said.contains(words), "{said}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn pages_are_shown_under_the_host_of_an_account_that_there_is() {
    let (_deployment, served) = served();
    let status = |host: &str| {
        let request = Call::get("/countersign/setup?link=setup_other").unsigned_to(host);
        Connection::open(served.addresses[0]).send(&request).status
    };
    assert_eq!(status("1234567.app.api.test"), 410, "the page says that the link is gone");
    assert_eq!(status("1234567-sb1.app.api.test"), 403);
    assert_eq!(status("system.api.test"), 403);
}

/// As an existing client does it that makes the host of the account: every name in `localhost` is
/// this machine.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_stand_in_is_called_under_hosts_of_its_account() {
    let dev = Dev::start(&["--account", "1234567_SB1"]);
    let host = format!("1234567-sb1.restlets.api.localhost:{}", dev.address.port());
    let url = format!("http://{host}{PATH}");
    let mut sign = countersign_tests::command();
    let signed = sign.args(["sign", "GET", &url]).envs(dev.credentials.environment());
    let header = String::from_utf8(signed.output().unwrap().stdout).unwrap();
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "-H", header.trim_end(), &url])
        .output()
        .unwrap();
    assert!(curl.status.success(), "{curl:?}");

    let nobody = format!("7654321.restlets.api.localhost:{}", dev.address.port());
    let request = dev.credentials.sign_to(&Call::get(PATH), &nobody);
    let refused = dev.connect().send(&request);
    assert_eq!(refused.header("countersign-diagnosis"), "host-of-other-account");
}
