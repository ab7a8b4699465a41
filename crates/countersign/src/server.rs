//! A deployment behind its listeners: what `dev` and `serve` share.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_api::Api;
use countersign_assertions::SignedAssertions;
use countersign_authority::{Authority, Enforced};
use countersign_gate::{Gate, GateParts, Limits, Listener, Mode, RefusalObserver, Rules};
use countersign_store::{Record, Trail};
use countersign_telemetry::metrics::GateMetrics;
use countersign_trail::{
    Attempts, ExplanationQueue, ExplanationWorker, Explanations, Keep, Occasion,
};
use countersign_verify::{FirstUses, Verifier};
use countersign_web::Pages;
use http::Uri;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::control;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::monitor::{Monitor, Sources};
use crate::own_paths::{KeySet, OwnEndpoints, Probes, Refusals};
use crate::stopping::{Ending, StopSignals};
use crate::supervisor::Supervisor;
use crate::system;
use crate::telemetry::Handles;

/// What differs between the two.
pub(crate) struct Server {
    pub(crate) mode: Mode,
    pub(crate) rules: Rules,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) limits: Limits,
    /// How long it takes new connections while it already says that it stops.
    pub(crate) grace: Duration,
    pub(crate) observer: Option<MakeObserver>,
    pub(crate) public_hosts: Vec<String>,
    /// Where people and upstreams reach it: what assertions name as their issuer.
    pub(crate) public_url: String,
    /// Who may read metrics.
    pub(crate) metrics_from: Vec<IpNet>,
    pub(crate) telemetry: Handles,
    pub(crate) keep: Keep,
}

/// Makes who is told of refusals, from who knows where nonces were used first.
type MakeObserver = fn(Arc<dyn FirstUses>) -> Arc<dyn RefusalObserver>;

/// Where a server listens if nobody says.
pub(crate) const DEFAULT: &str = "127.0.0.1:8080";

/// Reads an address to listen on.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address is IP:PORT, such as 127.0.0.1:8080")
}

/// Reads the URL under which a deployment is known.
pub(crate) fn public_url(text: &str) -> Result<String, &'static str> {
    const FAULT: &str =
        "a public URL is https://HOST or http://HOST, such as https://api.example.com";
    let url: Uri = text.parse().map_err(|_| FAULT)?;
    let known = matches!(url.scheme_str(), Some("https" | "http"));
    let plain = url.query().is_none() && url.authority().is_some_and(|a| !a.as_str().contains('@'));
    if known && plain { Ok(text.trim_end_matches('/').to_owned()) } else { Err(FAULT) }
}

/// Takes the port, or says what to do. `setting` is where the address was chosen.
pub(crate) async fn listen(address: SocketAddr, setting: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("can't listen on {address}: stop what uses the port, or choose another ({setting})")
    })
}

/// Serves until it is told to stop (SIGTERM, SIGINT), then drains, or ends at once if it is told
/// again. `announce` is called when
/// everything is there: the port, the control socket, and who listens to signals.
pub(crate) async fn run(
    deployment: Deployment,
    server: Server,
    folder: &Path,
    announce: impl FnOnce(&Gate, GateMetrics) -> anyhow::Result<()>,
) -> anyhow::Result<Ending> {
    let signals = StopSignals::listen()?;
    let Deployment { authority, verifier, explanations, vault, record, trail, clock, chance } =
        deployment;
    let (attempts, task) = Attempts::new(trail.clone());
    let attempts = Arc::new(attempts);
    attempts.recall_clocks(&*trail).await.context("can't read the clocks of clients")?;
    let writing = tokio::spawn(task.keeping(server.keep).run());
    let api = Api::new(authority.clone(), attempts.clone());
    let api = api.with_log_ins(attempts.clone(), clock.clone(), chance.clone());
    let control = control::Server::bind(folder, api.clone(), explanations.clone())?;
    let assertions = SignedAssertions::new(&server.public_url, verifier.clone(), vault.clone());
    let assertions = Arc::new(assertions);
    let occasion = occasion(server.mode);
    let (queue, worker) = ExplanationQueue::new(&explanations, vault, attempts.clone(), occasion);
    let (queue, folder) = (Arc::new(queue), folder.to_owned());
    let sources = Sources::new(&verifier, &attempts, &queue, &clock, folder);
    let monitor = Arc::new(Monitor::new(sources, server.telemetry.state));
    let mut beside = beside(control, authority.clone(), worker, monitor.clone());
    let own = OwnEndpoints::new(
        (Pages::new(authority), api),
        refusals(server.mode, explanations),
        Probes::new(monitor.clone(), server.metrics_from),
        KeySet::new(assertions.clone(), clock.clone()),
    );
    let gate = Gate::new(GateParts {
        verifier: verifier.clone(),
        attempts: Arc::new(Counted::new(attempts.clone(), monitor.attempts())),
        explainer: Some(queue),
        assertions: Some(assertions),
        observer: server.observer.map(|make| make(attempts.clone())),
        clock,
        chance,
        rules: server.rules,
        own: Arc::new(own),
        mode: server.mode,
        public_hosts: server.public_hosts,
        limits: fitted(&server.limits, system::descriptors()),
        metrics: monitor.gate(),
        coin: server.telemetry.coin,
    });
    monitor.attend(&gate);
    announce(&gate, monitor.gate())?;
    let stop = Supervisor::of_environment().attend(signals.first(), monitor, &mut beside);
    let stop = signals.stop(stop, server.grace, gate.clone(), &mut beside);
    gate.serve(server.listeners, stop).await;

    // It waits for what is being written.
    beside.shutdown().await;
    attempts.close().await;
    writing.await.context("the writer of the trail failed")?;
    close(&verifier, &record, &trail).await?;
    Ok(signals.ending())
}

