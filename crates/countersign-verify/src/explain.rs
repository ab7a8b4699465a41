//! The port through which a refusal is explained, after the answer is decided.

use async_trait::async_trait;

use crate::{RefusedAttempt, SignedRequest};

/// Finds out what a client did wrong.
#[async_trait]
pub trait Explainer: Send + Sync {
    /// Explains `attempt`, made by `request`. `None` where there is nothing to say.
    async fn explain(
        &self,
        attempt: &RefusedAttempt,
        request: &SignedRequest<'_>,
    ) -> Option<Explanation>;
}

/// What went wrong, and what to do. Holds no secret and no text of a stranger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The codes of the mistakes that were found, in the order they were made.
    pub codes: Vec<String>,
    /// Whether the client's own signature was reproduced: a fact, not a guess.
    pub certain: bool,
    /// What the client did.
    pub sentence: String,
    /// What to change.
    pub fix: String,
    /// The base string that counts, where it could be built.
    pub expected: Option<String>,
    /// The base string that the client signed, where it was reproduced.
    pub signed: Option<String>,
}
