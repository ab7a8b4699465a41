//! A remote upstream over HTTP/1.1, through a pool of connections.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http::{Request, Response, Uri, Version};
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use super::UpstreamFault;
use super::address::Address;
use crate::body::{Paced, Progress};
use crate::{Body, Limits};

/// The server at one address.
pub(crate) struct Remote {
    address: Address,
    client: Client<HttpConnector, Body>,
    head_patience: Duration,
    idle: Duration,
}

/// A request on its way: its headers are ready, its target is the verified one.
pub(crate) struct Outgoing {
    pub(crate) parts: Parts,
    pub(crate) target: PathAndQuery,
    pub(crate) body: Body,
    /// Of a body that comes from the wire.
    pub(crate) progress: Option<Arc<Progress>>,
}

impl Remote {
    pub(crate) fn new(address: Address, limits: &Limits) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limits.upstream_connect));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(limits.upstream_keep)
            .pool_max_idle_per_host(limits.upstream_kept)
            .http1_max_buf_size(limits.head_bytes)
            // `Host` goes on as the client sent it.
            .set_host(false)
            .build(connector);
        Self { address, client, head_patience: limits.upstream_head, idle: limits.idle }
    }

    pub(super) fn host(&self) -> &str {
        self.address.authority().as_str()
    }

    pub(super) async fn send(&self, outgoing: Outgoing) -> Result<Response<Body>, UpstreamFault> {
        let progress = outgoing.progress.clone();
        let request = outgoing.to(&self.address);
        let sent = self.await_head(self.client.request(request), progress.as_deref()).await;
        let response = sent.inspect_err(|fault| self.log(fault))?;
        Ok(response.map(|incoming| Body::paced(Paced::new(incoming, self.idle))))
    }

    // While the client's body makes progress the upstream isn't expected to answer.
    async fn await_head(
        &self,
        response: ResponseFuture,
        progress: Option<&Progress>,
    ) -> Result<Response<Incoming>, UpstreamFault> {
        let mut response = pin!(response);
        loop {
            let before = progress.map(Progress::frames);
            match timeout(self.head_patience, response.as_mut()).await {
                Ok(answered) => return answered.map_err(|error| classify(error, progress)),
                Err(_) if progress.map(Progress::frames) != before => {}
                Err(_) => return Err(UpstreamFault::Silent),
            }
        }
    }

    fn log(&self, fault: &UpstreamFault) {
        let upstream = self.address.authority().as_str();
        if let UpstreamFault::Client(_) = fault {
            tracing::debug!(upstream, %fault, "a request was not sent to its end");
            return;
        }
        let cause = root_cause(fault);
        tracing::warn!(upstream, %fault, cause, "the upstream gave no answer");
    }
}

impl Outgoing {
    pub(super) fn in_process(self) -> Request<Body> {
        let mut parts = self.parts;
        parts.uri = Uri::from(self.target);
        Request::from_parts(parts, self.body)
    }

    fn to(self, address: &Address) -> Request<Body> {
        let mut parts = self.parts;
        let mut uri = http::uri::Parts::default();
        uri.scheme = Some(Scheme::HTTP);
        uri.authority = Some(address.authority().clone());
        uri.path_and_query = Some(self.target);
        // Scheme, authority and path: the three together always make a URI.
        parts.uri = Uri::from_parts(uri).unwrap_or_default();
        parts.version = Version::HTTP_11;
        Request::from_parts(parts, self.body)
    }
}

fn classify(error: Error, progress: Option<&Progress>) -> UpstreamFault {
    if let Some(fault) = progress.and_then(Progress::fault) {
        UpstreamFault::Client(fault)
    } else if error.is_connect() {
        UpstreamFault::Unreachable(error)
    } else {
        UpstreamFault::Broken(error)
    }
}

fn root_cause(fault: &UpstreamFault) -> String {
    let mut cause: &dyn std::error::Error = fault;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
