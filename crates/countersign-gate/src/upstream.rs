//! The server behind the gate, which gets what was verified.
//!
//! A request goes to the upstream at most once. The client takes another connection only where not
//! a byte was written to the first; what was written is never sent again, since its proof is used.

mod address;
mod remote;

use std::sync::Arc;

use http::{Request, Response};
use thiserror::Error;

pub use address::InvalidUpstream;
pub(crate) use remote::{Outgoing, Remote};

use crate::answers::Text;
use crate::body::ClientFault;
use crate::headers::{ForeignAnswer, prepare_answer};
use crate::{Body, BoxFuture};

/// Where admitted requests go.
pub struct Upstream(pub(crate) Place);

pub(crate) enum Place {
    Remote(address::Address),
    InProcess(Arc<dyn InProcess>),
}

/// A server in the same process, as the echo of `countersign dev`.
pub trait InProcess: Send + Sync {
    /// Answers one admitted request, whose headers are those that a remote server would get.
    fn handle(&self, request: Request<Body>) -> BoxFuture<'_, Response<Body>>;
}

impl Upstream {
    /// A server that speaks HTTP/1.1, as `http://host:port`.
    ///
    /// # Errors
    /// [`InvalidUpstream`] says what is wrong with the address.
    pub fn parse(url: &str) -> Result<Self, InvalidUpstream> {
        address::Address::parse(url).map(|address| Self(Place::Remote(address)))
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
    Remote(Remote),
    InProcess(Arc<dyn InProcess>),
}

impl Server {
    /// The host that it is reached under, with its port.
    pub(crate) fn host(&self) -> Option<&str> {
        match self {
            Self::Remote(remote) => Some(remote.host()),
            Self::InProcess(_) => None,
        }
    }

    /// Sends a request whose headers are ready, and makes its answer ready for the client.
    pub(crate) async fn send(&self, request: Outgoing) -> Result<Response<Body>, UpstreamFault> {
        let response = match self {
            Self::Remote(remote) => remote.send(request).await?,
            Self::InProcess(server) => server.handle(request.in_process()).await,
        };
        let (mut parts, body) = response.into_parts();
        prepare_answer(&mut parts)?;
        Ok(Response::from_parts(parts, body))
    }
}
