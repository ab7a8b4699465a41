//! An explanation as it is kept, and where.

use async_trait::async_trait;
use countersign_model::Timestamp;
use serde::{Deserialize, Serialize};

use countersign_authority::{Owner, StoreFault};

/// Where explanations are kept.
#[async_trait]
pub trait ExplanationStore: Send + Sync {
    /// Keeps an explanation, and forgets the oldest of the same account beyond `most`. Those of
    /// nobody count as one account's.
    async fn keep_explanation(
        &self,
        explanation: &KeptExplanation,
        most: u64,
    ) -> Result<(), StoreFault>;

    /// The explanation with a reference.
    async fn find_explanation(
        &self,
        reference: &str,
    ) -> Result<Option<KeptExplanation>, StoreFault>;

    /// Forgets all from before that time, that time included; gives their number.
    async fn forget_explanations(&self, until: Timestamp) -> Result<u64, StoreFault>;
}

/// What is known about one refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptExplanation {
    /// Under which its caller can ask about it.
    pub reference: String,
    /// When it was refused.
    pub at: Timestamp,
    /// Whose it is.
    pub owner: Owner,
    /// What its owner is told.
    pub told: Told,
}

/// What the owner of a refusal is told. Never a secret, and no text of a caller that a terminal
/// would act upon.
///
/// Kept as one document, since nobody asks for a part of it: members are added, never changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The official detail.
    pub detail: String,
    /// What is wrong, by name.
    pub codes: Vec<String>,
    /// The client's signature was reproduced.
    pub certain: bool,
    /// The signature itself is the right one.
    pub signature_is_right: bool,
    /// What the client did.
    pub sentence: String,
    /// What to change.
    pub fix: String,
    /// The method.
    pub method: String,
    /// Scheme, host and path, as far as they are known; never the query.
    pub url: String,
    /// The peer's address.
    pub source: String,
    /// The user agent.
    pub user_agent: Option<String>,
    /// The base string that counts.
    pub expected: Option<String>,
    /// The base string that the client signed, where it was reproduced.
    pub signed: Option<String>,
    /// The first byte in which the two differ.
    pub first_difference: Option<u64>,
    /// Timestamp minus our time, where the request had one.
    pub clock_skew_seconds: Option<i64>,
    /// The first use of a nonce that was used again.
    pub nonce_first_seen: Option<FirstSeen>,
}

/// The first use of a nonce.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstSeen {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// The peer's address.
    pub from: String,
}
