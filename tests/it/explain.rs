//! `countersign explain` on copies of requests: as a person asks, and beside what `dev` answers.

use std::fs;
use std::path::{Path, PathBuf};

use countersign_signing::{Secret, TokenCredentials, sign_passport};
use countersign_tests::{
    Call, Credentials, Dev, Finished, Request, Told, few_are_late, run, run_with_input,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const URL: &str = "https://1234567.restlets.api.netsuite.com/app/site/hosting/restlet.nl";

/// Credentials that no server knows: none is asked.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let credentials = json!({
            "account": "1234567",
            "consumer_key": "consumer-key-1",
            "consumer_secret": "canary-consumer-secret",
            "token_id": "token-id-1",
            "token_secret": "canary-token-secret",
        });
        fs::write(folder.path().join("credentials.json"), credentials.to_string()).unwrap();
        Self { folder }
    }

    fn file(&self, name: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// The line `Authorization: ...` of a request.
    fn sign(&self, arguments: &[&str]) -> String {
        self.with_credentials("sign", arguments, "").done().stdout.trim_end().to_owned()
    }

    fn explain(&self, arguments: &[&str]) -> Finished {
        self.with_credentials("explain", arguments, "")
    }

    fn with_credentials(&self, command: &str, arguments: &[&str], input: &str) -> Finished {
        let file = self.folder.path().join("credentials.json");
        let credentials = ["--credentials", file.to_str().unwrap()];
        let finished = run_with_input(&[&[command], arguments, &credentials].concat(), input);
        assert!(!format!("{finished:?}").contains("canary"), "{finished:?}");
        finished
    }
}

