//! The gate as a whole: what it is made of, and starting it.

use std::sync::Arc;

use countersign_model::{Chance, Clock};
use countersign_verify::{AttemptSink, Explainer, Verifier};
use tokio::net::TcpListener;

use crate::form::FormReader;
use crate::listener::{self, Drained};
use crate::upstream::{Place, Remote, Server};
use crate::{Limits, OwnPaths, RefusalObserver, Upstream};

/// A reverse proxy in front of one upstream, ready to serve.
pub struct Gate(Arc<Shared>);

/// What a gate is made of.
pub struct GateParts {
    /// Decides.
    pub verifier: Arc<Verifier>,
    /// Is told of every attempt before it is answered or forwarded.
    pub attempts: Arc<dyn AttemptSink>,
    /// Explains refusals; only in [`Mode::Dev`] it is waited for, and only a little.
    pub explainer: Option<Arc<dyn Explainer>>,
    /// Is shown every refusal.
    pub observer: Option<Arc<dyn RefusalObserver>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes references.
    pub chance: Arc<dyn Chance>,
    /// Where admitted requests go.
    pub upstream: Upstream,
    /// Answers the own paths.
    pub own: Arc<dyn OwnPaths>,
    /// The hosts, beside loopback names, that `/countersign/` answers for. Names without port.
    pub public_hosts: Vec<String>,
    /// How much a caller is told.
    pub mode: Mode,
    /// How much of everything is given away.
    pub limits: Limits,
}

/// How much a caller is told about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For development: everything, and every answer says so.
    Dev,
    /// The public error and a reference.
    Serve,
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) attempts: Arc<dyn AttemptSink>,
    pub(crate) explainer: Option<Arc<dyn Explainer>>,
    pub(crate) observer: Option<Arc<dyn RefusalObserver>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) upstream: Server,
    pub(crate) own: Arc<dyn OwnPaths>,
    pub(crate) public_hosts: Vec<String>,
    pub(crate) forms: FormReader,
    pub(crate) mode: Mode,
    pub(crate) limits: Limits,
}

impl Gate {
    /// Puts the parts together. Nothing is connected yet.
    pub fn new(parts: GateParts) -> Self {
        let upstream = match parts.upstream.0 {
            Place::Remote(address) => Server::Remote(Remote::new(address, &parts.limits)),
            Place::InProcess(server) => Server::InProcess(server),
        };
        Self(Arc::new(Shared {
            verifier: parts.verifier,
            attempts: parts.attempts,
            explainer: parts.explainer,
            observer: parts.observer,
            clock: parts.clock,
            chance: parts.chance,
            upstream,
            own: parts.own,
            public_hosts: parts.public_hosts,
            forms: FormReader::new(&parts.limits),
            mode: parts.mode,
            limits: parts.limits,
        }))
    }

    /// Serves until `stop` is done and the requests in flight are answered, or cut at
    /// [`Limits::drain`].
    pub async fn serve(self, listener: TcpListener, stop: impl Future<Output = ()>) -> Drained {
        listener::serve(self.0, listener, stop).await
    }
}
