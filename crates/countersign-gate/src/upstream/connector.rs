//! Connecting to a server within a time: name, TCP and TLS together.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use tokio::time::timeout;
use tower_service::Service;

/// A connector that gives up. What it gives up on counts as not connected: nothing was sent.
#[derive(Clone)]
pub(super) struct Bounded<C> {
    connector: C,
    patience: Duration,
}

impl<C> Bounded<C> {
    pub(super) fn new(connector: C, patience: Duration) -> Self {
        Self { connector, patience }
    }
}

impl<C> Service<Uri> for Bounded<C>
where
    C: Service<Uri, Error = Box<dyn Error + Send + Sync>>,
    C::Future: Send + 'static,
    C::Response: 'static,
{
    type Response = C::Response;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.connector.poll_ready(cx)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        let connecting = timeout(self.patience, self.connector.call(server));
        Box::pin(async move {
            connecting.await.unwrap_or_else(|_| {
                Err(io::Error::new(io::ErrorKind::TimedOut, "no connection in time").into())
            })
        })
    }
}
