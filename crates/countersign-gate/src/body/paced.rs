//! A body from the wire that must show signs of life.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use super::BodyFault;

/// Passes data on as it comes, without trailers, and fails when nothing comes for too long.
pub(crate) struct Paced {
    incoming: Incoming,
    patience: Duration,
    // Made when a read first has to wait; most bodies never do.
    alarm: Option<Pin<Box<Sleep>>>,
    waiting: bool,
    progress: Option<Arc<Progress>>,
    told: Option<Arc<dyn FaultSink>>,
}

/// Is told of the fault that a body ends with.
pub(crate) trait FaultSink: Send + Sync {
    fn body_ended_early(&self, fault: &BodyFault);
}

impl Paced {
    pub(crate) fn new(incoming: Incoming, patience: Duration) -> Self {
        Self { incoming, patience, alarm: None, waiting: false, progress: None, told: None }
    }

    /// Tells `progress` of every frame, and of the fault it ends with.
    pub(crate) fn watched_by(mut self, progress: Arc<Progress>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Tells `sink` of the fault it ends with, if it does.
    pub(crate) fn told_to(mut self, sink: Arc<dyn FaultSink>) -> Self {
        self.told = Some(sink);
        self
    }

    pub(crate) fn poll_frame(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        let frame = match Pin::new(&mut self.incoming).poll_frame(cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                ready!(self.poll_alarm(cx));
                return Poll::Ready(Some(Err(self.note(BodyFault::Idle))));
            }
        };
        self.waiting = false;
        Poll::Ready(match frame {
            Some(Ok(frame)) if frame.is_trailers() => None,
            Some(Ok(frame)) => {
                if let Some(progress) = &self.progress {
                    progress.frames.fetch_add(1, Ordering::Relaxed);
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => Some(Err(self.note(error.into()))),
            None => None,
        })
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }

    fn poll_alarm(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let patience = self.patience;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep(patience)));
        if !self.waiting {
            self.waiting = true;
            alarm.as_mut().reset(Instant::now() + patience);
        }
        alarm.as_mut().poll(cx)
    }

    fn note(&self, fault: BodyFault) -> BodyFault {
        if let Some(progress) = &self.progress {
            let reason = match ClientFault::from(&fault) {
                ClientFault::Idle => IDLE,
                ClientFault::Malformed => MALFORMED,
                ClientFault::Gone => GONE,
            };
            progress.fault.store(reason, Ordering::Release);
        }
        if let Some(sink) = &self.told {
            sink.body_ended_early(&fault);
        }
        fault
    }
}

/// How far a client's body got, for the one who waits for the upstream's answer to it.
#[derive(Default)]
pub(crate) struct Progress {
    frames: AtomicU32,
    fault: AtomicU8,
}

/// Why a client's body ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientFault {
    Idle,
    Malformed,
    Gone,
}

const IDLE: u8 = 1;
const MALFORMED: u8 = 2;
const GONE: u8 = 3;

impl From<&BodyFault> for ClientFault {
    fn from(fault: &BodyFault) -> Self {
        match fault {
            BodyFault::Idle => Self::Idle,
            BodyFault::Malformed(_) => Self::Malformed,
            BodyFault::Broken(_) | BodyFault::Other(_) => Self::Gone,
        }
    }
}

impl Progress {
    pub(crate) fn frames(&self) -> u32 {
        self.frames.load(Ordering::Relaxed)
    }

    pub(crate) fn fault(&self) -> Option<ClientFault> {
        match self.fault.load(Ordering::Acquire) {
            IDLE => Some(ClientFault::Idle),
            MALFORMED => Some(ClientFault::Malformed),
            GONE => Some(ClientFault::Gone),
            _ => None,
        }
    }
}
