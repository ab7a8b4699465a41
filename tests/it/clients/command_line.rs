//! Our own command line: `countersign call`, and curl with the header from `countersign sign`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use countersign_signing::percent;
use countersign_tests::{Credentials, command};
use serde_json::Value;

use super::cases::{Body, Case, Query};
use super::{Caller, Outcome, Server, url};
use countersign_tests::Answered;

pub(super) struct Call;

impl Caller for Call {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome {
        let mut command = command();
        command.args(["call", "--include"]).args(message(server, case));
        let text = output(command.envs(server.credentials.environment()))?;
        let sent = if let Body::Form(pairs) = case.body { Some(encoded(pairs)) } else { None };
        answered(&text, sent)
    }
}

pub(super) struct CurlWithSign;

impl Caller for CurlWithSign {
    fn call(&mut self, server: &Server<'_>, case: &Case) -> Outcome {
        let mut sign = command();
        sign.arg("sign").args(message(server, case)).envs(server.credentials.environment());
        let mut curl = curl(&output(&mut sign)?);
        curl.args(["--include", "-X", case.method]);
        let sent = match case.body {
            Body::None => None,
            Body::Json(text) => {
                curl.args(["-H", "Content-Type: application/json"]);
                Some(text.to_owned())
            }
            Body::Form(pairs) => Some(encoded(pairs)),
        };
        if let Some(body) = &sent {
            curl.args(["--data-raw", body]);
        }
        answered(&output(curl.arg(whole_url(server, case)))?, sent)
    }
}

/// POSTs a file of JSON with curl and one header more; gives the echo.
pub(super) fn upload(
    address: SocketAddr,
    credentials: &Credentials,
    file: &Path,
    header: &str,
) -> Value {
    let url = format!("http://{address}/services/rest/x");
    let mut sign = command();
    sign.args(["sign", "POST", &url]).envs(credentials.environment());
    let mut curl = curl(&output(&mut sign).unwrap());
    curl.args(["--fail", "-H", "Content-Type: application/json", "-H", header]);
    curl.arg("--data-binary").arg(format!("@{}", file.display())).arg(url);
    serde_json::from_str(&output(&mut curl).unwrap()).unwrap()
}

fn curl(header: &str) -> Command {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--globoff", "--path-as-is", "--noproxy", "*"]);
    curl.args(["-H", header.trim_end()]);
    curl
}

/// Method, URL and body, in the words that both commands take.
fn message(server: &Server<'_>, case: &Case) -> Vec<String> {
    let mut words = vec![case.method.to_owned(), whole_url(server, case)];
    match case.body {
        Body::None => {}
        Body::Json(text) => words.extend(["--data".to_owned(), text.to_owned()]),
        Body::Form(pairs) => {
            let fields = pairs.iter().map(|(name, value)| format!("{name}={value}"));
            words.extend(fields.flat_map(|field| ["--form".to_owned(), field]));
        }
    }
    words
}

fn whole_url(server: &Server<'_>, case: &Case) -> String {
    let url = url(server, case);
    match case.query {
        Query::None => url,
        Query::Pairs(pairs) => format!("{url}?{}", encoded(pairs)),
        Query::Raw(text) => format!("{url}?{text}"),
    }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| percent::encode(text.as_bytes());
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    match output.status.code() {
        // `call` ends with 1 after a refusal, and shows it.
        Some(0 | 1) => Ok(String::from_utf8(output.stdout).unwrap()),
        _ => Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// An answer with its head, as both print it.
fn answered(text: &str, sent: Option<String>) -> Outcome {
    let text = text.replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").ok_or_else(|| format!("no head: {text:?}"))?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let status = status.ok_or_else(|| format!("no status: {head:?}"))?;
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Ok(Answered { status, headers, body: body.to_owned(), sent })
}
