//! `countersign dev`, running.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Connection, Credentials, Process, program};

/// A stand-in; it ends with this value.
pub struct Dev {
    /// The process.
    pub process: Process,
    /// The credentials file, as written.
    pub file: Value,
    /// What is needed to sign.
    pub credentials: Credentials,
    /// Where it listens.
    pub address: SocketAddr,
    folder: TempDir,
}

impl Dev {
    /// Starts a stand-in on a free port, and waits until it says that it is ready.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[])
    }

    /// The same with something in its environment.
    pub fn start_with(arguments: &[&str], environment: &[(&str, &Path)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials.json");
        let mut command = program::command();
        command.args(["dev", "--listen", "127.0.0.1:0", "--credentials"]).arg(&path);
        // It ends with SIGKILL, which leaves its temporary folder: that ends with ours.
        command.env("TMPDIR", folder.path());
        command.args(arguments).envs(environment.iter().copied());
        let mut process = Process::start(&mut command);
        // Written at once: who finds the file finds the whole of it.
        let text = process.wait_for("the credentials file", |_| fs::read(&path).ok());
        let file: Value = serde_json::from_slice(&text).unwrap();
        let address = file["base_url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let address = address.parse().unwrap();
        Self { process, credentials: Credentials::of(&file), address, file, folder }
    }

    /// The credentials file.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("credentials.json")
    }

    /// A new connection.
    pub fn connect(&self) -> Connection {
        Connection::open(self.address)
    }
}
