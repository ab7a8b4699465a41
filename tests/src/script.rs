//! A client in another language: a process that is asked by a line of JSON and answers by one.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::clients;

/// A running script; it ends with this value.
pub struct Script {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// What a client got, or why it did not even send.
pub type Outcome = Result<Answered, String>;

/// What a client got.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body of the answer.
    pub body: String,
    /// The body that was sent, where the client chose its form.
    pub sent: Option<String>,
}

impl Answered {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

impl Script {
    /// A script of `tests/clients`, in the environment of the clients from PyPI.
    pub fn python(name: &str) -> Self {
        Self::start(&clients().join("python/bin/python"), name)
    }

    /// The same in the environment of the package `netsuite`.
    pub fn python_of_netsuite(name: &str) -> Self {
        Self::start(&clients().join("python-netsuite/bin/python"), name)
    }

    /// The same in JavaScript.
    pub fn node(name: &str) -> Self {
        Self::start(Path::new("node"), name)
    }

    fn start(interpreter: &Path, name: &str) -> Self {
        let script = format!("{}/clients/{name}", env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new(interpreter)
            .arg(script)
            .env("COUNTERSIGN_CLIENTS", clients())
            // Proxies are not for the loopback.
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", interpreter.display()));
        let questions = child.stdin.take().unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Self { child, questions, answers }
    }

    /// Asks, and waits for the answer.
    pub fn ask(&mut self, question: &Value) -> Outcome {
        writeln!(self.questions, "{question}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line:?}"));
        if let Some(error) = answer["error"].as_str() {
            return Err(error.to_owned());
        }
        let headers = answer["headers"].as_object().unwrap().iter();
        Ok(Answered {
            status: answer["status"].as_u64().unwrap().try_into().unwrap(),
            headers: headers.map(|(n, v)| (n.clone(), v.as_str().unwrap().to_owned())).collect(),
            body: answer["body"].as_str().unwrap().to_owned(),
            sent: answer["sent"].as_str().map(str::to_owned),
        })
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // Both fail where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
