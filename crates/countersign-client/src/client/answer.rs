//! An answer's body, as it comes.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use crate::ClientFault;

/// The body of an answer.
#[derive(Debug)]
pub struct ResponseBody {
    incoming: Incoming,
    authority: Arc<str>,
    silence: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl ResponseBody {
    pub(crate) fn new(incoming: Incoming, authority: Arc<str>, silence: Duration) -> Self {
        Self { incoming, authority, silence, waiting: Box::pin(sleep(silence)) }
    }

    /// The next bytes, or `None` at the end. Trailers are passed over.
    ///
    /// # Errors
    /// [`ClientFault::Silent`], [`ClientFault::Broken`]: the body is not complete.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, ClientFault> {
        // The time in which nobody asked is not the server's.
        self.restart();
        while let Some(frame) = self.frame().await {
            if let Ok(bytes) = frame?.into_data() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    fn restart(&mut self) {
        let deadline = Instant::now() + self.silence;
        self.waiting.as_mut().reset(deadline);
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = ClientFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClientFault>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.incoming).poll_frame(context) {
            self.restart();
            let broken = |fault| ClientFault::broken(&self.authority, &fault);
            return Poll::Ready(frame.map(|frame| frame.map_err(broken)));
        }
        if self.waiting.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let (authority, silence) = (self.authority.to_string(), self.silence);
        Poll::Ready(Some(Err(ClientFault::Silent { authority, silence })))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
