//! One server over HTTP/1.1, through a pool of connections.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::header::{HOST, HeaderValue};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Request, Response, Uri, Version};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::timeout;

use super::address::Address;
use super::complaints::{Complaints, root_cause};
use super::connector::Bounded;
use super::health::Health;
use super::{UpstreamFault, UpstreamSettings};
use crate::body::{Lender, Paced, Progress};
use crate::headers::prepare_answer;
use crate::{Body, Limits};

/// The server at one address.
pub(crate) struct Remote {
    address: Address,
    client: Client<Bounded<HttpsConnector<HttpConnector>>, Body>,
    health: Health,
    head_patience: Duration,
    idle: Duration,
    complaints: Arc<Complaints>,
}

/// A request on its way: its headers are ready, its target is the verified one.
pub(crate) struct Outgoing {
    pub(crate) parts: Parts,
    pub(crate) target: PathAndQuery,
    pub(crate) body: Body,
    /// Of a body that comes from the wire.
    pub(crate) progress: Option<Arc<Progress>>,
}

/// A request that was given away, to be taken back if nothing of it was sent.
pub(super) struct Again {
    parts: Parts,
    target: PathAndQuery,
    body: Lender,
    progress: Option<Arc<Progress>>,
}

impl Remote {
    pub(super) fn new(address: Address, settings: &UpstreamSettings, limits: &Limits) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // The next address of a name is tried when one takes too long.
        tcp.set_connect_timeout(Some(settings.connect_timeout / 2));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(settings.trust.config())
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let connector = Bounded::new(connector, settings.connect_timeout);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(settings.keep)
            .pool_max_idle_per_host(settings.kept)
            .http1_max_buf_size(limits.head_bytes)
            // `Host` goes on as the client sent it.
            .set_host(false)
            .build(connector);
        let health = Health::default();
        // A new connection comes on top: who waits for an answer has connected.
        let head_patience = settings.connect_timeout + settings.answer_timeout;
        let complaints = Arc::new(Complaints::of(address.authority().as_str()));
        Self { address, client, health, head_patience, idle: limits.idle, complaints }
    }

    pub(super) fn host(&self) -> &str {
        self.address.authority().as_str()
    }

    pub(super) fn is_at(&self, address: &Address) -> bool {
        self.address == *address
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// Sends a request, and makes its answer ready for the client. `switches` where the answer may
    /// be a change to another protocol.
    pub(super) async fn send(
        &self,
        outgoing: Outgoing,
        switches: bool,
    ) -> Result<Response<Body>, UpstreamFault> {
        let progress = outgoing.progress.clone();
        let request = outgoing.to(&self.address);
        let sent = self.await_head(self.client.request(request), progress.as_deref()).await;
        let ready = sent.and_then(|response| {
            let (mut parts, incoming) = response.into_parts();
            prepare_answer(&mut parts, switches)?;
            Ok((parts, incoming))
        });
        let (parts, incoming) = ready.inspect_err(|fault| self.note(fault))?;
        let answer = Paced::new(incoming, self.idle).told_to(self.complaints.clone());
        Ok(Response::from_parts(parts, Body::paced(answer)))
    }

    /// Asks for health.
    pub(super) async fn ask(&self, path: &PathAndQuery, patience: Duration) -> Result<(), String> {
        let (mut parts, ()) = Request::new(()).into_parts();
        // A host and port are text that a header may hold.
        if let Ok(host) = HeaderValue::try_from(self.host()) {
            parts.headers.insert(HOST, host);
        }
        let target = path.clone();
        let outgoing = Outgoing { parts, target, body: Body::empty(), progress: None };
        let answer = timeout(patience, self.client.request(outgoing.to(&self.address))).await;
        match answer {
            Err(_) => Err(format!("no answer came in {patience:?}")),
            Ok(Err(error)) => Err(root_cause(&error)),
            Ok(Ok(answer)) => {
                let status = answer.status();
                let is_well = status.is_success() || status.is_redirection();
                if is_well { Ok(()) } else { Err(format!("it answered {status}")) }
            }
        }
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

    fn note(&self, fault: &UpstreamFault) {
        if let UpstreamFault::Unreachable(_) = fault {
            self.health.was_unreachable();
        }
        self.complaints.no_answer(fault);
    }
}

impl Outgoing {
    /// Makes it possible to take this back after it was given to [`Remote::send`].
    pub(super) fn lend(&mut self) -> Again {
        let lender = Lender::of(std::mem::take(&mut self.body));
        self.body = lender.lend();
        Again {
            parts: self.parts.clone(),
            target: self.target.clone(),
            body: lender,
            progress: self.progress.clone(),
        }
    }

    pub(super) fn in_process(self) -> Request<Body> {
        let mut parts = self.parts;
        parts.uri = Uri::from(self.target);
        Request::from_parts(parts, self.body)
    }

    fn to(self, address: &Address) -> Request<Body> {
        let mut parts = self.parts;
        let mut uri = http::uri::Parts::default();
        uri.scheme = Some(address.scheme().clone());
        uri.authority = Some(address.authority().clone());
        uri.path_and_query = Some(self.target);
        // Scheme, authority and path: the three together always make a URI.
        parts.uri = Uri::from_parts(uri).unwrap_or_default();
        parts.version = Version::HTTP_11;
        Request::from_parts(parts, self.body)
    }
}

impl Again {
    /// The request, if not a byte of its body was asked for.
    pub(super) fn take_back(self) -> Option<Outgoing> {
        let Self { parts, target, body, progress } = self;
        let body = body.take_back()?;
        Some(Outgoing { parts, target, body, progress })
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
