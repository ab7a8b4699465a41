//! What changes while a server runs: certificates, when their files change, and routes with their
//! upstreams, at SIGHUP. What can't be used is told, and what was there before stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_gate::{Gate, Rules, Tls};
use countersign_model::{Clock, Timestamp};
use countersign_settings::{Effective, Entry};
use countersign_telemetry::metrics::{GateMetrics, Reload};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use super::certificates::{CertificateFiles, Stamp};
use super::plan::{self, Plan};
use super::routes;
use crate::settings;
use crate::system::SystemClock;

/// How often the files of certificates are looked at.
const LOOK: Duration = Duration::from_secs(10);

pub(super) struct Reloading {
    config: Option<PathBuf>,
    /// The settings that only a restart changes, as they are in use.
    fixed: BTreeMap<String, String>,
    certificates: Vec<InUse>,
}

/// A certificate in use.
struct InUse {
    files: CertificateFiles,
    tls: Tls,
    seen: Stamp,
    end: Timestamp,
}

impl Reloading {
    pub(super) fn new(
        config: Option<PathBuf>,
        plan: &Plan,
        certificates: Vec<(CertificateFiles, Tls)>,
    ) -> Self {
        let in_use = |(files, tls): (CertificateFiles, Tls)| {
            let seen = files.stamp();
            let end = files.read().map_or(Timestamp::from_seconds(0), |it| it.not_after());
            InUse { files, tls, seen, end }
        };
        let certificates = certificates.into_iter().map(in_use).collect();
        Self { config, fixed: plan.fixed.clone(), certificates }
    }

    /// Begins to look, as long as the process runs.
    pub(super) fn start(self, gate: &Gate, metrics: GateMetrics) -> anyhow::Result<()> {
        let hangup = signal(SignalKind::hangup())?;
        self.tell_end(&metrics);
        tokio::spawn(self.watch(gate.clone(), metrics, hangup));
        Ok(())
    }

    async fn watch(mut self, gate: Gate, metrics: GateMetrics, mut hangup: Signal) {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = tokio::select! {
                _ = look.tick() => false,
                _ = hangup.recv() => true,
            };
            self.certificates(asked, &metrics);
            if asked {
                self.rules(&gate, &metrics);
            }
        }
    }

    fn certificates(&mut self, asked: bool, metrics: &GateMetrics) {
        for it in &mut self.certificates {
            let stamp = it.files.stamp();
            if stamp == it.seen && !asked {
                continue;
            }
            // Seen also where it fails: it is told once, and again when the files change again.
            it.seen = stamp;
            let name = it.files.name();
            match it.files.replace(&it.tls) {
                Ok(end) => {
                    it.end = end;
                    metrics.reloaded(Reload::Done);
                    tracing::info!(certificate = name, until = %end, "a certificate was read anew");
                }
                Err(error) => {
                    metrics.reloaded(Reload::Failed);
                    tracing::error!(
                        error = format!("{error:#}"),
                        in_use_until = %it.end,
                        "the new certificate can't be used: the one before stays in use; mend the \
                         files, they are read again when they change"
                    );
                }
            }
        }
        self.tell_end(metrics);
    }

    fn tell_end(&self, metrics: &GateMetrics) {
        let ends = self.certificates.iter().map(|it| it.end.seconds());
        if let Some(end) = ends.min() {
            metrics.certificate_ends(end);
            let left = end - SystemClock.now().seconds();
            if left < 0 {
                tracing::error!("a certificate in use has expired: clients refuse it, renew it");
            }
        }
    }

    fn rules(&self, gate: &Gate, metrics: &GateMetrics) {
        let Some(config) = &self.config else {
            return tracing::info!("nothing is read anew: there is no settings file (--config)");
        };
        match read(config) {
            Ok((rules, fixed)) => {
                gate.replace_rules(rules);
                metrics.reloaded(Reload::Done);
                tracing::info!("routes and upstreams were read anew");
                for name in different(&self.fixed, &fixed) {
                    tracing::warn!(setting = name, "changes at the next start only");
                }
            }
            Err(error) => {
                metrics.reloaded(Reload::Failed);
                tracing::error!(
                    error = format!("{error:#}"),
                    "the settings can't be used: routes and upstreams stay as they are"
                );
            }
        }
    }
}

/// What is read anew, and the settings that are not. Files that only the others name are left
/// alone: a certificate that can't be used must not hold up new routes.
fn read(config: &Path) -> anyhow::Result<(Rules, BTreeMap<String, String>)> {
    let effective = settings::read(config)?.map_err(|faults| settings::as_error(&faults))?;
    plan::check_possible(&effective)?;
    Ok((routes::rules(&effective.settings)?, fixed(&effective)))
}

/// The names whose values are not the same, or which only one of the two has.
fn different<'s>(
    one: &'s BTreeMap<String, String>,
    other: &'s BTreeMap<String, String>,
) -> BTreeSet<&'s str> {
    let names = one.keys().chain(other.keys());
    names.filter(|name| one.get(*name) != other.get(*name)).map(String::as_str).collect()
}

/// All settings but those that are read anew, as text.
pub(super) fn fixed(effective: &Effective) -> BTreeMap<String, String> {
    let entries = effective.entries().into_iter();
    let setting = |entry| match entry {
        Entry::Setting { path, value, .. } => Some((path, value.to_string())),
        Entry::Heading(_) => None,
    };
    let is_fixed = |(path, _): &(String, String)| {
        !path.starts_with("route[") && !path.starts_with("upstream[")
    };
    entries.filter_map(setting).filter(is_fixed).collect()
}
