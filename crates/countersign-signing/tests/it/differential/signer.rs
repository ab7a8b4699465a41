//! Another implementation, in a process of its own: JSON lines in, JSON lines out.
//!
//! Belongs here: talking to it. Does not: what it is asked (see `case`).

use std::{
    io::{BufRead, BufReader, BufWriter, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use super::case::Case;

/// What it made of a request, or why it refused to.
pub(crate) type Answer = Result<Signed, String>;

pub(crate) struct Signed {
    pub(crate) header: String,
    pub(crate) base_string: String,
    pub(crate) signature: String,
}

/// How to start it.
pub(crate) struct Signer {
    interpreter: PathBuf,
    script: &'static str,
}

impl Signer {
    pub(crate) fn oauthlib() -> Signer {
        Signer { interpreter: clients().join("python/bin/python"), script: "oauthlib_sign.py" }
    }

    pub(crate) fn oauth_1_0a() -> Signer {
        clients();
        Signer { interpreter: "node".into(), script: "oauth1a_sign.mjs" }
    }

    /// Signs all of them in one process.
    pub(crate) fn sign(&self, cases: &[Case]) -> Vec<Answer> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential");
        let mut child = Command::new(&self.interpreter)
            .arg(format!("{folder}/{}", self.script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{}: {fault}", self.interpreter.display()));
        let mut input = BufWriter::new(child.stdin.take().unwrap());
        let output = BufReader::new(child.stdout.take().unwrap());
        // Written beside the reading: both pipes are shorter than the cases.
        let answers = std::thread::scope(|scope| {
            scope.spawn(move || {
                for case in cases {
                    writeln!(input, "{}", question(case)).unwrap();
                }
            });
            output.lines().map(|line| answer(&line.unwrap())).collect()
        });
        assert!(child.wait().unwrap().success(), "{} failed", self.script);
        answers
    }
}

fn clients() -> PathBuf {
    let folder = std::env::var_os("COUNTERSIGN_CLIENTS").map(PathBuf::from);
    folder.expect("COUNTERSIGN_CLIENTS is not set: run `cargo xtask test`, which prepares it")
}

fn question(case: &Case) -> Value {
    json!({
        "method": case.method,
        "url": case.url(),
        "form": case.form,
        "realm": case.realm,
        "consumer_key": Case::CONSUMER_KEY,
        "consumer_secret": case.consumer_secret,
        "token": case.token.as_ref().map(|(token, _)| token),
        "token_secret": case.token.as_ref().map(|(_, secret)| secret),
        "nonce": case.nonce,
        "timestamp": case.timestamp.to_string(),
    })
}

fn answer(line: &str) -> Answer {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    match value.get("error") {
        Some(_) => Err(text("error")),
        None => Ok(Signed {
            header: text("header"),
            base_string: text("base_string"),
            signature: text("signature"),
        }),
    }
}
