//! The process, under the names that every program uses for it, and what was built.

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use super::declaration::{Declaration, DeclaredLabel, Group, Kind, Values};
use super::gate::gauge;

const BUILD: Declaration =
    Declaration::new(Kind::Info, "countersign_build", "Which version this is").labels(&[
        DeclaredLabel { name: "version", values: Values::Elsewhere("the version") },
        DeclaredLabel { name: "commit", values: Values::Elsewhere("the commit, or `unknown`") },
    ]);
const START: Declaration = Declaration::new(
    Kind::Gauge,
    "process_start_time",
    "When the process was started, in seconds since 1970",
)
.unit("seconds")
.alarm("changes more than once an hour: it is started again and again; read the log");
const MEMORY: Declaration =
    Declaration::new(Kind::Gauge, "process_resident_memory", "Memory that the process occupies")
        .unit("bytes");
const OPEN_FILES: Declaration =
    Declaration::new(Kind::Gauge, "process_open_fds", "Files and sockets that are open");
const MOST_FILES: Declaration =
    Declaration::new(Kind::Gauge, "process_max_fds", "Files and sockets that may be open")
        .alarm("`process_open_fds` above 80 % of it: raise the limit of open files");

pub(super) const GROUP: Group =
    Group { title: "Process", families: &[BUILD, START, MEMORY, OPEN_FILES, MOST_FILES] };

/// What was built.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// The version.
    pub version: &'static str,
    /// The commit, or `unknown`.
    pub commit: &'static str,
}

/// Gauges that are set before they are shown. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct ProcessMetrics {
    start: Gauge,
    memory: Gauge,
    open_files: Gauge,
    most_files: Gauge,
}

impl ProcessMetrics {
    /// Has `registry` serve all of them, and which build this is.
    pub fn register(&self, build: Build, registry: &mut Registry) {
        let names = [("version", build.version), ("commit", build.commit)];
        BUILD.register(registry, Info::new(names));
        START.register(registry, self.start.clone());
        MEMORY.register(registry, self.memory.clone());
        OPEN_FILES.register(registry, self.open_files.clone());
        MOST_FILES.register(registry, self.most_files.clone());
    }

    /// When the process was started, in seconds since 1970.
    pub fn started(&self, second: i64) {
        self.start.set(second);
    }

    /// Memory in use, in bytes.
    pub fn memory(&self, bytes: usize) {
        self.memory.set(gauge(bytes));
    }

    /// Open files, and how many may be.
    pub fn files(&self, open: usize, most: usize) {
        self.open_files.set(gauge(open));
        self.most_files.set(gauge(most));
    }
}
