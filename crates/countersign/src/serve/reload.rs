//! What changes while a server runs: certificates, when their files change, and routes with their
//! upstreams, at SIGHUP. What can't be used is told, and what was there before stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_gate::{Gate, Rules};
use countersign_model::Clock;
use countersign_settings::{Effective, Entry};
use countersign_telemetry::metrics::{GateMetrics, Reload};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};

use super::certificates::{Ending, InUse};
use super::plan::Plan;
use super::{doubts, routes};
use crate::system::SystemClock;

/// How often the files of certificates are looked at.
const LOOK: Duration = Duration::from_secs(10);

pub(super) struct Reloading {
    config: Option<PathBuf>,
    /// The settings that only a restart changes, as they are in use.
    fixed: BTreeMap<String, String>,
    certificates: Vec<InUse>,
}

impl Reloading {
    pub(super) fn new(config: Option<PathBuf>, plan: &Plan, certificates: Vec<InUse>) -> Self {
        Self { config, fixed: plan.fixed.clone(), certificates }
    }

    /// Begins to look, as long as the process runs.
    pub(super) fn start(mut self, gate: &Gate, metrics: GateMetrics) -> anyhow::Result<()> {
        let hangup = signal(SignalKind::hangup())?;
        self.tell_ends(&metrics);
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
            let Some(renewed) = it.renew(asked) else { continue };
            let (name, until) = (it.name(), it.end());
            match renewed {
                Ok(()) => {
                    metrics.reloaded(Reload::Done);
                    tracing::info!(certificate = name, %until, "a certificate was read anew");
                }
                Err(error) => {
                    metrics.reloaded(Reload::Failed);
                    tracing::error!(
                        error = format!("{error:#}"),
                        in_use_until = %until,
                        "the new certificate can't be used: the one before stays in use; mend the \
                         files, they are read again when they change"
                    );
                }
            }
        }
        self.tell_ends(metrics);
    }

    fn tell_ends(&mut self, metrics: &GateMetrics) {
        let ends = self.certificates.iter().map(|it| it.end().seconds());
        if let Some(end) = ends.min() {
            metrics.certificate_ends(end);
        }
        let now = SystemClock.now();
        for Ending { is_over, sentence } in
            self.certificates.iter_mut().filter_map(|it| it.due(now))
        {
            match is_over {
                true => tracing::error!("{sentence}"),
                false => tracing::warn!("{sentence}"),
            }
        }
    }

    fn rules(&self, gate: &Gate, metrics: &GateMetrics) {
        let Some(config) = &self.config else {
            return tracing::info!("nothing is read anew: there is no settings file (--config)");
        };
        match read(config) {
            Ok(Anew { rules, fixed, warnings }) => {
                gate.replace_rules(rules);
                metrics.reloaded(Reload::Done);
                tracing::info!("routes and upstreams were read anew");
                for warning in warnings {
                    tracing::warn!("{warning}");
                }
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

/// What is read anew, and the settings that are not.
struct Anew {
    rules: Rules,
    fixed: BTreeMap<String, String>,
    warnings: Vec<String>,
}

/// Files that only the other settings name are left alone: a certificate that can't be used must
/// not hold up new routes.
fn read(config: &Path) -> anyhow::Result<Anew> {
    let effective = doubts::read(config)?;
    Ok(Anew {
        rules: routes::rules(&effective.settings)?,
        fixed: fixed(&effective),
        warnings: doubts::lines(&effective),
    })
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
