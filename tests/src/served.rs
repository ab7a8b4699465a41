//! A server by its settings file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use crate::{Answer, Call, Connection, Process, program};

/// `countersign serve --config`, running.
pub struct Served {
    /// The process.
    pub process: Process,
    /// Where it listens, in the order of its settings.
    pub addresses: Vec<SocketAddr>,
    /// Its settings file.
    pub config: PathBuf,
}

impl Served {
    /// Starts it, and waits until it says that it is ready. Its addresses must be on `127.0.0.1`.
    pub fn start(config: &Path) -> Self {
        let mut command = program::command();
        let mut process = Process::start(command.args(["serve", "--config"]).arg(config));
        let addresses =
            process.wait_for("the server is ready", |process| addresses(&process.stderr()));
        Self { process, addresses, config: config.to_owned() }
    }

    /// Asks for one of its own paths, without TLS.
    pub fn get(&self, listener: usize, path: &str) -> Answer {
        let address = self.addresses[listener];
        Connection::open(address).send(&Call::get(path).unsigned(address))
    }

    /// The value of a series of its metrics, which a listener without TLS gives.
    pub fn metric(&self, listener: usize, series: &str) -> f64 {
        let metrics = self.get(listener, "/countersign/metrics").text();
        let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {series}: {metrics}")).parse().unwrap()
    }

    /// How many lines of its log say `words`.
    pub fn lines_that_say(&self, words: &str) -> usize {
        self.process.stderr().lines().filter(|line| line.contains(words)).count()
    }

    /// Waits until so many lines of its log say `words`.
    pub fn wait_for_lines(&mut self, count: usize, words: &str) {
        let said = |process: &Process| {
            let log = process.stderr();
            (log.lines().filter(|line| line.contains(words)).count() >= count).then_some(())
        };
        self.process.wait_for(&format!("{count} lines that say {words:?}"), said);
    }
}

fn addresses(log: &str) -> Option<Vec<SocketAddr>> {
    let (whole_lines, _) = log.rsplit_once('\n')?;
    let line = whole_lines.lines().find(|line| line.contains("ready"))?;
    let ports = line.split("127.0.0.1:").skip(1).filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        format!("127.0.0.1:{}", &rest[..end]).parse().ok()
    });
    Some(ports.collect())
}
