//! Clients of others, unmodified, and our own command line: each makes every call of the table,
//! to a stand-in and to a deployment.

mod cases;
mod command_line;
mod netsuite;
mod oauth1_request;

use std::net::SocketAddr;

use countersign_signing::percent;
use countersign_tests::{Credentials, Deployment, Dev, sha256};
use serde_json::{Value, json};

use cases::{Body, CASES, Case, How, Otherwise, Query};
use countersign_tests::{Answered, Outcome, Script, Told, few_are_late};

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Client {
    /// `requests-oauthlib` from PyPI.
    RequestsOauthlib,
    /// `oauth-1.0a` from npm, with node's `fetch`.
    Oauth1aFetch,
    /// `oauth-1.0a` from npm, with node's `http`.
    Oauth1aHttp,
    /// `oauth1-request` from crates.io.
    Oauth1Request,
    /// curl, with the header from `countersign sign`.
    CurlWithSign,
    /// `countersign call`.
    Call,
}

/// Who is called.
struct Server<'s> {
    address: SocketAddr,
    credentials: &'s Credentials,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Dev,
    Deployment,
}

/// A client that is ready to call.
trait Caller {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome;
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn requests_oauthlib_gets_through_to_a_stand_in() {
    to_a_stand_in(Client::RequestsOauthlib);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn requests_oauthlib_gets_through_to_a_deployment() {
    to_a_deployment(Client::RequestsOauthlib);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth_1_0a_with_fetch_gets_through_to_a_stand_in() {
    to_a_stand_in(Client::Oauth1aFetch);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth_1_0a_with_fetch_gets_through_to_a_deployment() {
    to_a_deployment(Client::Oauth1aFetch);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth_1_0a_with_http_gets_through_to_a_stand_in() {
    to_a_stand_in(Client::Oauth1aHttp);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth_1_0a_with_http_gets_through_to_a_deployment() {
    to_a_deployment(Client::Oauth1aHttp);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth1_request_gets_through_to_a_stand_in() {
    to_a_stand_in(Client::Oauth1Request);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn oauth1_request_gets_through_to_a_deployment() {
    to_a_deployment(Client::Oauth1Request);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn curl_gets_through_to_a_stand_in_with_the_header_of_sign() {
    to_a_stand_in(Client::CurlWithSign);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn curl_gets_through_to_a_deployment_with_the_header_of_sign() {
    to_a_deployment(Client::CurlWithSign);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn call_gets_through_to_a_stand_in() {
    to_a_stand_in(Client::Call);
}

#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn call_gets_through_to_a_deployment() {
    to_a_deployment(Client::Call);
}

/// As the python package `netsuite` calls: a header parameter that no RFC knows, and a digest that
/// is not the signature's.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn a_body_hash_that_a_client_adds_is_signed_like_any_other_parameter() {
    let dev = Dev::start(&[]);
    let server = Server { address: dev.address, credentials: &dev.credentials, kind: Kind::Dev };
    let case = CASES.iter().find(|case| case.name == "JSON").unwrap();
    let mut question = question(&server, case);
    question["body_hash"] = true.into();
    let answered = Script::python("requests_oauthlib_calls.py").ask(&question).unwrap();
    assert_eq!(answered.status, 200, "{answered:?}");
}

/// curl asks first (`Expect: 100-continue`), or sends in pieces of unknown number.
#[test]
#[ignore = "needs COUNTERSIGN_BIN; run by cargo xtask test"]
fn curl_sends_a_body_of_three_megabytes_in_one_piece_and_in_chunks() {
    let dev = Dev::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body.json");
    let body = format!("\"{}\"", "a".repeat(3 << 20));
    std::fs::write(&path, &body).unwrap();
    for header in ["Expect: 100-continue", "Transfer-Encoding: chunked"] {
        let echo = command_line::upload(dev.address, &dev.credentials, &path, header);
        assert_eq!(echo["body_sha256"], sha256(body.as_bytes()), "{header}: {echo}");
    }
}

fn to_a_stand_in(client: Client) {
    let dev = Dev::start(&[]);
    let server = Server { address: dev.address, credentials: &dev.credentials, kind: Kind::Dev };
    all_cases(client, &server);
}

fn to_a_deployment(client: Client) {
    let deployment = Deployment::init();
    let address = deployment.address();
    let credentials = &deployment.credentials;
    all_cases(client, &Server { address, credentials, kind: Kind::Deployment });
}

fn all_cases(client: Client, server: &Server<'_>) {
    let mut caller = caller(client);
    let faults: Vec<String> = CASES
        .iter()
        .filter_map(|case| {
            let fault = check(client, &mut *caller, server, case).err()?;
            Some(format!("{} {}: {fault}", case.method, case.name))
        })
        .collect();
    assert!(faults.is_empty(), "{client:?}:\n{}", faults.join("\n"));
    few_are_late().unwrap();
}

fn caller(client: Client) -> Box<dyn Caller> {
    match client {
        Client::RequestsOauthlib => Box::new(Python(Script::python("requests_oauthlib_calls.py"))),
        Client::Oauth1aFetch => Box::new(Node(Script::node("oauth1a_calls.mjs"), "fetch")),
        Client::Oauth1aHttp => Box::new(Node(Script::node("oauth1a_calls.mjs"), "http")),
        Client::Oauth1Request => Box::new(oauth1_request::Oauth1Request),
        Client::CurlWithSign => Box::new(command_line::CurlWithSign),
        Client::Call => Box::new(command_line::Call),
    }
}

fn check(
    client: Client,
    caller: &mut dyn Caller,
    server: &Server<'_>,
    case: &Case,
) -> Result<(), String> {
    let otherwise = case.otherwise.iter().find(|it| it.clients.contains(&client));
    let Some(Otherwise { how, why, .. }) = otherwise else {
        return check_admitted(&caller.call(server, case)?, case);
    };
    match how {
        How::Refused(diagnosis) => check_refused(diagnosis, caller, server, case)
            .map_err(|fault| format!("not refused because the client {why}: {fault}")),
        How::NotOffered => Ok(()),
    }
}

fn check_admitted(answered: &Answered, case: &Case) -> Result<(), String> {
    if answered.status != 200 {
        return Err(format!("{answered:?}"));
    }
    let echo: Value = serde_json::from_str(&answered.body).unwrap();
    let expected_body = match case.body {
        Body::None => String::new(),
        Body::Json(json) => json.to_owned(),
        Body::Form(pairs) => {
            let sent = answered.sent.clone().unwrap();
            if sorted(decoded(&sent)) != sorted(owned(pairs)) {
                return Err(format!("sent as a form: {sent}"));
            }
            sent
        }
    };
    let query = decoded(echo["query"].as_str().unwrap_or_default());
    let expected_query = match case.query {
        Query::None => Vec::new(),
        Query::Pairs(pairs) => owned(pairs),
        Query::Raw(text) => decoded(text),
    };
    let arrived = (&echo["method"], &echo["path"], sorted(query), &echo["body_sha256"]);
    let body_sha256 = sha256(expected_body.as_bytes()).into();
    let expected = (&case.method.into(), &case.path.into(), sorted(expected_query), &body_sha256);
    if arrived != expected {
        return Err(format!("arrived: {arrived:?}, expected: {expected:?}"));
    }
    Ok(())
}

fn check_refused(
    diagnosis: &str,
    caller: &mut dyn Caller,
    server: &Server<'_>,
    case: &Case,
) -> Result<(), String> {
    let answered = caller.call(server, case)?;
    let has_reference = answered.header("countersign-reference").is_some();
    let detail = answered.header("countersign-detail");
    let is_said = match server.kind {
        Kind::Dev => {
            let told = Told::of(server.address, &answered);
            (detail, &*told.codes) == (Some("InvalidSignature"), diagnosis)
        }
        Kind::Deployment => (detail, answered.header("countersign-diagnosis")) == (None, None),
    };
    if answered.status != 401 || !has_reference || !is_said {
        return Err(format!("{answered:?}"));
    }
    Ok(())
}

/// The order of parameters is the client's business.
fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn decoded(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| String::from_utf8(percent::decode_form(text.as_bytes())).unwrap();
    let components = text.split('&').filter(|component| !component.is_empty());
    let pairs = components.map(|it| it.split_once('=').unwrap_or((it, "")));
    pairs.map(|(name, value)| (decode(name), decode(value))).collect()
}

fn url(server: &Server<'_>, case: &Case) -> String {
    format!("http://{}{}", server.address, case.path)
}

fn question(server: &Server<'_>, case: &Case) -> Value {
    let url = url(server, case);
    let (url, pairs) = match case.query {
        Query::None => (url, Value::Null),
        Query::Pairs(pairs) => (url, json!(pairs)),
        Query::Raw(text) => (format!("{url}?{text}"), Value::Null),
    };
    let (form, json) = match case.body {
        Body::None => (Value::Null, Value::Null),
        Body::Json(text) => (Value::Null, text.into()),
        Body::Form(pairs) => (json!(pairs), Value::Null),
    };
    let Credentials { account, consumer_key, consumer_secret, token_id, token_secret } =
        server.credentials;
    json!({
        "method": case.method,
        "url": url,
        "pairs": pairs,
        "form": form,
        "json": json,
        "body_hash": false,
        "account": account,
        "consumer_key": consumer_key,
        "consumer_secret": consumer_secret,
        "token_id": token_id,
        "token_secret": token_secret,
    })
}

struct Python(Script);

impl Caller for Python {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome {
        self.0.ask(&question(server, case))
    }
}

struct Node(Script, &'static str);

impl Caller for Node {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome {
        let mut question = question(server, case);
        question["transport"] = self.1.into();
        self.0.ask(&question)
    }
}
