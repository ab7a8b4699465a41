//! The connection: TLS, time limits, one request and its answer.
//!
//! Belongs here: sending. Does not: what is signed (see `request`).

mod answer;
mod trust;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use countersign_signing::{Credentials, SignOptions};
use http::Method;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as Sender;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::request::Outgoing;
use crate::{Address, ClientFault, RequestBody, SigningRequest};

pub use answer::ResponseBody;

/// An answer whose body is still coming.
pub type Response = http::Response<ResponseBody>;

/// How a [`Client`] connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientOptions {
    /// How long connecting may take. 10 seconds unless said otherwise.
    pub connect: Duration,
    /// How long nothing may move, neither of the request nor of the answer. 60 seconds unless said
    /// otherwise. There is no limit on the whole: a large body may take its time.
    pub silence: Duration,
    /// A file of PEM certificates whose authorities are trusted beside the system's.
    pub certificates: Option<PathBuf>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            certificates: None,
        }
    }
}

/// Signs requests and sends them over HTTP/1.1. Clones share their connections.
#[derive(Clone)]
pub struct Client {
    sender: Sender<HttpsConnector<HttpConnector>, Outgoing>,
    silence: Duration,
}

impl Client {
    /// A client with the default [`ClientOptions`].
    ///
    /// # Errors
    /// [`ClientFault::Tls`]
    pub fn new() -> Result<Self, ClientFault> {
        Self::with(&ClientOptions::default())
    }

    /// A client with these options.
    ///
    /// It trusts the certificate authorities of the system, or those that this crate carries where
    /// the system has none, and those of [`ClientOptions::certificates`].
    ///
    /// # Errors
    /// [`ClientFault::Certificates`], [`ClientFault::Tls`]
    pub fn with(options: &ClientOptions) -> Result<Self, ClientFault> {
        let tls = trust::tls_settings(options.certificates.as_deref())?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(options.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let sender = Sender::builder(TokioExecutor::new()).build(connector);
        Ok(Self { sender, silence: options.silence })
    }

    /// Signs a request, sends it, and gives the answer once its head is there.
    ///
    /// Any answer is `Ok`, also a refusal and a redirect, which is not followed.
    ///
    /// # Errors
    /// [`ClientFault`]. Before [`ClientFault::Silent`] and [`ClientFault::Broken`] the server may
    /// have carried the request out; in all other cases it has not.
    pub async fn send(
        &self,
        mut request: SigningRequest,
        credentials: &Credentials,
        options: &SignOptions<'_>,
    ) -> Result<Response, ClientFault> {
        let signed = request.sign(credentials, options).await?;
        self.exchange(&request.address.clone(), request.into_message(Some(&signed.header))).await
    }

    /// Gets an address without signing, for what asks for no proof.
    ///
    /// # Errors
    /// [`ClientFault`], as [`Client::send`].
    pub async fn get_unsigned(&self, address: &Address) -> Result<Response, ClientFault> {
        let request = SigningRequest::new(Method::GET, address.clone());
        self.exchange(address, request.into_message(None)).await
    }

    async fn exchange(
        &self,
        address: &Address,
        message: http::Request<RequestBody>,
    ) -> Result<Response, ClientFault> {
        let authority: Arc<str> = address.authority().into();
        let moved = Arc::new(AtomicU64::new(0));
        let message = message.map(|body| Outgoing::new(body, Arc::clone(&moved)));
        let sending = self.sender.request(message);
        let answer = self.while_moving(&moved, sending).await;
        let silent =
            || ClientFault::Silent { authority: authority.to_string(), silence: self.silence };
        let answer = answer.ok_or_else(silent)?;
        let answer = answer.map_err(|fault| ClientFault::of(&authority, &fault))?;
        Ok(answer.map(|body| ResponseBody::new(body, authority, self.silence)))
    }

    /// The outcome, unless for the time of silence nothing moved: `None`.
    async fn while_moving<T>(
        &self,
        moved: &AtomicU64,
        sending: impl Future<Output = T>,
    ) -> Option<T> {
        let mut sending = Box::pin(sending);
        loop {
            let before = moved.load(Ordering::Relaxed);
            if let Ok(outcome) = tokio::time::timeout(self.silence, &mut sending).await {
                return Some(outcome);
            }
            if moved.load(Ordering::Relaxed) == before {
                return None;
            }
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("silence", &self.silence).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
