//! What is told of one server: that it gave no answer, or did not bring one to its end.

use std::error::Error;

use super::UpstreamFault;
use crate::body::{BodyFault, FaultSink};
use crate::notices::{Cause, Example, Notices};

/// The lines on one server. Others have theirs, so that none hides another.
pub(super) struct Complaints {
    host: String,
    notices: Notices,
}

impl Complaints {
    /// On the server at this host and port.
    pub(super) fn of(host: &str) -> Self {
        Self { host: host.to_owned(), notices: Notices::default() }
    }

    /// There is no answer to pass on.
    pub(super) fn no_answer(&self, fault: &UpstreamFault) {
        let cause = match fault {
            UpstreamFault::Unreachable(_) => Cause::UpstreamUnreachable,
            UpstreamFault::Silent => Cause::UpstreamSilent,
            UpstreamFault::Broken(_) | UpstreamFault::Foreign(_) => Cause::UpstreamBroken,
            UpstreamFault::Client(_) => {
                let upstream = &*self.host;
                return tracing::debug!(upstream, %fault, "a request was not sent to its end");
            }
        };
        self.tell(cause, fault);
    }

    fn tell(&self, cause: Cause, fault: &(dyn Error + 'static)) {
        let why = root_cause(fault);
        let upstream = Some(&*self.host);
        self.notices.tell(cause, &Example { upstream, why: Some(&why), ..Example::default() });
    }
}

impl FaultSink for Complaints {
    fn body_ended_early(&self, fault: &BodyFault) {
        let cause = match fault {
            BodyFault::Idle => Cause::UpstreamStalled,
            _ => Cause::UpstreamCutOff,
        };
        self.tell(cause, fault);
    }
}

/// The innermost error: what the library or the system says.
pub(super) fn root_cause(fault: &(dyn Error + 'static)) -> String {
    let mut cause = fault;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
