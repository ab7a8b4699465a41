//! The one body type of the gate: what is sent to a client, to the upstream, and to own paths.
//!
//! Belongs here: bytes and how they flow. Does not: framing, which the HTTP library writes. Bodies
//! have no trailers: whatever comes after the last chunk is dropped.

mod fault;
mod lent;
mod paced;

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::form::Share;
use crate::throttle::InFlight;

pub use fault::BodyFault;
pub(crate) use lent::Lender;
use lent::Lent;
pub(crate) use paced::{ClientFault, Paced, Progress};

/// A message body.
pub struct Body {
    kind: Kind,
    #[expect(dead_code, reason = "gives its places back when dropped")]
    in_flight: Option<InFlight>,
}

enum Kind {
    Whole(Bytes),
    /// Bytes that are accounted for until they are sent.
    Held(Bytes, #[expect(dead_code, reason = "gives its bytes back when dropped")] Share),
    Paced(Paced),
    Lent(Lent),
    Foreign(UnsyncBoxBody<Bytes, BodyFault>),
}

impl Body {
    /// No bytes.
    pub const fn empty() -> Self {
        Self { kind: Kind::Whole(Bytes::new()), in_flight: None }
    }

    /// Any other body.
    pub fn wrap<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let body = body.map_err(|error| BodyFault::Other(error.into()));
        Kind::Foreign(body.boxed_unsync()).into_body()
    }

    pub(crate) fn held(bytes: Bytes, share: Share) -> Self {
        Kind::Held(bytes, share).into_body()
    }

    pub(crate) fn paced(paced: Paced) -> Self {
        Kind::Paced(paced).into_body()
    }

    fn lent(lent: Lent) -> Self {
        Kind::Lent(lent).into_body()
    }

    /// The request that this answers is in flight until this was sent.
    pub(crate) fn ends(self, in_flight: Option<InFlight>) -> Self {
        Self { in_flight, ..self }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Kind::Whole(bytes.into()).into_body()
    }
}

impl Kind {
    const fn into_body(self) -> Body {
        Body { kind: self, in_flight: None }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match &mut self.kind {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => {
                let all = std::mem::take(bytes);
                Poll::Ready((!all.is_empty()).then(|| Ok(Frame::data(all))))
            }
            Kind::Paced(paced) => paced.poll_frame(cx),
            Kind::Lent(lent) => lent.poll_frame(cx),
            Kind::Foreign(body) => Pin::new(body).poll_frame(cx).map(|frame| match frame {
                Some(Ok(frame)) if frame.is_trailers() => None,
                other => other,
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => bytes.is_empty(),
            Kind::Paced(paced) => paced.is_end_stream(),
            Kind::Lent(lent) => lent.is_end_stream(),
            Kind::Foreign(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Whole(bytes) | Kind::Held(bytes, _) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Paced(paced) => paced.size_hint(),
            Kind::Lent(lent) => lent.size_hint(),
            Kind::Foreign(body) => body.size_hint(),
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(..)")
    }
}
