//! Environments of a production account: sandboxes and the release preview.

mod shown;

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::Response;
use countersign_authority::{NewEnvironment, Of, Order, Slice};
use countersign_model::{AccountId, EnvironmentKind};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask};
use crate::given::{Fields, Given, Rule};
use crate::page::{Page, Wanted, cursor};
use crate::problem::Problem;
use crate::shown as answers;
use crate::version::{Held, IfMatch, Versioned};
use shown::{EnvironmentShown, RefreshConsequencesShown, RefreshShown};

const LIST: &str = "environments";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show))
        .routes(routes!(refresh))
        .routes(routes!(consequences))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Environment` reads it")]
struct One {
    /// The environment's id.
    #[param(example = "1234567_SB1", pattern = "^[0-9A-Z]+(_[0-9A-Z]+)?$", max_length = 32)]
    environment: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next` of the part before.
    cursor: Option<String>,
}

/// A new environment. Without an id it has the first one of its kind that is free
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEnvironment)]
struct EnvironmentGiven {
    /// Its kind; without, that of the id, else a sandbox.
    kind: Option<KindGiven>,
    /// Its id.
    #[schema(example = "1234567_SB1", pattern = "^[0-9A-Z]+_[0-9A-Z]+$", max_length = 32)]
    id: Option<String>,
}

/// A kind of environment.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[schema(as = NewEnvironmentKind)]
#[serde(rename_all = "kebab-case")]
enum KindGiven {
    /// For trying things out.
    Sandbox,
    /// For the release that comes next.
    ReleasePreview,
}

impl EnvironmentGiven {
    fn read(self) -> Result<NewEnvironment, Problem> {
        let mut fields = Fields::default();
        let id = self.id.map(|id| {
            let read = AccountId::parse(&id);
            fields.read("id", read.map_err(|fault| Rule::new("invalid-environment-id", &fault)))
        });
        let kind = self.kind.map(|kind| match kind {
            KindGiven::Sandbox => EnvironmentKind::Sandbox,
            KindGiven::ReleasePreview => EnvironmentKind::ReleasePreview,
        });
        fields.whole(Some(NewEnvironment { kind, id: id.flatten() }))
    }
}

/// The id of the environment that a path names.
struct Environment(AccountId);

impl FromRequestParts<Arc<Office>> for Environment {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let unknown = || Problem::new("no-such-account", "there is no such environment here");
        let path = RawPathParams::from_request_parts(parts, office).await.map_err(|_| unknown())?;
        let id = path.iter().find(|(name, _)| *name == "environment").map(|(_, id)| id);
        id.and_then(|id| AccountId::parse(id).ok()).map(Self).ok_or_else(unknown)
    }
}

/// The environments of the account, oldest first
#[utoipa::path(get, path = "/environments", tag = "environments",
    operation_id = "listEnvironments", params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<EnvironmentShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let Wanted { after, most } = Wanted::of(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let after = after.map(|after| u32::try_from(after).unwrap_or(u32::MAX));
    let slice = Slice { after, most, order: Order::OldestFirst };
    let part = ask.authority().list_environments(&ask.by, slice).await?;
    let last = part.rows.last().filter(|_| part.more);
    let next = last.map(|last| cursor(LIST, last.number.0.into()));
    answers::plain(&Page { items: part.rows.iter().map(EnvironmentShown::from).collect(), next })
}

/// Create a sandbox or a release preview, as a copy of the account without its tokens
#[utoipa::path(post, path = "/environments", tag = "environments",
    operation_id = "createEnvironment", params(InAccount), request_body = EnvironmentGiven,
    responses((status = 201, description = "It was made", body = RefreshShown)))]
async fn create(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<EnvironmentGiven>,
) -> Result<Response, Problem> {
    let made = ask.authority().create_environment(&ask.by, new.read()?).await?;
    let path = format!("accounts/{account}/environments/{}", made.account.id);
    answers::made(&path, made.account.version, &RefreshShown::from(&made))
}

/// An environment
#[utoipa::path(get, path = "/environments/{environment}", tag = "environments",
    operation_id = "getEnvironment", params(InAccount, One),
    responses((status = 200, description = "It", body = EnvironmentShown)))]
async fn show(ask: Ask, Environment(id): Environment, held: Held) -> Result<Response, Problem> {
    let account = ask.authority().get_environment(&ask.by, &id).await?;
    answers::row_unless(&held, account.version, &EnvironmentShown::from(&account))
}

/// Make an environment a copy of the account again. Every token that it had ends; what only it had
/// is gone
#[utoipa::path(post, path = "/environments/{environment}/refresh", tag = "environments",
    operation_id = "refreshEnvironment", params(InAccount, One, Versioned),
    responses((status = 200, description = "As it is now", body = RefreshShown)))]
async fn refresh(
    ask: Ask,
    Environment(id): Environment,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let refreshed = ask.authority().refresh_environment(&ask.by, &id, version).await?;
    answers::row(refreshed.account.version, &RefreshShown::from(&refreshed))
}

/// Which tokens a refresh would end, and when they were last used. Nothing is changed
#[utoipa::path(get, path = "/environments/{environment}/consequences", tag = "environments",
    operation_id = "getRefreshConsequences", params(InAccount, One),
    responses((status = 200, description = "What would end", body = RefreshConsequencesShown)))]
async fn consequences(ask: Ask, Environment(id): Environment) -> Result<Response, Problem> {
    let account = ask.authority().get_environment(&ask.by, &id).await?;
    let told = ask.authority().consequences(&ask.by, Of::Refresh(account.number)).await?;
    answers::plain(&RefreshConsequencesShown::from(&told))
}
