//! The upstreams of `examples/`, unmodified.

use std::net::SocketAddr;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::AUDIENCE;
use crate::{Answer, Call, Connection, Deployment, Process, Request, clients};

/// A running one.
pub struct ExampleUpstream {
    process: Process,
    address: SocketAddr,
    // The folder that a script was put into.
    _folder: Option<TempDir>,
}

impl ExampleUpstream {
    /// The one in Python, in an environment with what its `requirements.txt` asks for.
    pub fn python(deployment: &Deployment) -> Self {
        let mut command = Command::new(clients().join("python-upstream/bin/python"));
        command.arg(example("upstream-python/upstream.py"));
        Self::start(command, deployment, None)
    }

    /// The one in JavaScript, beside the packages that its `package.json` asks for.
    pub fn node(deployment: &Deployment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("upstream.mjs");
        std::fs::copy(example("upstream-node/upstream.mjs"), &script).unwrap();
        symlink(clients().join("node_modules"), folder.path().join("node_modules")).unwrap();
        let mut command = Command::new("node");
        command.arg(script);
        Self::start(command, deployment, Some(folder))
    }

    /// One that was built: the program.
    pub fn program(path: &Path, deployment: &Deployment) -> Self {
        Self::start(Command::new(path), deployment, None)
    }

    fn start(mut command: Command, deployment: &Deployment, folder: Option<TempDir>) -> Self {
        let issuer = format!("http://{}", deployment.address());
        command
            .env("COUNTERSIGN_JWKS_URL", format!("{issuer}/countersign/jwks.json"))
            .env("COUNTERSIGN_ISSUER", issuer)
            .env("COUNTERSIGN_AUDIENCE", AUDIENCE)
            .env("LISTEN", "127.0.0.1:0")
            // Proxies are not for the loopback.
            .env("NO_PROXY", "127.0.0.1");
        let mut process = Process::start(&mut command);
        let address = process.wait_for("the example listens", |process| {
            let said = process.stdout();
            let (line, _) = said.split_once('\n')?;
            line.strip_prefix("listening on http://")?.parse().ok()
        });
        Self { process, address, _folder: folder }
    }

    /// Its answer to a request with these assertions, one header each.
    pub fn answer(&self, assertions: &[&str]) -> Answer {
        let plain = Request {
            method: "GET".to_owned(),
            target: Call::get("/orders").target,
            headers: vec![("Host".to_owned(), self.address.to_string())],
            body: None,
        };
        let with = |request: Request, it: &&str| request.with("Countersign-Assertion", it);
        let request = assertions.iter().fold(plain, with);
        let sent = Connection::open(self.address).try_send(&request);
        sent.unwrap_or_else(|error| panic!("{error}: {}", self.process.stderr()))
    }
}

fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(path)
}
