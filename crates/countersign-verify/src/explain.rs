//! The port through which a refusal is explained, after the answer is decided.

use async_trait::async_trait;

use countersign_signing::diagnose::Explanation;

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
