//! What a server does, from the settings.
//! Belongs here: settings as the gate, the trail and the telemetry take them. Does not: what a
//! setting may be (`countersign-settings`).

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::small_file;
use anyhow::Context;
use countersign_gate::{Limits, Rate, Rules, Upstream};
use countersign_model::{AccountHosts, Clock};
use countersign_settings::{self as settings, Effective, Settings};
use countersign_trail::Keep;
use http::{HeaderName, HeaderValue};
use ipnet::IpNet;

use super::listeners::ListenerPlan;
use super::{doubts, routes};
use crate::system::SystemClock;
use crate::telemetry::{LogFormat, LogOptions, Otlp, TelemetryOptions, endpoint};

/// What `serve` needs to begin.
pub(crate) struct Plan {
    pub(crate) data_dir: PathBuf,
    pub(crate) key_file: PathBuf,
    pub(crate) listeners: Vec<ListenerPlan>,
    pub(crate) rules: Rules,
    pub(crate) public_hosts: Vec<String>,
    /// Where hosts name accounts.
    pub(crate) account_hosts: Option<AccountHosts>,
    /// `None`: the address that is listened on.
    pub(crate) public_url: Option<String>,
    pub(crate) limits: Limits,
    /// How long requests are taken after the first word that it stops.
    pub(crate) grace: Duration,
    pub(crate) keep: Keep,
    pub(crate) telemetry: TelemetryOptions,
    pub(crate) metrics_from: Vec<IpNet>,
    /// The settings that only a restart changes, as text.
    pub(crate) fixed: BTreeMap<String, String>,
    /// What works and is probably not meant.
    pub(crate) warnings: Vec<String>,
}

impl Plan {
    /// Settings as a plan. Reads the files that they name.
    pub(crate) fn of(mut effective: Effective) -> anyhow::Result<Self> {
        let Settings { public_url, data_dir, key_file, listener, audit, metrics, .. } =
            effective.settings.clone();
        let listeners = listener.iter().enumerate().map(ListenerPlan::of);
        let listeners: Vec<_> = listeners.collect::<anyhow::Result<_>>()?;
        let now = SystemClock.now();
        for (place, listener) in listeners.iter().enumerate() {
            if let Some(sentence) = listener.doubt(now) {
                effective.warn(doubts::certificate(place), sentence);
            }
        }
        Ok(Self {
            data_dir,
            key_file,
            listeners,
            rules: routes::rules(&effective.settings)?,
            public_hosts: vec![public_url.host.clone()],
            account_hosts: account_hosts(&effective.settings),
            public_url: Some(public_url.to_string()),
            limits: limits(&effective.settings.limits),
            grace: effective.settings.limits.grace,
            keep: Keep { rows: audit.rows as u64, counts: audit.counts as u64 },
            telemetry: telemetry(&effective.settings)?,
            metrics_from: metrics.allow,
            fixed: super::reload::fixed(&effective),
            warnings: doubts::lines(&effective),
        })
    }

    /// One listener without TLS, and one upstream for everything.
    pub(crate) fn small(
        data_dir: PathBuf,
        key_file: PathBuf,
        listen: SocketAddr,
        upstream: &str,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            data_dir,
            key_file,
            listeners: vec![ListenerPlan::plain(listen)],
            rules: Rules::one(Upstream::parse(upstream)?),
            public_hosts: Vec::new(),
            account_hosts: None,
            public_url: None,
            limits: Limits::default(),
            grace: Duration::ZERO,
            keep: Keep::default(),
            telemetry: TelemetryOptions::default(),
            metrics_from: Vec::new(),
            fixed: BTreeMap::new(),
            warnings: Vec::new(),
        })
    }
}

/// How hosts name accounts, where a domain is set. The public host is everybody's.
pub(super) fn account_hosts(settings: &Settings) -> Option<AccountHosts> {
    let domain = settings.domain.as_ref()?;
    Some(AccountHosts::new(domain, [&*settings.public_url.host]))
}

fn limits(limits: &settings::Limits) -> Limits {
    let rate = |it: settings::RateLimit| Rate { requests: it.count, per: it.per, burst: it.burst };
    let count = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    Limits {
        connections: limits.connections,
        connections_per_source: limits.connections_per_source,
        head_bytes: limits.head_bytes,
        head_read: limits.head_read,
        form_bytes: limits.form_bytes,
        form_memory: limits.form_memory,
        form_read: limits.form_read,
        idle: limits.idle,
        handshake: limits.handshake,
        streams: count(limits.streams),
        upgraded: limits.upgraded,
        upgraded_per_token: limits.upgraded_per_token,
        upgraded_idle: limits.upgraded_idle,
        concurrency_per_integration: limits.concurrency_per_integration.map(count),
        concurrency_per_account: limits.concurrency_per_account.map(count),
        rate_per_token: limits.rate_per_token.map(rate),
        rate_per_source: limits.rate_per_source.map(rate),
        linger: limits.linger,
        linger_bytes: limits.linger_bytes,
        drain: limits.drain,
    }
}

fn telemetry(settings: &Settings) -> anyhow::Result<TelemetryOptions> {
    let Settings { log, tracing, .. } = settings;
    let format = match log.format {
        settings::LogFormat::Text => LogFormat::Text,
        settings::LogFormat::Json => LogFormat::Json,
    };
    let otlp = match &tracing.endpoint {
        None => None,
        Some(url) => Some(Otlp {
            endpoint: endpoint(&url.to_string())?,
            sample: tracing.sample,
            headers: tracing.headers_file.as_deref().map(headers).transpose()?.unwrap_or_default(),
            service_name: tracing.service_name.clone(),
        }),
    };
    let log = LogOptions { format, filter: Some(log.level.clone()) };
    Ok(TelemetryOptions { log, otlp })
}

/// Bytes of a file of headers.
const MOST_HEADERS: u64 = 64 * 1024;

/// `name: value` on each line. What is in the file is told to nobody.
pub(crate) fn headers(file: &Path) -> anyhow::Result<Vec<(HeaderName, HeaderValue)>> {
    let name = file.display();
    let text = small_file::read(file, MOST_HEADERS);
    let text = text.with_context(|| format!("can't read {name}"))?;
    let text = String::from_utf8(text).with_context(|| format!("{name} is not UTF-8 text"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let header = |(number, line): (usize, &str)| {
        let parse = || {
            let (name, value) = line.split_once(':')?;
            let mut value: HeaderValue = value.trim().parse().ok()?;
            value.set_sensitive(true);
            Some((name.trim().parse().ok()?, value))
        };
        let line = number + 1;
        parse().with_context(|| format!("{name}:{line} is no header: write NAME: VALUE"))
    };
    lines.map(header).collect()
}

#[cfg(test)]
mod tests;
