//! Sends what the exporter gives it.
//!
//! The exporter runs on a thread of its own, outside of the runtime: so the runtime does the
//! sending, and that thread waits for it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use anyhow::Context;
use async_trait::async_trait;
use bytes::Bytes;
use countersign_telemetry::metrics::StateMetrics;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{HttpClient, HttpError};
use rustls::crypto::aws_lc_rs::default_provider;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::{Otlp, PATIENCE};

/// More of an answer is not read: it says hardly anything.
const MOST_OF_ANSWER: usize = 64 * 1024;

pub(super) struct Sender {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    headers: Vec<(HeaderName, HeaderValue)>,
    runtime: Handle,
    state: StateMetrics,
    failing: AtomicBool,
}

impl Sender {
    /// Sends on the runtime that this is called in.
    pub(super) fn new(otlp: &Otlp, state: StateMetrics) -> anyhow::Result<Self> {
        // Named here, so that a second provider in the program changes nothing.
        let provider = Arc::new(default_provider());
        let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(provider.clone());
        let tls = match tls {
            Ok(tls) => tls,
            // As in a bare container.
            Err(_) => HttpsConnectorBuilder::new().with_provider_and_webpki_roots(provider)?,
        };
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(PATIENCE));
        let connector = tls.https_or_http().enable_http1().wrap_connector(tcp);
        Ok(Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            headers: otlp.headers.clone(),
            runtime: Handle::try_current().context("traces are sent by a runtime")?,
            state,
            failing: AtomicBool::new(false),
        })
    }

    /// Tells when it begins to fail, and when that is over.
    fn note(&self, failure: Option<&str>) {
        if failure.is_some() {
            self.state.traces_lost();
        }
        if self.failing.swap(failure.is_some(), Relaxed) == failure.is_some() {
            return;
        }
        match failure {
            Some(why) => tracing::warn!(why, "traces can't be sent: the collector is tried again"),
            None => tracing::info!("traces are sent again"),
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (mut head, body) = request.into_parts();
        head.headers.extend(self.headers.iter().cloned());
        let request = Request::from_parts(head, Full::new(body));
        let client = self.client.clone();
        let exchange = async move {
            let (head, body) = client.request(request).await?.into_parts();
            let body = Limited::new(body, MOST_OF_ANSWER).collect().await?.to_bytes();
            Ok::<_, HttpError>(Response::from_parts(head, body))
        };
        // The timer, too, is made within the runtime.
        let sending = self.runtime.spawn(async move { timeout(PATIENCE, exchange).await });
        let answer: Result<Response<Bytes>, HttpError> = match sending.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err("it did not answer in time".into()),
            Err(_) => Err("the server is stopping".into()),
        };
        match &answer {
            Ok(answer) if answer.status().is_success() => self.note(None),
            Ok(answer) => self.note(Some(answer.status().as_str())),
            Err(error) => self.note(Some(&chain(&**error))),
        }
        answer
    }
}

/// An error and what is behind it: hyper's own say only that something failed.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(..)")
    }
}
