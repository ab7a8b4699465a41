//! A deployment behind its listener: what `dev` and `serve` share.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use countersign_authority::{Attempts, Authority, ExplanationQueue, Occasion, SignedAssertions};
use countersign_gate::{Gate, GateParts, Limits, Mode, RefusalObserver, Upstream};
use countersign_verify::Verifier;
use countersign_web::Pages;
use http::Uri;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::control;
use crate::deployment::Deployment;
use crate::own_paths::{KeySet, OwnEndpoints, Refusals};
use crate::system;

/// What differs between the two.
pub(crate) struct Server {
    pub(crate) mode: Mode,
    pub(crate) upstream: Upstream,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) public_hosts: Vec<String>,
    /// Where people and upstreams reach it: what assertions name as their issuer.
    pub(crate) public_url: String,
}

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
    let controlling = tokio::spawn(control.run());
    let watching = tokio::spawn(watch(verifier.clone()));
    let erasing = tokio::spawn(erase(authority.clone()));

    let assertions = SignedAssertions::new(&server.public_url, verifier.clone(), vault.clone());
    let assertions = Arc::new(assertions);
    let (queue, worker) =
        ExplanationQueue::new(&explanations, vault, attempts.clone(), occasion(server.mode));
    let explaining = tokio::spawn(worker.run());
    let refusals = match server.mode {
        Mode::Dev => Refusals::Told(explanations),
        Mode::Serve => Refusals::Untold,
    };
    let key_set = KeySet::new(assertions, clock.clone());
    let gate = Gate::new(GateParts {
        verifier: verifier.clone(),
        attempts: attempts.clone(),
        explainer: Some(Arc::new(queue)),
        observer: server.observer,
        clock: clock.clone(),
        chance,
        upstream: server.upstream,
        own: Arc::new(OwnEndpoints::new(Pages::new(authority), refusals, key_set)),
        mode: server.mode,
        public_hosts: server.public_hosts,
        limits: limits(system::descriptors()),
    });
    announce()?;
    gate.serve(listener, stop).await;

    controlling.abort();
    watching.abort();
    erasing.abort();
    explaining.abort();
    // It may be writing.
    let _ = explaining.await;
    attempts.close().await;
    writing.await.context("the writer of the trail failed")?;
    verifier.replay().sync().context("can't sync the replay journal")?;
    record.close().await?;
    trail.close().await?;
    Ok(())
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

/// Says why nothing is admitted, when the replay guard's folder can't be written.
async fn watch(verifier: Arc<Verifier>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        second.tick().await;
        if let Some(fault) = verifier.replay().take_write_fault() {
            tracing::error!(
                %fault,
                "the replay memory can't be written, so nothing is admitted (503): free space on \
                 the disk of the data folder, or make it writable"
            );
        }
    }
}

/// How often secrets from before a reset, and keys, are looked through for those whose time is
/// over.
const ERASE: Duration = Duration::from_secs(60 * 60);

async fn erase(authority: Arc<Authority>) {
    let mut hour = tokio::time::interval(ERASE);
    loop {
        hour.tick().await;
        if let Err(fault) = authority.erase_previous_secrets().await {
            tracing::error!(%fault, "secrets from before a reset can't be erased");
        }
        if let Err(fault) = authority.remove_assertion_keys().await {
            tracing::error!(%fault, "keys that sign no more assertions can't be removed");
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
        assert_eq!(limits(1_048_576).connections, 10_000);
        assert_eq!(limits(1024).connections, 384);
        assert_eq!(limits(64).connections, 16);
    }
}
