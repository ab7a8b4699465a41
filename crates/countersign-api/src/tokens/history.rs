//! What is told of a token's past: who made it, when and how it was used, when it ran out.

use countersign_authority::{TokenUse, UseMark};
use countersign_model::{Lapsed, Stamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::events::ActorShown;

/// Who did something, and when.
#[derive(Serialize, ToSchema)]
#[schema(as = Stamp)]
pub(super) struct StampShown {
    /// When.
    #[schema(format = DateTime, example = "2027-01-15T08:00:00Z")]
    at: String,
    /// Who.
    by: ActorShown,
}

impl From<Stamp> for StampShown {
    fn from(stamp: Stamp) -> Self {
        Self { at: stamp.at.to_string(), by: stamp.by.into() }
    }
}

/// A token has run out.
#[derive(Serialize, ToSchema)]
#[schema(as = Lapsed)]
pub(super) struct LapsedShown {
    /// From when on.
    #[schema(format = DateTime, example = "2027-01-15T08:00:00Z")]
    at: String,
    /// Why: `age` or `idle`.
    why: &'static str,
}

impl From<Lapsed> for LapsedShown {
    fn from(lapsed: Lapsed) -> Self {
        Self { at: lapsed.at.to_string(), why: lapsed.why.as_str() }
    }
}

/// How a token was used: admitted requests only.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenUse)]
pub(super) struct UseShown {
    /// How often.
    #[schema(minimum = 1)]
    count: u64,
    /// The last time.
    #[schema(format = DateTime, example = "2027-01-15T08:00:00Z")]
    at: String,
    /// From where, then.
    #[schema(example = "192.0.2.7")]
    from: String,
    /// The last time with a token secret beside which there was a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_old_secret: Option<MarkShown>,
    /// The last time with a consumer pair beside which there was a newer one.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_old_pair: Option<MarkShown>,
}

impl From<&TokenUse> for UseShown {
    fn from(used: &TokenUse) -> Self {
        Self {
            count: used.count,
            at: used.last.at.to_string(),
            from: used.last.source.to_string(),
            with_old_secret: used.retiring_secret.map(MarkShown::from),
            with_old_pair: used.retiring_pair.map(MarkShown::from),
        }
    }
}

/// A use.
#[derive(Serialize, ToSchema)]
#[schema(as = UseMark)]
struct MarkShown {
    /// When.
    #[schema(format = DateTime, example = "2027-01-15T08:00:00Z")]
    at: String,
    /// From where.
    #[schema(example = "192.0.2.7")]
    from: String,
}

impl From<UseMark> for MarkShown {
    fn from(mark: UseMark) -> Self {
        Self { at: mark.at.to_string(), from: mark.source.to_string() }
    }
}
