//! The port through which a refusal is explained, after its answer is decided.

use std::pin::Pin;

use countersign_signing::diagnose::Explanation;

use crate::{RefusedAttempt, SignedRequest};

/// Finds out what a client did wrong, in its own time.
pub trait Explainer: Send + Sync {
    /// Takes in a refusal that was recorded, and returns at once: whatever is needed of what came
    /// later is copied. `upstream` is the host behind the gate, which the client may have signed
    /// for. `None` where this refusal is not going to be explained.
    fn take(
        &self,
        attempt: &RefusedAttempt,
        came: &Came<'_>,
        upstream: Option<&str>,
    ) -> Option<Explaining>;
}

/// A refused request, as far as it explains the refusal.
#[derive(Clone, Copy)]
pub struct Came<'r> {
    /// What the verdict saw of it.
    pub request: SignedRequest<'r>,
    /// Its body, where that is no form and was read: some clients sign it.
    pub body: Option<&'r [u8]>,
}

impl<'r> From<SignedRequest<'r>> for Came<'r> {
    fn from(request: SignedRequest<'r>) -> Self {
        Self { request, body: None }
    }
}

/// An explanation that is on its way; `None` where nothing was found to say. It is made whether or
/// not anybody waits for it.
pub type Explaining = Pin<Box<dyn Future<Output = Option<Explanation>> + Send>>;
