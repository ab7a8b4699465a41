//! What a server does, from the settings.
//! Belongs here: settings as the gate and the trail take them, and which of them this version can't
//! do. Does not: what a setting may be (`countersign-settings`).

use std::net::SocketAddr;
use std::path::PathBuf;

use countersign_authority::Keep;
use countersign_gate::{Limits, Upstream};
use countersign_settings::{self as settings, Effective, Entry, Settings, Usual, reference};

/// What `serve` needs to begin.
pub(crate) struct Plan {
    pub(crate) data_dir: PathBuf,
    pub(crate) key_file: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) upstream: Upstream,
    pub(crate) public_hosts: Vec<String>,
    pub(crate) limits: Limits,
    pub(crate) keep: Keep,
    /// Which log lines are written; nothing: those that `COUNTERSIGN_LOG` says.
    pub(crate) log: Option<String>,
    /// What works and is probably not meant.
    pub(crate) warnings: Vec<String>,
}

impl Plan {
    /// Settings as a plan.
    pub(crate) fn of(effective: &Effective) -> anyhow::Result<Self> {
        effective
            .refuse(not_yet(effective))
            .map_err(|faults| crate::settings::as_error(&faults))?;
        let Settings { public_url, data_dir, key_file, listener, upstream, audit, log, .. } =
            effective.settings.clone();
        let (Some(listener), Some(upstream)) = (listener.first(), upstream.first()) else {
            anyhow::bail!("the settings name no listener or no upstream");
        };
        let server = upstream.servers.first().map(ToString::to_string).unwrap_or_default();
        Ok(Self {
            data_dir,
            key_file,
            listen: listener.address,
            upstream: Upstream::parse(&server)?,
            public_hosts: vec![public_url.host],
            limits: limits(&effective.settings.limits, upstream),
            keep: Keep { rows: audit.rows as u64, counts: audit.counts as u64 },
            log: Some(log.level),
            warnings: effective.warnings.iter().map(|it| effective.line(it)).collect(),
        })
    }
}

fn limits(limits: &settings::Limits, upstream: &settings::Upstream) -> Limits {
    Limits {
        connections: limits.connections,
        head_bytes: limits.head_bytes,
        head_read: limits.head_read,
        form_bytes: limits.form_bytes,
        form_memory: limits.form_memory,
        form_read: limits.form_read,
        idle: limits.idle,
        upstream_connect: upstream.connect_timeout,
        upstream_head: upstream.answer_timeout,
        upstream_keep: upstream.keep,
        upstream_kept: upstream.kept,
        linger: limits.linger,
        linger_bytes: limits.linger_bytes,
        drain: limits.drain,
    }
}

/// Settings that can be written and can't be done: refused rather than passed over.
const NOT_YET: &[&str] = &[
    "domain",
    "listener.serves",
    "listener.trusted_peers",
    "listener.proxy_protocol",
    "listener.tls.certificate",
    "limits.handshake",
    "limits.streams",
    "limits.upgraded",
    "limits.upgraded_idle",
    "limits.concurrency_per_integration",
    "limits.concurrency_per_account",
    "limits.rate_per_token",
    "limits.rate_per_source",
    "upstream.health_path",
    "upstream.ca_file",
    "route.host",
    "route.methods",
    "route.permission",
    "route.keep_authorization",
    "route.unauthenticated",
    "route.websocket",
    "route.cors_origins",
    "route.audience",
    "log.format",
    "metrics.allow",
    "tracing.endpoint",
];

/// Sections that may stand several times, and can't yet.
const ONE: &[&str] = &["listener.address", "upstream.name", "route.path"];

const SENTENCE: &str = "can't be done by this version: leave it out";

/// The settings that are other than what this version does, each with what to do.
pub(crate) fn not_yet(effective: &Effective) -> Vec<(String, String)> {
    let mut refused = Vec::new();
    for entry in effective.entries() {
        let Entry::Setting { path, value, .. } = entry else { continue };
        let (name, is_first) =
            (without_numbers(&path), !path.contains('[') || path.contains("[1]"));
        let is_usual = || match usual(&name) {
            Some(Usual::Value(usual)) => usual == value,
            Some(Usual::Nothing) => value == settings::Shown::Nothing,
            Some(Usual::Required) | None => false,
        };
        if NOT_YET.contains(&name.as_str()) && !is_usual() {
            refused.push((path, SENTENCE.to_owned()));
        } else if ONE.contains(&name.as_str()) && !is_first {
            let section = name.split('.').next().unwrap_or_default();
            let sentence = format!("this version serves one [[{section}]]: leave this one out");
            refused.push((path, sentence));
        }
    }
    let Settings { upstream, route, .. } = &effective.settings;
    let servers = upstream.first().map(|upstream| &upstream.servers[..]).unwrap_or_default();
    if servers.len() != 1 || servers.iter().any(|it| it.scheme == settings::Scheme::Https) {
        let sentence = "this version forwards to one server, over http://: name one";
        refused.push(("upstream[1].servers".to_owned(), sentence.to_owned()));
    }
    if route.first().is_some_and(|route| route.path != "/") {
        let sentence = "this version forwards all paths: write \"/\"";
        refused.push(("route[1].path".to_owned(), sentence.to_owned()));
    }
    refused
}

/// `listener.tls.key` of `listener[1].tls.key`.
fn without_numbers(path: &str) -> String {
    let mut name = String::new();
    let mut is_name = true;
    for c in path.chars() {
        is_name = (is_name && c != '[') || c == ']';
        if is_name && c != ']' {
            name.push(c);
        }
    }
    name
}

/// What a setting is when nobody sets it.
fn usual(name: &str) -> Option<Usual> {
    let (section, key) = name.rsplit_once('.').unwrap_or(("", name));
    let is_here = |it: &settings::SectionReference| it.heading.trim_matches(['[', ']']) == section;
    let section = reference().into_iter().find(is_here)?;
    Some(section.rows.into_iter().find(|row| row.key == key)?.usual)
}

#[cfg(test)]
mod tests;
