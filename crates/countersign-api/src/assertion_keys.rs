//! The keys that sign assertions for upstreams. They belong to the deployment, to no account.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{PublishedKey, TakeOver};
use countersign_model::AssertionKeyState;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Office;
use crate::ask::Ask;
use crate::given::Given;
use crate::problem::Problem;
use crate::shown;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list, rotate))
}

/// How another key takes over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Rotation)]
struct RotationGiven {
    /// When it signs.
    take_over: TakeOverGiven,
}

/// When another key signs.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = TakeOver)]
#[serde(rename_all = "kebab-case")]
enum TakeOverGiven {
    /// When every upstream has had time to learn it.
    AfterOverlap,
    /// At once; the old one stays published until what it signed is over.
    AtOnce,
    /// At once, and every other key is withdrawn: somebody else may know one.
    Alone,
}

impl From<TakeOverGiven> for TakeOver {
    fn from(given: TakeOverGiven) -> Self {
        match given {
            TakeOverGiven::AfterOverlap => Self::AfterOverlap,
            TakeOverGiven::AtOnce => Self::AtOnce,
            TakeOverGiven::Alone => Self::Alone,
        }
    }
}

/// The published keys, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = AssertionKeys)]
struct KeysShown {
    /// Each of them.
    keys: Vec<KeyShown>,
}

/// A key that is published.
#[derive(Serialize, ToSchema)]
#[schema(as = AssertionKey)]
struct KeyShown {
    /// Its number.
    #[schema(minimum = 1)]
    key: u32,
    /// What `kid` says.
    key_id: String,
    /// What it is for.
    state: KeyStateShown,
    /// Since when it signs, or from when.
    #[schema(format = DateTime)]
    signs_from: String,
    /// Until when it is published, if that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
}

/// What a key is for.
#[derive(Serialize, ToSchema)]
#[schema(as = AssertionKeyState)]
#[serde(rename_all = "kebab-case")]
enum KeyStateShown {
    /// It waits.
    Next,
    /// It signs.
    Current,
    /// It signs no more, and is trusted still.
    Retired,
}

impl From<&PublishedKey> for KeyShown {
    fn from(key: &PublishedKey) -> Self {
        Self {
            key: key.number.0,
            key_id: key.key_id.clone(),
            state: match key.state {
                AssertionKeyState::Next => KeyStateShown::Next,
                AssertionKeyState::Current => KeyStateShown::Current,
                AssertionKeyState::Retired => KeyStateShown::Retired,
            },
            signs_from: key.signs_from.to_string(),
            until: key.until.map(|until| until.to_string()),
        }
    }
}

async fn keys(ask: &Ask) -> Result<Response, Problem> {
    let keys = ask.authority().assertion_keys().await?;
    shown::plain(&KeysShown { keys: keys.iter().map(KeyShown::from).collect() })
}

/// The published keys and what each is for
#[utoipa::path(get, path = "/assertion-keys", tag = "assertion keys",
    operation_id = "listAssertionKeys",
    responses((status = 200, description = "The keys", body = KeysShown)))]
async fn list(ask: Ask) -> Result<Response, Problem> {
    keys(&ask).await
}

/// Have another key sign. For the operator
#[utoipa::path(post, path = "/assertion-keys", tag = "assertion keys",
    operation_id = "rotateAssertionKey", request_body = RotationGiven,
    responses((status = 200, description = "The keys as they are now", body = KeysShown)))]
async fn rotate(
    ask: Ask,
    Given(RotationGiven { take_over }): Given<RotationGiven>,
) -> Result<Response, Problem> {
    ask.authority().rotate_assertion_key(&ask.by, take_over.into()).await?;
    keys(&ask).await
}
