//! The one body type of the gate: what is sent to a client, to the upstream, and to own paths.
//!
//! Belongs here: bytes and how they flow. Does not: framing, which the HTTP library writes. Bodies
//! have no trailers: whatever comes after the last chunk is dropped.

mod fault;
mod paced;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::form::Share;

pub use fault::BodyFault;
pub(crate) use paced::{ClientFault, Paced, Progress};

/// A message body.
pub struct Body(Kind);

enum Kind {
    Whole(Bytes),
    /// Bytes that are accounted for until they are sent.
    Held(Bytes, #[expect(dead_code, reason = "gives its bytes back when dropped")] Share),
    Paced(Paced),
    Foreign(UnsyncBoxBody<Bytes, BodyFault>),
}

impl Body {
    /// No bytes.
    pub const fn empty() -> Self {
        Self(Kind::Whole(Bytes::new()))
    }

    /// Any other body.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let body = body.map_err(|error| BodyFault::Other(error.into()));
        Self(Kind::Foreign(body.boxed_unsync()))
    }

    pub(crate) fn held(bytes: Bytes, share: Share) -> Self {
        Self(Kind::Held(bytes, share))
    }

    pub(crate) fn paced(paced: Paced) -> Self {
        Self(Kind::Paced(paced))
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Kind::Whole(bytes.into()))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match &mut self.0 {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => {
                let all = std::mem::take(bytes);
                Poll::Ready((!all.is_empty()).then(|| Ok(Frame::data(all))))
            }
            Kind::Paced(paced) => paced.poll_frame(cx),
            Kind::Foreign(body) => Pin::new(body).poll_frame(cx).map(|frame| match frame {
                Some(Ok(frame)) if frame.is_trailers() => None,
                other => other,
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => bytes.is_empty(),
            Kind::Paced(paced) => paced.is_end_stream(),
            Kind::Foreign(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Paced(paced) => paced.size_hint(),
            Kind::Foreign(body) => body.size_hint(),
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(..)")
    }
}
