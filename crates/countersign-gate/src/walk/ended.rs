//! What is counted and told of a connection whose client did not do its part.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use countersign_telemetry::metrics::Limit;

use super::Connection;
use crate::body::{BodyFault, ClientFault, FaultSink};
use crate::gate::Shared;
use crate::notices::{Cause, Example};

impl Connection {
    /// The connection has ended with this error.
    pub(crate) fn has_ended(&self, error: &hyper::Error) {
        tracing::debug!(%error, "a connection ended with an error");
        if error.is_parse_too_large() {
            self.gate.metrics.limited(Limit::HeadSize);
            self.count_malformed(Cause::HeadSize);
        } else if error.is_parse() || breaks_http2(error) {
            self.count_malformed(Cause::Malformed);
        } else if error.is_timeout() {
            self.gate.metrics.limited(Limit::HeadTime);
        } else if is_write_timeout(error) {
            self.takes_nothing();
        }
    }

    /// Nothing of an answer was taken for too long.
    pub(crate) fn takes_nothing(&self) {
        self.gate.metrics.limited(Limit::AnswerTime);
        self.tell(Cause::AnswerTime);
    }

    /// A head that had begun was answered with 408.
    pub(crate) fn is_too_slow(&self) {
        self.tell(Cause::HeadTime);
    }

    /// A body has ended early.
    pub(super) fn body_ended(&self, fault: ClientFault) {
        self.gate.body_ended(fault, self.direct.source);
    }

    /// Is told how a body ends that somebody else reads.
    pub(super) fn sender(&self) -> Arc<dyn FaultSink> {
        Arc::new(Sender { gate: Arc::clone(&self.gate), source: self.direct.source })
    }

    fn count_malformed(&self, cause: Cause) {
        self.gate.count_malformed(cause, self.direct.source);
    }

    /// Tells what its client has done, whoever sends on it.
    fn tell(&self, cause: Cause) {
        self.gate.notices.tell(cause, &Example::from(self.direct.source));
    }
}

/// Who sends a body.
struct Sender {
    gate: Arc<Shared>,
    source: IpAddr,
}

impl FaultSink for Sender {
    fn body_ended_early(&self, fault: &BodyFault) {
        self.gate.body_ended(fault.into(), self.source);
    }
}

impl Shared {
    fn body_ended(&self, fault: ClientFault, source: IpAddr) {
        match fault {
            ClientFault::Malformed => self.count_malformed(Cause::Malformed, source),
            ClientFault::Idle => {
                self.metrics.limited(Limit::Idle);
                self.notices.tell(Cause::Idle, &Example::from(source));
            }
            ClientFault::Gone => {}
        }
    }

    /// Counts bytes that are no HTTP, have no one reading, or are too many.
    fn count_malformed(&self, cause: Cause, source: IpAddr) {
        self.attempts.malformed(source, self.clock.now());
        self.notices.tell(cause, &Example::from(source));
    }
}

/// Whether HTTP/2 has ended because of what the client sent, not because it left or was too slow.
fn breaks_http2(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<h2::Error>());
    source.is_some_and(|error| error.is_go_away() && error.is_library())
}

/// Whether the client's socket took nothing for too long: only then a write ends so.
fn is_write_timeout(error: &hyper::Error) -> bool {
    let source = error.source();
    let of_http1 = source.and_then(|source| source.downcast_ref::<io::Error>());
    let of_http2 = source.and_then(|source| source.downcast_ref::<h2::Error>()?.get_io());
    of_http1.or(of_http2).is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
}
