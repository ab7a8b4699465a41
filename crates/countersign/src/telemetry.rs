//! What a server tells while it runs: log lines, and traces where somebody collects them.
//!
//! Belongs here: where both go, in which form. Does not: what is told (each part of the program
//! tells it with `tracing`); metrics (see `monitor`).

mod args;
mod lines;
mod otlp;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use countersign_model::Chance;
use countersign_telemetry::metrics::StateMetrics;
use countersign_telemetry::trace::Coin;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

use crate::stopping::Ending;
use crate::system::OsChance;

pub(crate) use args::{TelemetryArgs, this_machine};
pub(crate) use lines::{LogFormat, LogOptions};
pub(crate) use otlp::{Otlp, endpoint};

/// How long the collector may take for what is left when the server stops.
const FLUSH: Duration = Duration::from_secs(5);
/// The same where somebody can't wait.
const HURRIED_FLUSH: Duration = Duration::from_millis(100);

/// What is told, and to whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct TelemetryOptions {
    pub(crate) log: LogOptions,
    /// `None`: nothing leaves this machine.
    pub(crate) otlp: Option<Otlp>,
}

/// Log lines are written and traces sent as long as it is kept.
pub(crate) struct Telemetry {
    coin: Arc<Coin>,
    state: StateMetrics,
    traces: Option<otlp::Provider>,
    _lines: lines::Guard,
}

/// What a server tells with.
pub(crate) struct Handles {
    /// Decides which requests are traced; whoever walks one asks it.
    pub(crate) coin: Arc<Coin>,
    /// Counts here what the collector does not take.
    pub(crate) state: StateMetrics,
}

/// Begins to tell. Called once, within the runtime that sends traces.
pub(crate) fn start(options: &TelemetryOptions) -> anyhow::Result<Telemetry> {
    let state = StateMetrics::default();
    let (lines, guard) = lines::layer(&options.log);
    let (coin, traces) = match &options.otlp {
        Some(otlp) => {
            let mut seed = [0; 8];
            OsChance.fill(&mut seed);
            let coin = Coin::new(otlp.sample, u64::from_ne_bytes(seed));
            (coin, Some(otlp::start(otlp, &state)?))
        }
        None => (Coin::never(), None),
    };
    let spans = traces.as_ref().map(otlp::layer);
    let layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> =
        [Some(lines), spans].into_iter().flatten().collect();
    tracing_subscriber::registry().with(layers).init();
    Ok(Telemetry { coin: Arc::new(coin), state, traces, _lines: guard })
}

impl Telemetry {
    pub(crate) fn handles(&self) -> Handles {
        Handles { coin: Arc::clone(&self.coin), state: self.state.clone() }
    }

    /// Sends what is left, for as long as the collector may take, and ends.
    pub(crate) async fn stop(self, ending: Ending) {
        let Some(traces) = self.traces else { return };
        // It waits for what this runtime sends, so it must not hold one of its threads.
        let patience = match ending {
            Ending::InOrder => FLUSH,
            Ending::AtOnce => HURRIED_FLUSH,
        };
        let stopped = tokio::task::spawn_blocking(move || traces.shutdown_with_timeout(patience));
        if let Ok(Err(error)) = stopped.await {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}
