//! A new secret for a token, beside the old one for a time.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::RotatedSecret;
use countersign_model::TokenNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{One, TokenShown};
use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Ask, Numbers};
use crate::given::Given;
use crate::problem::Problem;
use crate::shown::{self as answers, Secret};
use crate::version::{IfMatch, Versioned};

pub(super) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(rotate)).routes(routes!(end_rotation))
}

/// For how long an old secret works beside the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecretOverlap)]
struct OverlapGiven {
    /// So many seconds: a minute to 90 days; 0: the old one is refused at once.
    #[schema(minimum = 0, maximum = 7776000, example = 604800)]
    overlap: i64,
}

/// The new secret of a token, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = RotatedSecret)]
struct RotatedShown {
    /// Its number in the account. Its token ID stays.
    #[schema(minimum = 1)]
    token: u32,
    /// The new token secret. It is never shown again.
    #[schema(value_type = String)]
    token_secret: Secret,
    /// Until when the old one works; null: it is refused already.
    #[schema(value_type = Option<String>, format = DateTime)]
    retires_at: Option<String>,
    /// The version that the token has now.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&RotatedSecret> for RotatedShown {
    fn from(rotated: &RotatedSecret) -> Self {
        Self {
            token: rotated.number.0,
            token_secret: Secret::new(&rotated.token_secret.reveal()),
            retires_at: rotated.until.map(|until| until.to_string()),
            version: rotated.version.0,
        }
    }
}

/// Give a token a new secret beside the old one, which works until the overlap is over; the new one
/// is in this answer only
#[utoipa::path(post, path = "/tokens/{token}/rotate-secret", tag = "tokens",
    operation_id = "rotateTokenSecret", params(InAccount, One, Versioned),
    request_body = OverlapGiven,
    responses((status = 200, description = "The new secret", body = RotatedShown)))]
async fn rotate(
    ask: Ask,
    Numbers([number]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(OverlapGiven { overlap }): Given<OverlapGiven>,
) -> Result<Response, Problem> {
    let number = TokenNumber(number);
    let rotated = ask.authority().rotate_token_secret(&ask.by, number, version, overlap).await?;
    answers::row(rotated.version, &RotatedShown::from(&rotated))
}

/// End the time of a token's old secret: it is refused from the next request on
#[utoipa::path(post, path = "/tokens/{token}/end-rotation", tag = "tokens",
    operation_id = "endTokenRotation", params(InAccount, One, Versioned),
    responses((status = 200, description = "The token as it is now", body = TokenShown)))]
async fn end_rotation(
    ask: Ask,
    Numbers([number]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let number = TokenNumber(number);
    ask.authority().end_secret_rotation(&ask.by, number, version).await?;
    let row = ask.authority().get_token(&ask.by, number).await?;
    answers::row(row.version, &TokenShown::from(&row))
}