/// Asserts that something was found to be wrong, and gives what was said.
fn found(finished: Finished) -> String {
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    finished.stdout
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_request_that_sign_signed_is_right() {
    let bench = Bench::new();
    for (arguments, options) in [
        (&["GET", "?script=6&deploy=1&q=a b%2B"][..], ""),
        (&["POST", "?script=6", "--form", "a=1 2", "--form", "b=ü"], " -d a=1+2 -d b=%c3%bc"),
        (&["PUT", "?script=6", "-d", "{\"a\": 1}"], " -X PUT --json '{\"a\": 1}'"),
    ] {
        let url = format!("{URL}{}", arguments[1]);
        let header = bench.sign(&[&[arguments[0], &url], &arguments[2..]].concat());
        let line = format!("curl '{url}' -H '{header}'{options}");
        let said = bench.explain(&["--curl", &line]).done().stdout;
        assert!(said.contains("\n  what   The signature is right"), "{line}\n{said}");
        let said = bench.with_credentials("explain", &["--curl", "-"], &line).done().stdout;
        assert!(said.starts_with(&format!("\nright    {} {URL}\n", arguments[0])), "{said}");
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_query_that_was_left_out_is_marked() {
    let bench = Bench::new();
    let header = bench.sign(&["GET", URL]);
    let line =
        format!("curl -A python-requests/2.32 '{URL}?script=6&deploy=1' \\\n  -H '{header}'");
    let said = found(bench.explain(&["--curl", &line]));
    for part in [
        &format!("wrong    GET {URL}\n  why    query-not-signed\n"),
        "\n  what   The client left the query string out of the base string.\n",
        "\n  change Sign the parameters of the query too",
        "\n  proof  certain: ",
        "\n  hint   Python (requests-oauthlib): ",
        "\n    + deploy=1\n      oauth_consumer_key=consumer-key-1\n",
        "\n    + script=6\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    assert!(!said.contains('\u{1b}'), "no colour where no terminal is: {said:?}");

    let report: Value =
        serde_json::from_str(&found(bench.explain(&["--curl", &line, "--json"]))).unwrap();
    assert_eq!(report["codes"], json!(["query-not-signed"]));
    assert_eq!(report["certain"], true);
    let (signed, expected) = (report["signed"].as_str(), report["expected"].as_str());
    let at = usize::try_from(report["first_difference"].as_u64().unwrap()).unwrap();
    assert_eq!(signed.unwrap()[..at], expected.unwrap()[..at]);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_har_entry_is_compared_with_its_own_time() {
    let bench = Bench::new();
    let header = bench.sign(&["GET", URL, "--timestamp", "1767225600"]);
    let value = header.strip_prefix("Authorization: ").unwrap();
    let entry = |at: &str| {
        let headers = json!([{"name": "authorization", "value": value}]);
        json!({"startedDateTime": at,
            "request": {"method": "GET", "url": URL, "headers": headers}})
    };
    let entries = [entry("2026-01-01T00:00:30.5Z"), entry("2026-01-01T02:00:00+01:00")];
    let archive = |entries: &[Value]| json!({"log": {"entries": entries}}).to_string();
    let one = bench.file("one.har", &archive(&entries[..1]));
    bench.explain(&["--har", one.to_str().unwrap()]).done();

    let two = bench.file("two.har", &archive(&entries));
    let two = two.to_str().unwrap();
    let unclear = bench.explain(&["--har", two]);
    assert_eq!(unclear.code, Some(2), "{unclear:#?}");
    assert!(unclear.stderr.contains("choose one with --entry N\n  1  2026-01-01"), "{unclear:#?}");
    let said = found(bench.explain(&["--har", two, "--entry", "2"]));
    assert!(said.contains("  why    clock-skew\n"), "{said}");
    assert!(said.contains("1 hour behind the server's time: whole hours"), "{said}");
}

/// An envelope whose passport is signed with that token secret.
fn envelope(token_secret: &str) -> String {
    let credentials = countersign_signing::Credentials {
        consumer_key: "consumer-key-1".to_owned(),
        consumer_secret: Secret::new("canary-consumer-secret"),
        token: Some(TokenCredentials {
            token: "token-id-1".to_owned(),
            secret: Secret::new(token_secret),
        }),
    };
    let passport = sign_passport(&credentials, "1234567", 1_767_225_600, "nonce1");
    let passport = passport.element("urn:messages_2020_2.platform.webservices.netsuite.com");
    format!(
        "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Header>\
         {passport}</soap:Header><soap:Body/></soap:Envelope>"
    )
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_soap_envelope_is_explained_by_its_passport_however_it_is_copied() {
    const URL: &str = "https://1234567.suitetalk.api.netsuite.com/services/NetSuitePort_2020_2";
    const BASE: &str = "1234567&consumer-key-1&token-id-1&nonce1&1767225600";
    let bench = Bench::new();
    let copies = |envelope: &str| {
        let line = format!("curl {URL} -H 'Content-Type: text/xml' --data '{envelope}'");
        let text = format!("POST {URL} HTTP/1.1\nContent-Type: text/xml\n\n{envelope}\n");
        let post_data = json!({"mimeType": "text/xml", "text": envelope});
        let archive = json!({"log": {"entries": [{"startedDateTime": "2026-01-01T00:00:01Z",
            "request": {"method": "POST", "url": URL, "headers": [], "postData": post_data}}]}});
        let [text, har] = [("soap.http", text), ("soap.har", archive.to_string())]
            .map(|(name, content)| bench.file(name, &content).to_str().unwrap().to_owned());
        [["--curl".to_owned(), line], ["--request".to_owned(), text], ["--har".to_owned(), har]]
    };
    for copy in copies(&envelope("canary-token-secret")) {
        let said = bench.explain(&copy.each_ref().map(String::as_str)).done().stdout;
        assert!(said.starts_with(&format!("\nright    POST {URL}\n")), "{said}");
        assert!(said.ends_with(&format!("\n  base   {BASE}\n")), "{said}");
    }
    for (envelope, code) in [
        (envelope(""), "token-secret-missing"),
        (envelope("canary-token-secret").replace("<nonce>nonce1</nonce>", ""), "parameter-missing"),
    ] {
        for copy in copies(&envelope) {
            let copy = copy.each_ref().map(String::as_str);
            let said = found(bench.explain(&copy));
            assert!(said.contains(&format!("\n  why    {code}\n  what   ")), "{said}");
            let json = found(bench.explain(&[&copy[..], &["--json"]].concat()));
            let report: Value = serde_json::from_str(&json).unwrap();
            assert_eq!(
                (&report["kind"], &report["codes"][0]),
                (&json!("token-passport"), &json!(code))
            );
            assert!(!report["fix"].as_str().unwrap().is_empty());
        }
    }
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn what_can_not_be_looked_at_is_told_with_what_to_do() {
    let bench = Bench::new();
    let unsigned = bench.file("unsigned.http", "GET /x HTTP/1.1\nHost: a.b\n\n");
    let unsigned = unsigned.to_str().unwrap();
    let bearer =
        bench.file("bearer.http", "GET /x HTTP/1.1\nHost: a.b\nAuthorization: Bearer canary\n\n");
    let har = bench.file("empty.har", r#"{"log": {"entries": []}}"#);
    let nothing = bench.file("nothing", "\n");
    for (arguments, words) in [
        (["--curl", "wget https://a.b/"], "has to begin with `curl`"),
        (["--curl", "curl https://a.b/"], "has no Authorization header: copy it together"),
        (["--request", "/nonexistent/x"], "the request in /nonexistent/x can't be read: "),
        (["--request", nothing.to_str().unwrap()], "is empty"),
        (["--request", har.to_str().unwrap()], "has to begin with a line such as `GET /path"),
        (["--request", unsigned], "has no Authorization header: copy it together"),
        (["--request", bearer.to_str().unwrap()], "sign the request with OAuth 1.0a"),
        (["--har", har.to_str().unwrap()], "has no entries: record while"),
        (["--har", unsigned], "this is not a HAR file"),
    ] {
        bench.explain(&arguments).refused_with(2, words);
    }
    let line = format!("curl {URL} -H '{}'", bench.sign(&["GET", URL]));
    run(&["explain", "--curl", &line]).refused_with(2, "give --credentials FILE");
    run(&["explain", "hello"]).refused_with(2, "this is no reference");
    let help = run(&["explain", "--help"]).done().stdout;
    assert!(help.contains("Exit codes: 0 the refusal is explained"), "{help}");
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_copy_is_explained_in_the_words_of_the_stand_in() {
    let dev = Dev::start(&[]);
    let right = &dev.credentials;
    let signed_by = |credentials: &Credentials| credentials.sign(&Call::get("/x?a=1"), dev.address);
    let sent_to = |target: &str, request: Request| Request { target: target.to_owned(), ..request };
    let swapped = Credentials {
        consumer_secret: right.token_secret.clone(),
        token_secret: right.consumer_secret.clone(),
        ..right.clone()
    };
    let without_token = Credentials { token_secret: String::new(), ..right.clone() };
    let mut unquoted = signed_by(right);
    unquoted.headers.iter_mut().for_each(|(_, value)| *value = value.replace('"', ""));
    for (code, request) in [
        ("query-not-signed", sent_to("/x?a=1&b=2", right.sign(&Call::get("/x"), dev.address))),
        ("wrong-method", Request { method: "PUT".to_owned(), ..signed_by(right) }),
        ("wrong-path", sent_to("/x/?a=1", signed_by(right))),
        ("secrets-swapped", signed_by(&swapped)),
        ("token-secret-missing", signed_by(&without_token)),
        ("header-syntax", unquoted),
    ] {
        let copy = dev.path().with_file_name("copy.http");
        fs::write(&copy, request.to_bytes()).unwrap();
        let offline = explained(&copy, &dev.path());
        assert_eq!(offline["codes"][0], code, "{offline}");
        let words = |name: &str| offline[name].as_str().unwrap().to_owned();
        let ours = format!("{} {}", words("sentence"), words("fix"));
        let codes: Vec<&str> =
            offline["codes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        let answer = dev.connect().send(&request);
        let told = Told::of_answer(dev.address, &answer);
        assert_eq!(told.codes, codes.join("+"), "{offline}");
        let is_same = !told.explanation.is_empty() && ours.starts_with(&told.explanation);
        assert!(is_same, "{code}: {offline}\n{told:?}");
    }
    few_are_late().unwrap();
}

fn explained(copy: &Path, credentials: &Path) -> Value {
    let arguments = ["explain", "--json", "--scheme", "http", "--request"];
    let files = [copy.to_str().unwrap(), "--credentials", credentials.to_str().unwrap()];
    serde_json::from_str(&found(run(&[&arguments[..], &files].concat()))).unwrap()
}
