//! The gate as a whole: what it is made of, and starting it.

use std::sync::Arc;

use arc_swap::ArcSwap;
use countersign_model::{Chance, Clock};
use countersign_telemetry::metrics::GateMetrics;
use countersign_telemetry::trace::Coin;
use countersign_verify::{Assertions, AttemptSink, Explainer, Verifier};
use futures_util::future::join_all;
use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::form::FormReader;
use crate::listener::{self, Drained, Listener};
use crate::notices::Notices;
use crate::rules::Routing;
use crate::throttle::{Holder, Shares, Throttle};
use crate::upgrade::Upgrades;
use crate::{Limits, OwnPaths, RefusalObserver, Rules};

/// A reverse proxy, ready to serve. Clones are the same gate.
#[derive(Clone)]
pub struct Gate(Arc<Shared>);

/// What a gate is made of.
pub struct GateParts {
    /// Decides.
    pub verifier: Arc<Verifier>,
    /// Is told of every attempt before it is answered or forwarded.
    pub attempts: Arc<dyn AttemptSink>,
    /// Explains refusals; only in [`Mode::Dev`] it is waited for, and only a little.
    pub explainer: Option<Arc<dyn Explainer>>,
    /// Makes the signed statements that upstreams get; where there is none, they get none.
    pub assertions: Option<Arc<dyn Assertions>>,
    /// Is shown every refusal.
    pub observer: Option<Arc<dyn RefusalObserver>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes references.
    pub chance: Arc<dyn Chance>,
    /// Where requests go.
    pub rules: Rules,
    /// Answers the own paths.
    pub own: Arc<dyn OwnPaths>,
    /// The hosts, beside loopback names and hosts of accounts, that `/countersign/` answers for.
    /// Names without port.
    pub public_hosts: Vec<String>,
    /// How much a caller is told.
    pub mode: Mode,
    /// How much of everything is given away.
    pub limits: Limits,
    /// Counts what happens.
    pub metrics: GateMetrics,
    /// Decides which requests are traced.
    pub coin: Arc<Coin>,
}

/// How much a caller is told about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For development: everything, and every answer says so.
    Dev,
    /// The public error and a reference.
    Serve,
}

/// Connections of the control plane, beside all others.
const CONTROL_CONNECTIONS: usize = 64;

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) attempts: Arc<dyn AttemptSink>,
    pub(crate) explainer: Option<Arc<dyn Explainer>>,
    pub(crate) assertions: Option<Arc<dyn Assertions>>,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) routing: ArcSwap<Routing>,
    pub(crate) own: Arc<dyn OwnPaths>,
    pub(crate) public_hosts: Vec<String>,
    pub(crate) forms: FormReader,
    pub(crate) throttle: Throttle,
    pub(crate) upgrades: Upgrades,
    /// One for each connection that may be open.
    pub(crate) slots: Arc<Semaphore>,
    /// How many of them each address holds.
    pub(crate) sources: Shares<Holder>,
    /// The same for the control plane where it has listeners of its own: who uses up the others
    /// keeps out neither health checks nor administrators.
    pub(crate) control_slots: Arc<Semaphore>,
    /// Whether what is in flight has no time left.
    pub(crate) cutting: watch::Sender<bool>,
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
    pub(crate) metrics: GateMetrics,
    pub(crate) notices: Notices,
    pub(crate) coin: Arc<Coin>,
}

impl Gate {
    /// Puts the parts together. Nothing is connected yet; upstreams that have a health check are
    /// asked from now on, so this needs a runtime.
    pub fn new(parts: GateParts) -> Self {
        let limits = parts.limits;
        let connections = limits.connections.min(Semaphore::MAX_PERMITS);
        Self(Arc::new(Shared {
            verifier: parts.verifier,
            attempts: parts.attempts,
            explainer: parts.explainer,
            assertions: parts.assertions,
            observer: parts.observer,
            clock: parts.clock,
            chance: parts.chance,
            routing: ArcSwap::from_pointee(Routing::start(parts.rules, &limits)),
            own: parts.own,
            public_hosts: parts.public_hosts,
            forms: FormReader::new(&limits),
            throttle: Throttle::new(&limits),
            upgrades: Upgrades::new(&limits),
            slots: Arc::new(Semaphore::new(connections)),
            sources: Shares::new(connections, limits.connections_per_source),
            control_slots: Arc::new(Semaphore::new(CONTROL_CONNECTIONS)),
            cutting: watch::Sender::new(false),
            mode: parts.mode,
            limits,
            metrics: parts.metrics,
            notices: Notices::default(),
            coin: parts.coin,
        }))
    }

    /// Takes other rules for requests that begin after this returns. Those in flight end under the
    /// rules that they began with. Upstreams, and servers of them, that are used as before keep
    /// their health and their connections.
    pub fn replace_rules(&self, rules: Rules) {
        let Shared { routing, limits, .. } = &*self.0;
        let next = routing.load().followed_by(rules, limits);
        routing.store(Arc::new(next));
    }

    /// Sets what is measured rather than counted: to be called when somebody reads the metrics.
    pub fn measure(&self) {
        let Shared { metrics, routing, forms, upgrades, .. } = &*self.0;
        metrics.form_memory(forms.memory());
        let (well, sick) = routing.load().health();
        metrics.upstreams(well, sick);
        metrics.websockets(upgrades.open());
    }

    /// Cuts what is still in flight: to be called where [`Self::serve`] was told to stop, and there
    /// is no time to wait for [`Limits::drain`].
    pub fn cut(&self) {
        self.0.cutting.send_replace(true);
    }

    /// Serves until `stop` is done and the requests in flight are answered, or cut at
    /// [`Limits::drain`] or by [`Self::cut`].
    pub async fn serve(self, listeners: Vec<Listener>, stop: impl Future<Output = ()>) -> Drained {
        let (tell, stopping) = watch::channel(false);
        let serve = |listener| listener::serve(self.0.clone(), listener, stopping.clone());
        let serving = join_all(listeners.into_iter().map(serve));
        let telling = async {
            stop.await;
            let until = Instant::now() + self.0.limits.drain;
            self.0.upgrades.end();
            // It fails only where no listener is left to be told.
            let _ = tell.send(true);
            until
        };
        let (drained, until) = tokio::join!(serving, telling);
        let upgraded = self.0.upgrades.ended(until, self.0.cutting.subscribe()).await;
        Drained { cut: drained.iter().map(|drained| drained.cut).sum::<usize>() + upgraded }
    }
}
