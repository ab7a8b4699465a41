//! SIGTERM and SIGINT: the first asks the server to end in good order, the second to end at once.
//!
//! In good order: it says that it is not ready, still takes what comes for the time of grace, so
//! that whoever spreads requests sees it before a connection is refused, and then finishes what is
//! in flight. At once: what is in flight is cut. Journal and trail are closed in both.

use std::io;
use std::time::Duration;

use countersign_gate::Gate;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How often the server was told to stop. Clones are told the same.
#[derive(Clone)]
pub(crate) struct StopSignals(watch::Receiver<u32>);

/// How a server has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// What was in flight had its time.
    InOrder,
    /// Somebody could not wait.
    AtOnce,
}

impl StopSignals {
    /// Listens from now on: a signal does not end the process any more.
    pub(crate) fn listen() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (counted, signals) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                counted.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(signals))
    }

    /// The server is told to stop.
    pub(crate) fn first(&self) -> impl Future<Output = ()> + Send + use<> {
        self.clone().came(1)
    }

    /// It is told again.
    fn second(&self) -> impl Future<Output = ()> + Send + use<> {
        self.clone().came(2)
    }

    async fn came(mut self, times: u32) {
        // It fails only where the runtime ends, and this with it.
        let _ = self.0.wait_for(|count| *count >= times).await;
    }

    /// How the server ends that has been told so often by now.
    pub(crate) fn ending(&self) -> Ending {
        if *self.0.borrow() < 2 { Ending::InOrder } else { Ending::AtOnce }
    }

    /// Is done when `gate` is to stop: `grace` after `told` is, or when the second signal comes,
    /// which also cuts what the gate still does.
    pub(crate) fn stop(
        &self,
        told: impl Future<Output = ()>,
        grace: Duration,
        gate: Gate,
        beside: &mut JoinSet<()>,
    ) -> impl Future<Output = ()> {
        let (hurried, cutting) = (self.second(), self.second());
        beside.spawn(async move {
            cutting.await;
            tracing::warn!("told to stop twice: what is in flight is cut");
            gate.cut();
        });
        async move {
            told.await;
            if !grace.is_zero() {
                tracing::info!(?grace, "stopping: not ready any more, but still taking requests");
                // Either is the end of the grace.
                let _ = timeout(grace, hurried).await;
            }
            tracing::info!("stopping: finishing what is in flight");
        }
    }
}
