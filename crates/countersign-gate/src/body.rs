//! The one body type of the gate: what is sent to a client, to the upstream, and to own paths.
//!
//! Belongs here: bytes and how they flow. Does not: framing, which the HTTP library writes. Bodies
//! have no trailers: whatever comes after the last chunk is dropped.

mod fault;
mod lent;
mod paced;

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use countersign_telemetry::metrics::{Forwarded, UpstreamResult};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;

use crate::form::Share;
use crate::throttle::InFlight;

pub use fault::BodyFault;
pub(crate) use lent::Lender;
use lent::Lent;
pub(crate) use paced::{ClientFault, FaultSink, Paced, Progress};

/// A message body.
pub struct Body {
    kind: Kind,
    #[expect(dead_code, reason = "gives its places back when dropped")]
    in_flight: Option<InFlight>,
    /// Of an upstream's answer: counts how that ended, when this is dropped.
    forwarded: Option<Forwarded>,
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
        Kind::Whole(Bytes::new()).into_body()
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

    /// This is an upstream's answer, which ends with it.
    pub(crate) fn of_upstream(self, forwarded: Forwarded) -> Self {
        let mut body = Self { forwarded: Some(forwarded), ..self };
        if body.kind.is_end_stream() {
            body.upstream_ends(UpstreamResult::Answered);
        }
        body
    }

    fn upstream_ends(&mut self, result: UpstreamResult) {
        if let Some(forwarded) = &mut self.forwarded {
            forwarded.ends(result);
        }
    }

    /// Notes how the upstream's answer ended, if it has. Who leaves before that has left it.
    fn note(&mut self, frame: Option<Result<(), &BodyFault>>) {
        match frame {
            Some(Err(BodyFault::Idle)) => self.upstream_ends(UpstreamResult::Stalled),
            Some(Err(_)) => self.upstream_ends(UpstreamResult::CutOff),
            None => self.upstream_ends(UpstreamResult::Answered),
            // Whoever knows the length does not ask for what comes after it.
            Some(Ok(())) if self.kind.is_end_stream() => {
                self.upstream_ends(UpstreamResult::Answered);
            }
            Some(Ok(())) => {}
        }
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
        Body { kind: self, in_flight: None, forwarded: None }
    }

    fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        match self {
            Self::Whole(bytes) | Self::Held(bytes, _) => {
                let all = std::mem::take(bytes);
                Poll::Ready((!all.is_empty()).then(|| Ok(Frame::data(all))))
            }
            Self::Paced(paced) => paced.poll_frame(cx),
            Self::Lent(lent) => lent.poll_frame(cx),
            Self::Foreign(body) => Pin::new(body).poll_frame(cx).map(|frame| match frame {
                Some(Ok(frame)) if frame.is_trailers() => None,
                other => other,
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) | Self::Held(bytes, _) => bytes.is_empty(),
            Self::Paced(paced) => paced.is_end_stream(),
            Self::Lent(lent) => lent.is_end_stream(),
            Self::Foreign(body) => body.is_end_stream(),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let frame = ready!(self.kind.poll_frame(cx));
        if self.forwarded.is_some() {
            self.note(frame.as_ref().map(|frame| frame.as_ref().map(|_| ())));
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.kind.is_end_stream()
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
