//! A deployment behind its listener: what `dev` and `serve` share.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_authority::{Attempts, Authority, ExplanationQueue, Explanations, Occasion};
use countersign_gate::{Gate, GateParts, Limits, Mode, RefusalObserver, Upstream};
use countersign_telemetry::metrics::StateMetrics;
use countersign_web::Pages;
use ipnet::IpNet;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

use crate::control;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::monitor::{Monitor, Sources};
use crate::own_paths::{OwnEndpoints, Probes, Refusals};
use crate::supervisor::Supervisor;
use crate::system;

/// What differs between the two.
pub(crate) struct Server {
    pub(crate) mode: Mode,
    pub(crate) upstream: Upstream,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) public_hosts: Vec<String>,
    /// Who may read metrics; empty: this machine.
    pub(crate) metrics_from: Vec<IpNet>,
    /// Counts the state of all parts.
    pub(crate) state: StateMetrics,
}

/// Where a server listens if nobody says.
pub(crate) const DEFAULT: &str = "127.0.0.1:8080";

/// Reads an address to listen on.
pub(crate) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "an address is IP:PORT, such as 127.0.0.1:8080")
}

/// Takes the port, or says what to do.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("can't listen on {address}: stop what uses the port, or choose another (--listen)")
    })
}

/// Serves until it is told to stop (SIGTERM, SIGINT), then drains. `announce` is called when
/// everything is there: the port, the control socket, and who listens to signals.
pub(crate) async fn run(
    deployment: Deployment,
    server: Server,
    listener: TcpListener,
    folder: &Path,
    announce: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let stop = stop()?;
    let Deployment { authority, verifier, explanations, vault, record, trail, clock, chance } =
        deployment;
    let (attempts, task) = Attempts::new(trail.clone());
    let attempts = Arc::new(attempts);
    attempts.recall_clocks(&*trail).await.context("can't read the clocks of clients")?;
    let writing = tokio::spawn(task.run());
    let control =
        control::Server::bind(folder, authority.clone(), attempts.clone(), explanations.clone())?;
    let (queue, worker) =
        ExplanationQueue::new(&explanations, vault, attempts.clone(), occasion(server.mode));
    let queue = Arc::new(queue);
    let sources = Sources {
        verifier: verifier.clone(),
        attempts: attempts.clone(),
        explanations: queue.clone(),
        clock: clock.clone(),
        folder: folder.to_owned(),
    };
    let monitor = Arc::new(Monitor::new(sources, server.state));
    let mut beside = JoinSet::new();
    beside.spawn(control.run());
    beside.spawn(erase(authority.clone()));
    beside.spawn(worker.run());
    beside.spawn(monitor.clone().watch());

    let refusals = refusals(server.mode, explanations);
    let probes = Probes::new(monitor.clone(), server.metrics_from);
    let gate = Gate::new(GateParts {
        verifier: verifier.clone(),
        attempts: Arc::new(Counted::new(attempts.clone(), monitor.attempts())),
        explainer: Some(queue),
        observer: server.observer,
        clock,
        chance,
        upstream: server.upstream,
        own: Arc::new(OwnEndpoints::new(Pages::new(authority), refusals, probes)),
        mode: server.mode,
        public_hosts: server.public_hosts,
        limits: limits(system::descriptors()),
    });
    announce()?;
    gate.serve(listener, Supervisor::of_environment().attend(stop, monitor, &mut beside)).await;

    // It waits for what is being written.
    beside.shutdown().await;
    attempts.close().await;
    writing.await.context("the writer of the trail failed")?;
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
fn limits(descriptors: usize) -> Limits {
    let usual = Limits::default();
    let connections = usual.connections.min(descriptors.saturating_sub(RESERVED) / 2).max(16);
    if connections < usual.connections {
        tracing::warn!(
            connections,
            descriptors,
            "fewer connections than usual are served: raise the limit of open files (`ulimit -n`)"
        );
    }
    Limits { connections, ..usual }
}

/// How often secrets from before a reset are looked through for those whose time is over.
const ERASE: Duration = Duration::from_secs(60 * 60);

async fn erase(authority: Arc<Authority>) {
    let mut hour = tokio::time::interval(ERASE);
    loop {
        hour.tick().await;
        if let Err(fault) = authority.erase_previous_secrets().await {
            tracing::error!(%fault, "secrets from before a reset can't be erased");
        }
    }
}

fn stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        assert_eq!(limits(1_048_576).connections, 10_000);
        assert_eq!(limits(1024).connections, 384);
        assert_eq!(limits(64).connections, 16);
    }
}
