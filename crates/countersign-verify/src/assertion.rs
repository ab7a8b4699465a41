//! The port through which an upstream is told, signed, who was admitted.

use std::sync::Arc;

use countersign_model::Timestamp;

use crate::Principal;

/// Makes signed assertions of who acts.
pub trait Assertions: Send + Sync {
    /// An assertion that `principal` was admitted, for the upstream that calls itself `audience`.
    /// ASCII without spaces: a header's value as it is.
    ///
    /// Asked for each admitted request, on the thread that serves it: it waits for nothing. For the
    /// same principal and audience it gives the same text for 30 seconds, unless what the text
    /// says, or the key that signs, has changed since. What it keeps is bounded.
    ///
    /// `None` where no key of ours can be opened. The request must not be forwarded then: an
    /// upstream that checks assertions would refuse it, and another must not learn to do without.
    fn assertion(&self, principal: &Principal, audience: &str, now: Timestamp) -> Option<Arc<str>>;
}
