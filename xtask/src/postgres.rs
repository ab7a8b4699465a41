//! A PostgreSQL server for one test run: private folder, free port on the loopback, no durability.
//! It ends with this value; should this process be killed, the kernel ends the server.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Signal, geteuid};
use tempfile::TempDir;

use crate::supervisor::{stop, succeeds};

pub(crate) struct Postgres {
    server: Child,
    url: String,
    /// Removed after the server ended.
    _folder: TempDir,
}

impl Postgres {
    /// To be called from the main thread: the server ends with the thread that started it.
    pub(crate) fn start() -> Result<Self> {
        let programs = programs().context("no initdb: install PostgreSQL")?;
        let account = Account::choose()?;
        let folder = tempfile::Builder::new().prefix("countersign-pg.").tempdir()?;
        account.give(folder.path())?;
        let data = folder.path().join("data");
        account.create_cluster(&programs, &data)?;

        let port = free_port()?;
        let log = folder.path().join("log");
        let server = account
            .command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-p", &port.to_string()])
            .args(SETTINGS.iter().flat_map(|setting| ["-c", *setting]))
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(File::options().append(true).open(&log)?)
            // Ctrl-C goes to the tests first; the server is stopped when they have ended.
            .process_group(0)
            .spawn()
            .context("postgres can't be started")?;
        let url = format!("postgres://cs@127.0.0.1:{port}/postgres");
        let mut postgres = Self { server, url, _folder: folder };
        postgres.wait_until_ready(&programs, port, &log)?;
        Ok(postgres)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self, programs: &Path, port: u16, log: &Path) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline && self.server.try_wait()?.is_none() {
            let mut probe = Command::new(programs.join("pg_isready"));
            if succeeds(
                probe
                    .args(["-h", "127.0.0.1", "-U", "cs", "-d", "postgres"])
                    .args(["-p", &port.to_string()]),
            ) {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        bail!("PostgreSQL did not start:\n{}", fs::read_to_string(log).unwrap_or_default())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is the fast shutdown: open connections are closed.
        if let Err(error) = stop(&mut self.server, Signal::INT, Duration::from_secs(10)) {
            eprintln!("PostgreSQL could not be stopped: {error:#}");
        }
    }
}

const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=64MB",
    // Else a server that was killed leaves files in /dev/shm.
    "dynamic_shared_memory_type=mmap",
];

/// The folder with `initdb`, `postgres` and `pg_isready`: the newest of several.
pub(crate) fn programs() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| {
        ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file())
    };
    // Debian keeps them out of PATH, one folder for each major version.
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(complete)
        .max_by_key(|folder| major_version(folder));
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(complete)
    })
}

fn major_version(bin: &Path) -> Option<u32> {
    bin.parent()?.file_name()?.to_str()?.parse().ok()
}

/// Whose processes they are: PostgreSQL refuses to run as root.
enum Account {
    Caller,
    Postgres { id: u32 },
}

impl Account {
    fn choose() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self::Caller);
        }
        let output = Command::new("id").args(["-u", "postgres"]).output()?;
        let id = String::from_utf8(output.stdout)?;
        Ok(Self::Postgres { id: id.trim().parse().context("there is no user `postgres`")? })
    }

    fn give(&self, folder: &Path) -> Result<()> {
        match self {
            Self::Caller => Ok(()),
            Self::Postgres { id } => Ok(chown(folder, Some(*id), None)?),
        }
    }

    fn create_cluster(&self, programs: &Path, data: &Path) -> Result<()> {
        let output = self
            .command(&programs.join("initdb"))
            .arg("-D")
            .arg(data)
            .args(["-U", "cs", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"])
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "initdb failed: {said}");
        Ok(())
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new("setpriv");
        command.arg("--pdeathsig=KILL");
        if matches!(self, Self::Postgres { .. }) {
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--no-new-privs",
            ]);
        }
        // The account may not be allowed to see the folder we are in.
        command.arg(program).current_dir("/");
        command
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    #[ignore = "needs PostgreSQL"]
    fn a_server_answers_while_it_is_held_and_leaves_nothing() {
        let postgres = Postgres::start().unwrap();
        let folder = postgres._folder.path().to_owned();
        let address = postgres.url().trim_start_matches("postgres://cs@").replace("/postgres", "");
        let mut query = Command::new(programs().unwrap().join("psql"));
        let answer = query.args([postgres.url(), "-Atc", "show fsync"]).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout), "off\n");
        assert!(TcpStream::connect(&address).is_ok());

        drop(postgres);
        assert!(TcpStream::connect(&address).is_err());
        assert!(!folder.exists());
    }
}
