//! Spans of requests, of which a coin makes most never exist.
//!
//! Whoever walks a request draws with [`Coin::falls`] and makes the span of what it says with
//! [`request`]; the steps of the walk are made with [`step`] below it. Where the coin says no, all
//! of them are [`Span::none`], which costs nothing. Where nobody collects traces the coin is
//! [`Coin::never`].
//!
//! What the caller sends as `traceparent` is not looked at: a stranger must not choose what is
//! sampled, nor join our spans to a trace of theirs.
//!
//! A span holds no id of ours, no address, no query and no header: only what kind of request it
//! was, and how it ended.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tracing::Span;
use tracing::field::Empty;

/// The target of all spans here: what collects them looks for nothing else, and what writes log
/// lines leaves them out.
pub const TARGET: &str = "countersign::trace";

/// Decides which requests are traced, in a few nanoseconds.
#[derive(Debug)]
pub struct Coin {
    /// Of 2^32; at the end of the range always.
    share: u64,
    state: AtomicU64,
}

/// The whole range: always.
const ALWAYS: u64 = 1 << 32;

impl Coin {
    /// Falls for that share of the requests: 0 never, 1 always. What is no number is never. `seed`
    /// only keeps two servers from tracing the same ones.
    pub fn new(share: f64, seed: u64) -> Self {
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        // In range, and rounded to a whole number.
        Self { share: (share * ALWAYS as f64) as u64, state: AtomicU64::new(seed) }
    }

    /// Never falls.
    pub const fn never() -> Self {
        Self { share: 0, state: AtomicU64::new(0) }
    }

    /// Whether this request is traced.
    pub fn falls(&self) -> bool {
        match self.share {
            0 => false,
            ALWAYS => true,
            share => mixed(self.state.fetch_add(STEP, Relaxed)) >> 32 < share,
        }
    }
}

/// Odd, so that every number comes once before one comes again (SplitMix64).
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// SplitMix64's last part. Good numbers; nobody must not guess them.
fn mixed(state: u64) -> u64 {
    let mut it = state;
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

/// The span of a request, where `coin` falls for it.
pub fn request(coin: &Coin, method: &str) -> Span {
    if !coin.falls() {
        return Span::none();
    }
    tracing::info_span!(
        target: TARGET,
        parent: None,
        "request",
        otel.kind = "server",
        http.request.method = known_method(method),
        http.response.status_code = Empty,
        countersign.route = Empty,
        countersign.outcome = Empty,
    )
}

/// A step of a request's walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Reading a form.
    Form,
    /// The verdict, and remembering.
    Decide,
    /// Recording a refusal.
    Record,
    /// The upstream, up to the head of its answer.
    Upstream,
    /// An own path.
    Own,
}

/// The span of a step below `request`, where that is traced.
pub fn step(request: &Span, step: Step) -> Span {
    if request.is_none() {
        return Span::none();
    }
    match step {
        Step::Form => tracing::info_span!(target: TARGET, parent: request, "form"),
        Step::Decide => tracing::info_span!(target: TARGET, parent: request, "decide"),
        Step::Record => tracing::info_span!(target: TARGET, parent: request, "record"),
        Step::Upstream => tracing::info_span!(
            target: TARGET,
            parent: request,
            "upstream",
            otel.kind = "client",
        ),
        Step::Own => tracing::info_span!(target: TARGET, parent: request, "own"),
    }
}

/// Adds how a request ended: its route, its status, and `admitted`, `answered`, or the code of its
/// refusal.
pub fn ended(request: &Span, route: &'static str, status: u16, outcome: &'static str) {
    if request.is_none() {
        return;
    }
    request.record("countersign.route", route);
    request.record("http.response.status_code", status);
    request.record("countersign.outcome", outcome);
}

/// A stranger's own method is not written down: as OpenTelemetry wants it.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

#[cfg(test)]
mod tests;