/// What goes on beside the requests.
fn beside(
    control: control::Server,
    authority: Arc<Authority>,
    explanations: ExplanationWorker,
    monitor: Arc<Monitor>,
) -> JoinSet<()> {
    let mut beside = JoinSet::new();
    beside.spawn(control.run());
    beside.spawn(erase(authority));
    beside.spawn(explanations.run());
    beside.spawn(monitor.watch());
    beside
}

async fn close(verifier: &Verifier, record: &Record, trail: &Trail) -> anyhow::Result<()> {
    verifier.replay().sync().context("can't sync the replay journal")?;
    record.close().await?;
    trail.close().await?;
    Ok(())
}

fn refusals(mode: Mode, explanations: Explanations) -> Refusals {
    match mode {
        Mode::Dev => Refusals::Told(explanations),
        Mode::Serve => Refusals::Untold,
    }
}

fn occasion(mode: Mode) -> Occasion {
    match mode {
        Mode::Dev => Occasion::Dev,
        Mode::Serve => Occasion::Serve,
    }
}

/// Descriptors that connections must leave: databases, journal, control socket, logs.
const RESERVED: usize = 256;

/// A connection may need a second descriptor, to the upstream.
fn fitted(wanted: &Limits, descriptors: usize) -> Limits {
    let connections = wanted.connections.min(descriptors.saturating_sub(RESERVED) / 2).max(16);
    if connections < wanted.connections {
        const ADVICE: &str = "raise the limit of open files (`ulimit -n`)";
        // Who set no number waits for none.
        if wanted.connections == Limits::default().connections {
            tracing::info!(connections, descriptors, "fewer connections than usual: {ADVICE}");
        } else {
            tracing::warn!(connections, descriptors, "fewer connections than set: {ADVICE}");
        }
    }
    Limits { connections, ..wanted.clone() }
}

/// How often secrets from before a reset, and keys, are looked through for those whose time is
/// over.
const ERASE: Duration = Duration::from_secs(60 * 60);

async fn erase(authority: Arc<Authority>) {
    let mut hour = tokio::time::interval(ERASE);
    loop {
        hour.tick().await;
        if let Err(fault) = authority.end_due_rotations().await {
            tracing::error!(%fault, "rotations that are over can't be ended");
        }
        if let Err(fault) = authority.erase_previous_secrets().await {
            tracing::error!(%fault, "secrets from before a reset can't be erased");
        }
        if let Err(fault) = authority.erase_retired_secrets().await {
            tracing::error!(%fault, "token secrets that have retired can't be erased");
        }
        match authority.enforce_policies().await {
            Ok(enforced) if enforced != Enforced::default() => {
                let Enforced { warned, lapsed, revoked } = enforced;
                tracing::info!(warned, lapsed, revoked, "tokens are too old, or were not used");
            }
            Ok(_) => {}
            Err(fault) => tracing::error!(%fault, "tokens that have run out can't be ended"),
        }
        if let Err(fault) = authority.remove_assertion_keys().await {
            tracing::error!(%fault, "keys that sign no more assertions can't be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_one_that_can_be_compared_as_text() {
        for (text, url) in [
            ("https://api.example.com", Some("https://api.example.com")),
            ("https://api.example.com/", Some("https://api.example.com")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("api.example.com", None),
            ("ftp://api.example.com", None),
            ("https://me:secret@api.example.com", None),
            ("https://api.example.com/?a=b", None),
            ("", None),
        ] {
            assert_eq!(public_url(text).ok().as_deref(), url, "{text}");
        }
    }

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        let connections = |descriptors| fitted(&Limits::default(), descriptors).connections;
        assert_eq!(connections(1_048_576), 10_000);
        assert_eq!(connections(1024), 384);
        assert_eq!(connections(64), 16);
    }
}
