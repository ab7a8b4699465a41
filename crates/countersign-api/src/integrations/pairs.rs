//! Consumer pairs of integrations: replaced at once, or with an overlap.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{CreatedIntegration, Rotation};
use countersign_model::{InstallationId, Overlap};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{IntegrationShown, One, edition};
use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::problem::Problem;
use crate::shown::{self as answers, Secret};
use crate::tokens::TokenShown;
use crate::version::{IfMatch, Versioned};

pub(super) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(reset_credentials))
        .routes(routes!(rotate_credentials))
        .routes(routes!(end_rotation))
        .routes(routes!(show_rotation))
}

/// A consumer pair, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsumerPair)]
pub(super) struct PairShown {
    /// The integration's number in the account.
    #[schema(minimum = 1)]
    integration: u32,
    /// The consumer key.
    consumer_key: String,
    /// The consumer secret. It is never shown again.
    #[schema(value_type = String)]
    consumer_secret: Secret,
}

impl From<&CreatedIntegration> for PairShown {
    fn from(created: &CreatedIntegration) -> Self {
        Self {
            integration: created.installation.0,
            consumer_key: created.consumer_key.to_string(),
            consumer_secret: Secret::new(&created.consumer_secret.reveal()),
        }
    }
}

/// For how long an old pair works beside the new one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Overlap)]
struct OverlapGiven {
    /// So many seconds: a minute to 90 days.
    #[schema(minimum = 60, maximum = 7776000, example = 604800)]
    overlap: i64,
}

impl OverlapGiven {
    fn read(&self) -> Result<Overlap, Problem> {
        let mut fields = Fields::default();
        let overlap = fields.read("overlap", Overlap::seconds(self.overlap).map_err(Rule::of));
        fields.whole(overlap)
    }
}

/// Where a rotation stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Rotation)]
struct RotationShown {
    /// The integration's number in the account.
    #[schema(minimum = 1)]
    integration: u32,
    /// Until when the old pair works; null: there is one pair only.
    #[schema(value_type = Option<String>, format = DateTime)]
    retiring_until: Option<String>,
    /// How many tokens it has that are not revoked: in all accounts, for its owner.
    #[schema(minimum = 0)]
    tokens: u64,
    /// Of these so many were last used with an old pair.
    #[schema(minimum = 0)]
    signing_with_old: u64,
    /// The first of them, in this account.
    first: Vec<TokenShown>,
}

impl RotationShown {
    fn of(integration: u32, rotation: &Rotation) -> Self {
        Self {
            integration,
            retiring_until: rotation.until.map(|until| until.to_string()),
            tokens: rotation.tokens,
            signing_with_old: rotation.signing_with_old,
            first: rotation.first.iter().map(TokenShown::from).collect(),
        }
    }
}

/// Replace the consumer key and secret, at once; the new ones are in this answer only
#[utoipa::path(post, path = "/integrations/{integration}/reset-credentials", tag = "integrations",
    operation_id = "resetCredentials", params(InAccount, One, Versioned),
    responses((status = 200, description = "The new pair", body = PairShown)))]
async fn reset_credentials(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let made = ask.authority().reset_credentials(&ask.by, InstallationId(id), version).await?;
    answers::after(version, &PairShown::from(&made))
}

/// Make a new consumer key and secret beside the old ones, which work until the overlap is over;
/// the new ones are in this answer only
#[utoipa::path(post, path = "/integrations/{integration}/rotate-credentials",
    tag = "integrations", operation_id = "rotateCredentials", params(InAccount, One, Versioned),
    request_body = OverlapGiven,
    responses((status = 200, description = "The new pair", body = PairShown)))]
async fn rotate_credentials(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(given): Given<OverlapGiven>,
) -> Result<Response, Problem> {
    let (id, overlap) = (InstallationId(id), given.read()?);
    let made = ask.authority().rotate_credentials(&ask.by, id, version, overlap).await?;
    answers::after(version, &PairShown::from(&made))
}

/// End a rotation before its time: the old pair is refused from the next request on
#[utoipa::path(post, path = "/integrations/{integration}/end-rotation", tag = "integrations",
    operation_id = "endRotation", params(InAccount, One, Versioned),
    responses((status = 200, description = "As it is now", body = IntegrationShown)))]
async fn end_rotation(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let id = InstallationId(id);
    ask.authority().end_rotation(&ask.by, id, version).await?;
    let row = ask.authority().get_integration(&ask.by, id).await?;
    answers::row(edition(&row), &IntegrationShown::from(&row))
}

/// Who signs with the old consumer pair still. All tokens of the integration are gone through
#[utoipa::path(get, path = "/integrations/{integration}/rotation", tag = "integrations",
    operation_id = "getRotation", params(InAccount, One),
    responses((status = 200, description = "Where it stands", body = RotationShown)))]
async fn show_rotation(ask: Ask, Numbers([id]): Numbers<1>) -> Result<Response, Problem> {
    let rotation = ask.authority().get_rotation(&ask.by, InstallationId(id)).await?;
    answers::plain(&RotationShown::of(id, &rotation))
}
