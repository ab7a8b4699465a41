//! In `dev`: a word about a client's clock that is off, before it is off by too much.

use countersign_verify::{Caller, Refusal, Refused, is_notable_skew};
use http::Response;
use http::header::{HeaderName, HeaderValue};

use super::Connection;
use crate::Body;
use crate::gate::Mode;

const WARNING: HeaderName = HeaderName::from_static("countersign-warning");

/// What is to be said of the clock of a request's client; most often nothing.
#[must_use]
pub(super) struct ClockWarning(Option<i64>);

impl Connection {
    /// Tells who watches that an admitted request's clock is off by `skew` seconds.
    pub(super) fn watch_clock(&self, caller: &Caller, skew: i64) -> ClockWarning {
        let is_said = self.gate().mode == Mode::Dev && is_notable_skew(skew);
        if let Some(observer) = self.gate().observer.as_ref().filter(|_| is_said) {
            observer.clock_is_off(caller, skew);
        }
        ClockWarning(is_said.then_some(skew))
    }

    /// The same for a refused request, if it says when it was signed. Where that is why it was
    /// refused, who watches is told so anyway.
    pub(super) fn watch_refused_clock(&self, caller: &Caller, refused: &Refused) -> ClockWarning {
        match (refused.refusal, refused.signed_at) {
            (_, None) => ClockWarning(None),
            (Refusal::OutsideWindow(outside), Some(_)) => {
                ClockWarning(Some(outside.skew).filter(|_| self.gate().mode == Mode::Dev))
            }
            (_, Some(signed_at)) => self.watch_clock(caller, caller.skew(signed_at.seconds())),
        }
    }
}

impl ClockWarning {
    /// Nothing.
    pub(super) const NONE: Self = Self(None);

    /// Says it in the answer.
    pub(super) fn add_to(self, response: &mut Response<Body>) {
        let Some(skew) = self.0 else { return };
        if let Ok(value) = HeaderValue::try_from(format!("clock-skew; seconds={skew}")) {
            response.headers_mut().insert(WARNING, value);
        }
    }
}
