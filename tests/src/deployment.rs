//! A deployment made by `countersign init`, with an upstream behind it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::{Call, Connection, Credentials, Finished, Process, Upstream, program};

/// The account of every deployment.
pub const ACCOUNT: &str = "1234567";

/// A deployment with one integration (1), one user (2) with one role (1000), and one token (1).
pub struct Deployment {
    // In the order in which they end.
    server: Option<Running>,
    /// The API behind it.
    pub upstream: Upstream,
    /// What is needed to sign.
    pub credentials: Credentials,
    /// What `init` said.
    pub founded: Finished,
    made: Made,
}

struct Running {
    process: Process,
    address: SocketAddr,
}

/// A folder that `init` made, and its key file beside it.
pub struct Made {
    folder: TempDir,
}

impl Made {
    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("countersign.key")
    }

    /// The folder around both.
    pub fn around(&self) -> &Path {
        self.folder.path()
    }
}

/// Only `init`, and what it said.
pub fn made_folder() -> (Made, Finished) {
    let made = Made { folder: tempfile::tempdir().unwrap() };
    let (data, key_file) = (made.data(), made.key_file());
    let founded = program::run(&[
        "init",
        "--data-dir",
        text(&data),
        "--account",
        ACCOUNT,
        "--admin-email",
        "admin@example.com",
        "--key-file",
        text(&key_file),
    ]);
    (made, founded.done())
}

impl Deployment {
    /// Makes it, and serves.
    pub fn init() -> Self {
        let mut deployment = Self::furnished();
        deployment.serve();
        deployment
    }

    /// Makes it. Nothing is served yet.
    pub fn furnished() -> Self {
        let (made, founded) = made_folder();
        let credentials = Credentials {
            account: ACCOUNT.to_owned(),
            consumer_key: String::new(),
            consumer_secret: String::new(),
            token_id: String::new(),
            token_secret: String::new(),
        };
        let mut deployment =
            Self { server: None, upstream: Upstream::start(), credentials, founded, made };
        deployment.furnish();
        deployment
    }

    fn furnish(&mut self) {
        let integration = self.record(&["integration", "create", "Orders import"]);
        self.record(&["entity", "create", "Ann", "--email", "ann@example.com"]);
        let permission = "log-in-using-access-tokens";
        self.record(&["role", "create", "Orders", "--permission", permission]);
        self.record(&["role", "assign", "--entity", "2", "--role", "1000"]);
        self.credentials.consumer_key = member(&integration, "consumer_key");
        self.credentials.consumer_secret = member(&integration, "consumer_secret");
        self.credentials = self.new_token();
    }

    /// Makes another token of the same integration, user and role.
    pub fn new_token(&self) -> Credentials {
        let token = self.record(&[
            "token",
            "create",
            "--integration",
            "1",
            "--entity",
            "2",
            "--role",
            "1000",
        ]);
        Credentials {
            token_id: member(&token, "token_id"),
            token_secret: member(&token, "token_secret"),
            ..self.credentials.clone()
        }
    }

    /// Starts the server on a free port.
    pub fn serve(&mut self) {
        self.serve_with(program::command());
    }

    /// The same with a program that is prepared otherwise.
    pub fn serve_with(&mut self, command: Command) {
        self.serve_by(command, &[]);
    }

    /// The same with further options of `serve`.
    pub fn serve_by(&mut self, mut command: Command, options: &[&str]) {
        let upstream = format!("http://{}", self.upstream.address);
        command.args(["serve", "--listen", "127.0.0.1:0", "--upstream", &upstream]);
        command.arg("--data-dir").arg(self.data()).arg("--key-file").arg(self.key_file());
        command.args(options);
        let mut process = Process::start(&mut command);
        let address =
            process.wait_for("the server is ready", |process| listening(&process.stderr()));
        self.server = Some(Running { process, address });
    }

    /// Ends the server with SIGTERM, in good order.
    pub fn stop(&mut self) -> Process {
        let mut server = self.server.take().expect("the server runs");
        let status = server.process.stop();
        assert_eq!(status.code(), Some(0), "{status}: {}", server.process.stderr());
        server.process
    }

    /// Ends the server with SIGKILL.
    pub fn kill(&mut self) -> Process {
        let mut server = self.server.take().expect("the server runs");
        server.process.kill();
        server.process
    }

    /// The server's process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.server.as_mut().expect("the server runs").process
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("the server runs").address
    }

    /// A new connection to the server.
    pub fn connect(&self) -> Connection {
        Connection::open(self.address())
    }

    /// The status of the answer to `call`, signed well and sent on a connection of its own.
    pub fn status_of(&self, call: &Call) -> u16 {
        let request = self.credentials.sign(call, self.address());
        self.connect().send(&request).status
    }

    /// A command on the record: through the server where one runs, else on the folder.
    pub fn command(&self, arguments: &[&str]) -> Finished {
        let (data, key_file) = (self.data(), self.key_file());
        let place = ["--account", ACCOUNT, "--data-dir", text(&data)];
        let key = ["--key-file", text(&key_file)];
        let key = if self.server.is_some() { &key[..0] } else { &key[..] };
        program::run(&[arguments, &place, key].concat())
    }

    /// A command on the record that must be done, and what it shows.
    pub fn record(&self, arguments: &[&str]) -> Value {
        let shown = self.command(&[arguments, &["--json"]].concat()).done().stdout;
        serde_json::from_str(&shown).unwrap_or_else(|_| panic!("{arguments:?}: {shown}"))
    }

    /// `countersign assertion-key ...`, as [`Self::command`] does it.
    pub fn keys_command(&self, arguments: &[&str]) -> Finished {
        let (data, key_file) = (self.data(), self.key_file());
        let key = ["--key-file", text(&key_file)];
        let key = if self.server.is_some() { &key[..0] } else { &key[..] };
        let place = ["--data-dir", text(&data)];
        program::run(&[&["assertion-key"], arguments, &place, key].concat())
    }

    /// The same, done, and what it shows.
    pub fn keys(&self, arguments: &[&str]) -> Value {
        let shown = self.keys_command(&[arguments, &["--json"]].concat()).done().stdout;
        serde_json::from_str(&shown).unwrap_or_else(|_| panic!("{arguments:?}: {shown}"))
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.made.data()
    }

    /// The key file.
    pub fn key_file(&self) -> PathBuf {
        self.made.key_file()
    }
}

/// The address in the line that says `ready`. Colours or not, it stands behind an equals sign.
pub fn listening(log: &str) -> Option<SocketAddr> {
    let (whole_lines, _) = log.rsplit_once('\n')?;
    let line = whole_lines.lines().find(|line| line.contains("ready"))?;
    let word = line.split_once("127.0.0.1:")?.1;
    let end = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    format!("127.0.0.1:{}", &word[..end]).parse().ok()
}

fn member(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name}: {value}")).to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder has a plain name")
}
