//! The first administrator, from the link of `init` on: over TLS, with curl and its cookie jar.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use countersign_testkit::code_of_app;
use countersign_tests::{Front, everything_to, now, rows};
use serde_json::{Value, json};

const PASSWORD: &str = "a sentence is fine";

struct Browser<'f> {
    front: &'f Front,
    port: u16,
    jar: PathBuf,
}

impl Browser<'_> {
    fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Status and body.
    fn ask(&self, method: &str, path: &str, body: &Value, headers: &[&str]) -> (u16, Value) {
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--show-error", "--noproxy", "*", "--cacert"]);
        curl.arg(self.front.authority_file());
        curl.arg("--cookie").arg(&self.jar).arg("--cookie-jar").arg(&self.jar);
        curl.args(["--request", method, "--write-out", "\n%{http_code}"]);
        for header in headers {
            curl.args(["--header", header]);
        }
        if !body.is_null() {
            let json = "content-type: application/json";
            curl.args(["--header", json, "--data-raw", &body.to_string()]);
        }
        curl.arg(format!("{}/countersign/api/v1/{path}", self.origin()));
        let output = curl.stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{method} {path}: {said}");
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
    }

    /// As from the site itself.
    fn does(&self, method: &str, path: &str, body: &Value) -> Value {
        let own = format!("origin: {}", self.origin());
        let (status, answer) = self.ask(method, path, body, &[&own, "if-match: *"]);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    /// The kind of the problem.
    fn refused(&self, method: &str, path: &str, body: &Value, headers: &[&str]) -> String {
        let (status, answer) = self.ask(method, path, body, headers);
        assert!(status >= 400, "{method} {path}: {status} {answer}");
        let kind = answer["type"].as_str().unwrap_or_default();
        kind.trim_start_matches("urn:countersign:problem:").to_owned()
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn the_first_administrator_sets_a_password_enrols_an_app_and_works_over_tls() {
    let front = Front::new();
    let said = front.deployment.founded.stdout.clone();
    let line = said.lines().find(|line| line.contains("/countersign/setup?link=")).unwrap();
    let link = line.trim().rsplit_once("link=").unwrap().1.to_owned();
    let listener = format!("[[listener]]\naddress = \"127.0.0.1:0\"\n{}", front.tls());
    let upstream = everything_to(&[front.deployment.upstream.address]);
    let mut served = front.start(&format!("{listener}{upstream}"));
    let jar = front.deployment.data().with_file_name("jar");
    let browser = Browser { front: &front, port: served.addresses[0].port(), jar: jar.clone() };

    let shown = browser.does("GET", &format!("password-link?link={link}"), &Value::Null);
    assert_eq!(shown, json!({ "email": "admin@example.com" }));
    browser.does("POST", "password-link", &json!({ "link": link, "password": PASSWORD }));

    let email = "admin@example.com";
    let typed = |text: &str| json!({ "account": "1234567", "email": email, "password": text });
    let none: &[&str] = &[];
    assert_eq!(browser.refused("POST", "session", &typed(PASSWORD), none), "cross-site");
    let own = format!("origin: {}", browser.origin());
    let wrong = browser.refused("POST", "session", &typed("a sentence is wrong"), &[&own]);
    assert_eq!(wrong, "log-in-failed");
    let session = browser.does("POST", "session", &typed(PASSWORD));
    assert_eq!(session["state"], "two-factor-to-be-enrolled");
    let kept = std::fs::read_to_string(&jar).unwrap();
    let cookie = kept.lines().find(|line| line.contains("__Host-countersign-session")).unwrap();
    assert!(cookie.starts_with("#HttpOnly_localhost\tFALSE\t/\tTRUE\t0\t"), "{cookie}");
    let secret = cookie.rsplit_once('\t').unwrap().1.to_owned();

    let app = browser.does("POST", "session/two-factor", &Value::Null);
    let app = app["secret"].as_str().unwrap();
    let code = || code_of_app(app, now().try_into().unwrap());
    let confirmed =
        browser.does("POST", "session/two-factor/confirmation", &json!({ "code": code() }));
    let recovery = confirmed["recovery_codes"][0].clone();

    let integrations = "accounts/1234567/integrations";
    let made = browser.does("POST", integrations, &json!({ "name": "By session" }));
    assert_eq!(made["consumer_secret"].as_str().unwrap().len(), 64);
    let new = json!({ "name": "x" });
    let elsewhere = ["origin: https://evil.example"];
    let (status, _) = browser.ask("POST", integrations, &new, &elsewhere);
    assert!((400..500).contains(&status), "{status}");
    assert_eq!(
        browser.refused("POST", integrations, &new, &["sec-fetch-site: same-site"]),
        "cross-site"
    );

    let proof = json!({ "password": PASSWORD, "code": recovery });
    let proven = browser.does("POST", "session/authentication", &proof);
    assert!(proven["authenticated_at"].as_str() >= session["authenticated_at"].as_str());
    browser.does("DELETE", "session", &Value::Null);
    let cookie = format!("cookie: __Host-countersign-session={secret}");
    assert_eq!(browser.refused("GET", "session", &Value::Null, &[&cookie]), "session-ended");

    served.process.stop();
    what_was_told(&front, &secret);
    let log = served.process.stderr();
    for secret in [&secret, &link, PASSWORD, app] {
        assert!(!log.contains(secret), "{log}");
    }
}

/// The login trail has each log-in, and the record no secret of a session.
fn what_was_told(front: &Front, secret: &str) {
    let attempts = rows(
        &front.deployment.data().join("attempts.db"),
        "SELECT admitted, entity, role, code, source, path FROM attempt ORDER BY id",
    );
    let path = |path: &str| format!("/countersign/api/v1/{path}");
    let row = |admitted: u8, code: Value, role: Value, at: &str| {
        json!({ "admitted": admitted, "entity": 1, "role": role, "code": code,
            "source": "127.0.0.1", "path": path(at) })
    };
    assert_eq!(
        attempts,
        [
            row(0, json!("wrong-password"), Value::Null, "session"),
            row(1, Value::Null, json!(3), "session"),
            row(1, Value::Null, json!(3), "session/authentication"),
        ]
    );
    for file in ["record.db", "record.db-wal", "attempts.db", "attempts.db-wal"] {
        let bytes = std::fs::read(front.deployment.data().join(file)).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{file}");
    }
}
