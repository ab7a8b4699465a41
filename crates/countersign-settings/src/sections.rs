//! The settings. This is where one is added.
//! Belongs here: the top of the file, and which sections there are. Does not: a section.

mod limits;
mod listener;
mod observation;
mod route;
mod upstream;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use crate::document::Value;
use crate::field::{Table, Tables};
use crate::kinds::{Folder, HostName, Optional, PublicUrl, Scheme, SecretFile};
use crate::part::Part;
use crate::section::{Rules, section};

pub use limits::Limits;
pub use listener::{Listener, Serves, Tls, TlsVersion};
pub use observation::{Audit, Log, LogFormat, Metrics, Tracing};
pub use route::Route;
pub use upstream::{Retries, Upstream};

section! {
    /// These stand before the first section.
    pub struct Settings {
        /// Where people and clients reach this deployment. Its host is the one that
        /// `/countersign/` answers for, beside the loopback names.
        public_url: PublicUrl,
        /// Hosts in it name accounts by their first label: `1234567-sb1.example.com` and
        /// `1234567-sb1.restlets.api.example.com` (one or two labels between) are hosts of
        /// `1234567_SB1` in `example.com`. Under them a realm may be left out, and one of another
        /// account is refused; so is a host of an account that there is not. `/countersign/`
        /// answers under those of accounts that there are. The domain itself, the host of
        /// `public_url`, and hosts that begin with `system`, `rest` or `webservices` leave it to
        /// the realm, as do all hosts elsewhere. A route's `host` in the domain is a host of an
        /// account too. Not set: the realm alone names the account.
        domain: Optional<HostName>,
        /// The folder that `countersign init` made.
        data_dir: Folder,
        /// The file with the key-encryption key that the folder was made with. It should not lie
        /// in the folder, nor in its backup.
        key_file: SecretFile,
        /// An address that is listened on.
        listener: Tables<Listener>,
        /// Sizes and times of the data plane, and how much of everything is given away.
        limits: Table<Limits>,
        /// Servers that admitted requests are forwarded to.
        upstream: Tables<Upstream>,
        /// Which requests go where, and what they need.
        route: Tables<Route>,
        /// The login audit trail.
        audit: Table<Audit>,
        /// Log lines, which are written to standard error.
        log: Table<Log>,
        /// Measurements in the text format of Prometheus, at `/countersign/metrics`.
        metrics: Table<Metrics>,
        /// Traces. None leave this machine unless an endpoint is set.
        tracing: Table<Tracing>,
    }
}

impl Rules for Settings {
    fn check(&self, part: &mut Part<'_, '_>) {
        self.check_scheme(part);
        if self.domain.as_ref().is_some_and(|domain| is_address(domain)) {
            part.fault("domain", "is an address, and no host lies in one: write a name");
        }
        if self.listener.iter().all(|listener| listener.serves == Serves::Control) {
            part.warn("listener", "none serves \"data\": the routes are of no use");
        }
        if self.listener.iter().all(|listener| listener.serves == Serves::Data) {
            part.warn("listener", "none serves \"control\": nothing answers for public_url");
        }
        for (n, upstream) in self.upstream.iter().enumerate() {
            if !self.route.iter().any(|route| route.upstream == upstream.name) {
                let key = format!("upstream[{}].name", n + 1);
                part.warn(&key, "no route leads there");
            }
        }
    }
}

impl Settings {
    /// The scheme is signed: a client that signs `https` is refused where nothing says that TLS
    /// was spoken.
    fn check_scheme(&self, part: &mut Part<'_, '_>) {
        let knows_https =
            |listener: &Listener| listener.tls.is_some() || !listener.trusted_peers.is_empty();
        if self.public_url.scheme == Scheme::Https && !self.listener.iter().any(knows_https) {
            let sentence = "is https, but no listener has tls or trusted_peers: requests that are \
                            signed for https will be refused (wrong-scheme)";
            part.warn("public_url", sentence);
        }
    }
}

/// Whether a host is written as an address. A name ends in no number.
fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

/// The names in the sections of a kind, also in those with faults: what refers to one of them is
/// right.
fn names(part: &Part<'_, '_>, key: &str) -> BTreeSet<String> {
    let Some(Value::List(nodes)) = part.node(key).map(|node| &node.value) else {
        return BTreeSet::new();
    };
    let name = |value: &Value| match value {
        Value::Table(branch) => match &branch.get("name")?.value {
            Value::Text(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    };
    nodes.iter().filter_map(|node| name(&node.value)).collect()
}

/// Notes each section whose value of `key` an earlier one has too.
fn refuse_twice<V: PartialEq>(
    part: &mut Part<'_, '_>,
    section: &str,
    key: &str,
    values: impl IntoIterator<Item = (usize, V)>,
) {
    let mut seen: Vec<(usize, V)> = Vec::new();
    for (number, value) in values {
        match seen.iter().find(|(_, earlier)| *earlier == value) {
            Some((first, _)) => {
                let sentence = format!("is that of {section}[{first}] too: give each its own");
                part.fault(&format!("{section}[{number}].{key}"), sentence);
            }
            None => seen.push((number, value)),
        }
    }
}
