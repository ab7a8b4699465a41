//! Servers behind the gate, which get what was verified.
//!
//! A request goes to an upstream at most once. Another connection, or another server of the
//! upstream, is taken only where not a byte was written to the first; what was written is never
//! sent again, since its proof is used.

mod address;
mod complaints;
mod connector;
mod health;
mod pool;
mod remote;
mod trust;

use std::sync::Arc;
use std::time::Duration;

use countersign_telemetry::metrics::UpstreamResult;
use http::{Request, Response};
use thiserror::Error;

pub use address::InvalidUpstream;
pub use health::HealthCheck;
pub(crate) use remote::Outgoing;
pub use trust::{InvalidTrust, Trust};

use crate::answers::Text;
use crate::body::ClientFault;
use crate::headers::{ForeignAnswer, prepare_answer};
use crate::{Body, BoxFuture, Limits};
use address::Address;
use pool::Pool;

/// Where admitted requests go.
pub struct Upstream(Place);

enum Place {
    Remote(Vec<Address>, UpstreamSettings),
    InProcess(Arc<dyn InProcess>),
}

/// How the servers of an upstream are used.
#[derive(Clone, Debug, PartialEq)]
pub struct UpstreamSettings {
    /// How long connecting may take, TLS included.
    pub connect_timeout: Duration,
    /// How long a server may take for the head of its answer, while no body goes to it.
    pub answer_timeout: Duration,
    /// Whether a request that could not be sent at all is sent to another server.
    pub retries: bool,
    /// How it is found out whether a server lives. Where nothing is asked, one that can't be
    /// connected to is left alone for a few seconds.
    pub health: Option<HealthCheck>,
    /// Which certificates servers with `https://` may have.
    pub trust: Trust,
    /// How long an unused connection is kept. Below the shortest common keep-alive of servers (5
    /// seconds), so that a request seldom meets a connection that is being closed.
    pub keep: Duration,
    /// Unused connections that are kept for each server.
    pub kept: usize,
}

impl Default for UpstreamSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(60),
            retries: true,
            health: None,
            trust: Trust::default(),
            keep: Duration::from_secs(4),
            kept: 256,
        }
    }
}

/// A server in the same process, as the echo of `countersign dev`.
pub trait InProcess: Send + Sync {
    /// Answers one admitted request, whose headers are those that a remote server would get.
    fn handle(&self, request: Request<Body>) -> BoxFuture<'_, Response<Body>>;
}

impl Upstream {
    /// Servers that speak HTTP/1.1, each as `http://host:port` or `https://host:port`. They take
    /// turns.
    ///
    /// # Errors
    /// [`InvalidUpstream`] says what is wrong with an address.
    pub fn new(
        servers: &[impl AsRef<str>],
        settings: UpstreamSettings,
    ) -> Result<Self, InvalidUpstream> {
        let parse = |server: &_| Address::parse(AsRef::as_ref(server));
        let servers = servers.iter().map(parse).collect::<Result<Vec<_>, _>>()?;
        if servers.is_empty() {
            return Err(InvalidUpstream::NoServer);
        }
        Ok(Self(Place::Remote(servers, settings)))
    }

    /// One server, with the usual settings.
    ///
    /// # Errors
    /// [`InvalidUpstream`] says what is wrong with the address.
    pub fn parse(url: &str) -> Result<Self, InvalidUpstream> {
        Self::new(&[url], UpstreamSettings::default())
    }

    /// A server in this process.
    pub fn in_process(server: Arc<dyn InProcess>) -> Self {
        Self(Place::InProcess(server))
    }
}

/// Why there is no answer to pass on.
#[derive(Debug, Error)]
pub(crate) enum UpstreamFault {
    #[error("can't connect")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("the connection ended before the answer")]
    Broken(#[source] hyper_util::client::legacy::Error),
    #[error("no answer came in time")]
    Silent,
    #[error("the answer can't be passed on")]
    Foreign(#[from] ForeignAnswer),
    #[error("the client's body ended early: {0:?}")]
    Client(ClientFault),
}

impl UpstreamFault {
    /// As what it is counted.
    pub(crate) fn result(&self) -> UpstreamResult {
        match self {
            Self::Unreachable(_) => UpstreamResult::Unreachable,
            Self::Broken(_) | Self::Foreign(_) => UpstreamResult::Broken,
            Self::Silent => UpstreamResult::TimedOut,
            Self::Client(_) => UpstreamResult::Abandoned,
        }
    }

    /// What the client is told.
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Unreachable(_) => Text::UPSTREAM_UNREACHABLE,
            Self::Broken(_) | Self::Foreign(_) => Text::UPSTREAM_BROKEN,
            Self::Silent => Text::UPSTREAM_SILENT,
            Self::Client(ClientFault::Idle) => Text::BODY_TOO_SLOW,
            Self::Client(ClientFault::Malformed | ClientFault::Gone) => Text::BODY_MALFORMED,
        }
    }
}

/// A connected upstream.
pub(crate) enum Server {
    Pool(Pool),
    InProcess(Arc<dyn InProcess>),
}

impl Server {
    /// Connects to nothing yet, but begins to ask for health. What is in `before` and is used in
    /// the same way goes on, with its health and its connections: a whole upstream, or single
    /// servers of it.
    pub(crate) fn start(upstream: Upstream, limits: &Limits, before: &[Arc<Self>]) -> Arc<Self> {
        let (servers, settings) = match upstream.0 {
            Place::Remote(servers, settings) => (servers, settings),
            Place::InProcess(server) => return Arc::new(Self::InProcess(server)),
        };
        let same =
            before.iter().find(|it| it.pool().is_some_and(|it| it.is_of(&servers, &settings)));
        if let Some(same) = same {
            return Arc::clone(same);
        }
        let pools = before.iter().filter_map(|it| it.pool());
        Arc::new(Self::Pool(Pool::start(servers, settings, limits, pools)))
    }

    fn pool(&self) -> Option<&Pool> {
        match self {
            Self::Pool(pool) => Some(pool),
            Self::InProcess(_) => None,
        }
    }

    /// The host that it is reached under, with its port: of several servers the first.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Pool(pool) => pool.host(),
            Self::InProcess(_) => None,
        }
    }

    /// Whether each of its servers is well.
    pub(crate) fn health(&self) -> Vec<bool> {
        match self {
            Self::Pool(pool) => pool.health().collect(),
            Self::InProcess(_) => vec![true],
        }
    }

    /// Sends a request whose headers are ready, and makes its answer ready for the client.
    /// `switches` where the answer may be a change to another protocol.
    pub(crate) async fn send(
        &self,
        request: Outgoing,
        switches: bool,
    ) -> Result<Response<Body>, UpstreamFault> {
        match self {
            Self::Pool(pool) => pool.send(request, switches).await,
            Self::InProcess(server) => {
                let (mut parts, body) = server.handle(request.in_process()).await.into_parts();
                prepare_answer(&mut parts, switches)?;
                Ok(Response::from_parts(parts, body))
            }
        }
    }
}

#[cfg(test)]
mod tests;
