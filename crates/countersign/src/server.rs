//! A deployment behind its listener: what `dev` and `serve` share.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use countersign_authority::Attempts;
use countersign_gate::{Gate, GateParts, Limits, Mode, RefusalObserver, Upstream};
use countersign_verify::Explainer;
use countersign_web::Pages;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::control;
use crate::deployment::Deployment;
use crate::own_paths::OwnEndpoints;

/// What differs between the two.
pub(crate) struct Server {
    pub(crate) mode: Mode,
    pub(crate) upstream: Upstream,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) public_hosts: Vec<String>,
}

/// Takes the port, or says who has it.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("can't listen on {address}: stop what uses the port, or choose another (--listen)")
    })
}

/// Serves until it is told to stop (SIGTERM, SIGINT), then drains.
pub(crate) async fn run(
    deployment: Deployment,
    server: Server,
    listener: TcpListener,
    folder: &Path,
) -> anyhow::Result<()> {
    let Deployment { authority, verifier, explanations, record, trail, clock, chance } = deployment;
    let (attempts, task) = Attempts::new(trail.clone());
    let attempts = Arc::new(attempts);
    let writing = tokio::spawn(task.run());
    let control = control::Server::bind(folder, authority.clone())?;
    let controlling = tokio::spawn(control.run());

    let explainer: Option<Arc<dyn Explainer>> =
        if server.mode == Mode::Dev { Some(explanations) } else { None };
    let gate = Gate::new(GateParts {
        verifier: verifier.clone(),
        attempts: attempts.clone(),
        explainer,
        observer: server.observer,
        clock,
        chance,
        upstream: server.upstream,
        own: Arc::new(OwnEndpoints::new(Pages::new(authority))),
        mode: server.mode,
        public_hosts: server.public_hosts,
        limits: Limits::default(),
    });
    let drained = gate.serve(listener, stop()?).await;
    if drained.cut > 0 {
        tracing::warn!(connections = drained.cut, "requests in flight took too long and were cut");
    }

    controlling.abort();
    attempts.close().await;
    writing.await.context("the writer of the trail failed")?;
    verifier.replay().sync().context("can't sync the replay journal")?;
    record.close().await?;
    trail.close().await?;
    Ok(())
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
