//! A deployment that the program made itself, with settings that change while it serves.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use countersign_signing::{Credentials, Secret, TokenCredentials};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::signer::{ACCOUNT, HOST};
use crate::child::Child;

const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Deployment {
    server: Child,
    folder: PathBuf,
    /// Where it listens without TLS, and with.
    pub(super) plain: SocketAddr,
    pub(super) secure: SocketAddr,
    upstream: SocketAddr,
    secrets: Secrets,
}

#[derive(Clone)]
struct Secrets {
    consumer_key: String,
    consumer_secret: String,
    token: String,
    token_secret: String,
}

impl Deployment {
    /// Makes it in `folder`, and serves.
    pub(super) fn start(program: &Path, folder: &Path, upstream: SocketAddr) -> Result<Self> {
        let place = Place { program, folder };
        place.run(&["init", "--account", ACCOUNT, "--admin-email", "admin@example.com"])?;
        let integration = place.record(&["integration", "create", "Soak"])?;
        place.record(&["entity", "create", "Ann", "--email", "ann@example.com"])?;
        let permission = "log-in-using-access-tokens";
        place.record(&["role", "create", "Soak", "--permission", permission])?;
        place.record(&["role", "assign", "--entity", "2", "--role", "1000"])?;
        let whose = ["--integration", "1", "--entity", "2", "--role", "1000"];
        let token = place.record(&[&["token", "create"], &whose[..]].concat())?;
        let (plain, secure) = (free_address()?, free_address()?);
        write_certificate(folder)?;
        write_settings(folder, [plain, secure], upstream, 0)?;
        let mut command = Command::new(program);
        command.args(["serve", "--config"]).arg(folder.join("countersign.toml"));
        command.stderr(File::create(folder.join("log"))?).stdout(Stdio::null());
        let server = Child::start(&mut command)?;
        wait_for(folder, "ready")?;
        Ok(Self {
            server,
            folder: folder.to_owned(),
            plain,
            secure,
            upstream,
            secrets: Secrets {
                consumer_key: member(&integration, "consumer_key")?,
                consumer_secret: member(&integration, "consumer_secret")?,
                token: member(&token, "token_id")?,
                token_secret: member(&token, "token_secret")?,
            },
        })
    }

    pub(super) fn id(&self) -> u32 {
        self.server.id()
    }

    /// What a client signs with.
    pub(super) fn credentials(&self) -> Credentials {
        let it = &self.secrets;
        Credentials {
            consumer_key: it.consumer_key.clone(),
            consumer_secret: Secret::new(it.consumer_secret.as_bytes()),
            token: Some(TokenCredentials {
                token: it.token.clone(),
                secret: Secret::new(it.token_secret.as_bytes()),
            }),
        }
    }

    /// Other rules, taken at a signal.
    pub(super) fn reload_rules(&self, turn: u64) -> Result<()> {
        write_settings(&self.folder, [self.plain, self.secure], self.upstream, turn)?;
        self.signal(Signal::HUP)
    }

    /// Another certificate, which it finds by itself.
    pub(super) fn renew_certificate(&self) -> Result<()> {
        write_certificate(&self.folder)
    }

    pub(super) fn stop(self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let status = self.server.wait(PATIENCE)?;
        ensure!(status.success(), "the server ended with {status}: {}", log(&self.folder));
        Ok(())
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let id = i32::try_from(self.server.id()).ok().and_then(Pid::from_raw);
        kill_process(id.context("no process")?, signal).context("the server is gone")
    }
}

/// The program, and where it works.
struct Place<'p> {
    program: &'p Path,
    folder: &'p Path,
}

impl Place<'_> {
    fn run(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(self.program);
        command.args(arguments).arg("--data-dir").arg(self.folder.join("data"));
        command.arg("--key-file").arg(self.folder.join("key")).stdin(Stdio::null());
        let output = command.output().context("the program can't be started")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?} ended with {}: {said}", output.status);
        Ok(String::from_utf8(output.stdout)?)
    }

    fn record(&self, arguments: &[&str]) -> Result<Value> {
        let shown = self.run(&[arguments, &["--account", ACCOUNT, "--json"]].concat())?;
        serde_json::from_str(&shown).with_context(|| format!("{arguments:?} shows no JSON"))
    }
}

/// Each turn other routes beside the one that counts.
fn write_settings(
    folder: &Path,
    [plain, secure]: [SocketAddr; 2],
    upstream: SocketAddr,
    turn: u64,
) -> Result<()> {
    let at = |name: &str| folder.join(name);
    let mut text = format!(
        "public_url = \"https://localhost\"\ndata_dir = {:?}\nkey_file = {:?}\n\
         [[listener]]\naddress = \"{plain}\"\n\
         [[listener]]\naddress = \"{secure}\"\n\
         [listener.tls]\ncertificate = {:?}\nkey = {:?}\n\
         [[upstream]]\nname = \"api\"\nservers = [\"http://{upstream}\"]\n\
         [[route]]\npath = \"/\"\nupstream = \"api\"\nwebsocket = true\n",
        at("data"),
        at("key"),
        at("certificate.pem"),
        at("certificate.key"),
    );
    for number in 0..turn % 7 {
        text.push_str(&format!("[[route]]\npath = \"/{turn}/{number}/\"\nupstream = \"api\"\n"));
    }
    fs::write(at("countersign.toml"), text).context("the settings can't be written")
}

fn write_certificate(folder: &Path) -> Result<()> {
    let rcgen::CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed([HOST.to_owned()])?;
    // A server that reads in between finds two that don't fit, keeps its own, and looks again.
    for (name, text) in
        [("certificate.key", signing_key.serialize_pem()), ("certificate.pem", cert.pem())]
    {
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true).mode(0o600);
        options.open(folder.join(name))?.write_all(text.as_bytes())?;
    }
    Ok(())
}

fn wait_for(folder: &Path, word: &str) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !log(folder).contains(word) {
        if Instant::now() > deadline {
            bail!("the server does not get {word}: {}", log(folder));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

/// Free a moment ago: settings name their ports.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn member(value: &Value, name: &str) -> Result<String> {
    Ok(value[name].as_str().with_context(|| format!("no {name}"))?.to_owned())
}
