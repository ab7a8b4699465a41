//! Attempts on their way to the trail: counted, and told to whoever has log lines of this kind.
//!
//! There is no line for each request otherwise: the trail has a row or a count of every attempt,
//! and metrics have the sums.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use countersign_model::{Timestamp, without_secrets};
use countersign_telemetry::metrics::{self, AttemptMetrics};
use countersign_verify::{
    Admitted, AttemptSink, Caller, Refusal, RefusedAttempt, Surface, TrailUnwritable,
};
use tracing::Level;

/// The target of its lines: `COUNTERSIGN_LOG=info,countersign::attempts=debug` shows refusals, and
/// `=trace` admissions, too.
const TARGET: &str = "countersign::attempts";

/// Counts what `trail` takes.
pub(crate) struct Counted {
    trail: Arc<dyn AttemptSink>,
    metrics: AttemptMetrics,
}

impl Counted {
    pub(crate) fn new(trail: Arc<dyn AttemptSink>, metrics: AttemptMetrics) -> Self {
        Self { trail, metrics }
    }

    fn count(&self, refusal: Refusal) {
        self.metrics.refused(refusal.detail().as_str(), refusal.code().as_str());
    }
}

#[async_trait]
impl AttemptSink for Counted {
    async fn refused(&self, attempt: RefusedAttempt) -> Result<(), TrailUnwritable> {
        let refusal = attempt.refused.refusal;
        let is_told = tracing::enabled!(target: TARGET, Level::DEBUG);
        let told = is_told.then(|| (attempt.reference, attempt.caller.clone()));
        let recorded = self.trail.refused(attempt).await;
        match recorded {
            Ok(()) => self.count(refusal),
            Err(TrailUnwritable) => self.metrics.unrecorded(),
        }
        if let Some((reference, caller)) = told {
            let Line { source, surface, method, path } = Line::of(&caller);
            let (code, detail) = (refusal.code().as_str(), refusal.detail().as_str());
            let recorded = recorded.is_ok();
            tracing::debug!(
                target: TARGET,
                %reference, code, detail, %source, surface, method, path, recorded,
                "refused"
            );
        }
        recorded
    }

    fn admitted(&self, attempt: Admitted) -> Result<(), TrailUnwritable> {
        let surface = attempt.caller.surface;
        if tracing::enabled!(target: TARGET, Level::TRACE) {
            let Line { source, surface, method, path } = Line::of(&attempt.caller);
            let principal = &attempt.admission.principal;
            let (account, token) = (principal.account.0, principal.token.0);
            tracing::trace!(
                target: TARGET,
                account, token, %source, surface, method, path,
                "admitted"
            );
        }
        let recorded = self.trail.admitted(attempt);
        match recorded {
            Ok(()) => self.metrics.admitted(label(surface)),
            Err(TrailUnwritable) => self.metrics.unrecorded(),
        }
        recorded
    }

    fn malformed(&self, source: IpAddr, at: Timestamp) {
        self.metrics.malformed();
        tracing::debug!(target: TARGET, %source, "no HTTP");
        self.trail.malformed(source, at);
    }
}

/// Who called, for a line. A client may have put a secret into a path.
struct Line {
    source: IpAddr,
    surface: &'static str,
    method: String,
    path: String,
}

impl Line {
    fn of(caller: &Caller) -> Self {
        Self {
            source: caller.source,
            surface: caller.surface.as_str(),
            method: without_secrets(&caller.method),
            path: without_secrets(&caller.path),
        }
    }
}

fn label(surface: Surface) -> metrics::Surface {
    match surface {
        Surface::Restlet => metrics::Surface::Restlet,
        Surface::Rest => metrics::Surface::Rest,
        Surface::Soap => metrics::Surface::Soap,
    }
}
