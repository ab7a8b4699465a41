//! Integrations of an account.

mod given;
mod installations;
mod pairs;
mod query;
mod shown;

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{InstalledIntegration, IntegrationView};
use countersign_model::{InstallationId, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::Given;
use crate::page::{Page, slice};
use crate::problem::Problem;
use crate::shown as answers;
use crate::version::{Held, IfMatch, Versioned};
use given::{ChangeGiven, IntegrationGiven};
use pairs::PairShown;
use query::ListQuery;
use shown::IntegrationShown;

const LIST: &str = "integrations";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, delete))
        .merge(pairs::routes())
        .merge(installations::routes())
        .routes(routes!(set_api_access))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The integration's number in the account.
    #[param(minimum = 1, example = 1)]
    integration: u32,
}

fn edition(row: &IntegrationView) -> Version {
    row.integration.installation.version
}

/// Whether requests to this API may be signed by tokens of an integration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiAccess)]
struct AccessGiven {
    /// Off on a new record.
    on: bool,
}

/// The integrations of the account that meet all of the criteria, by number
#[utoipa::path(get, path = "/integrations", tag = "integrations",
    operation_id = "listIntegrations", params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<IntegrationShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let slice = slice(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let filter = ask.query.read()?;
    let part = if ask.query.offers_tokens {
        ask.authority().list_offered_integrations(&ask.by, slice).await?
    } else {
        ask.authority().list_integrations(&ask.by, &filter, slice).await?
    };
    let last = part.rows.last().filter(|_| part.more);
    let last = last.map(|last| last.installation.id.0);
    let offered = |row: &&InstalledIntegration| !ask.query.offers_tokens || row.offers_tokens();
    let items = part.rows.iter().filter(offered).map(IntegrationShown::from).collect();
    answers::plain(&Page::of(LIST, items, last))
}

/// Create an integration; its consumer key and secret are in this answer only
#[utoipa::path(post, path = "/integrations", tag = "integrations",
    operation_id = "createIntegration", params(InAccount), request_body = IntegrationGiven,
    responses((status = 201, description = "It was made", body = PairShown)))]
async fn create(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<IntegrationGiven>,
) -> Result<Response, Problem> {
    let made = ask.authority().create_integration(&ask.by, new.read()?).await?;
    let path = format!("accounts/{account}/integrations/{}", made.installation);
    answers::made(&path, Version::FIRST, &PairShown::from(&made))
}

/// An integration
#[utoipa::path(get, path = "/integrations/{integration}", tag = "integrations",
    operation_id = "getIntegration", params(InAccount, One),
    responses((status = 200, description = "The integration", body = IntegrationShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_integration(&ask.by, InstallationId(id)).await?;
    answers::row_unless(&held, edition(&row), &IntegrationShown::from(&row))
}

/// Edit an integration, block or enable it
#[utoipa::path(patch, path = "/integrations/{integration}", tag = "integrations",
    operation_id = "changeIntegration", params(InAccount, One, Versioned),
    request_body = ChangeGiven,
    responses((status = 200, description = "As it is now", body = IntegrationShown)))]
async fn edit(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(change): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    let (id, edit) = (InstallationId(id), change.read()?);
    ask.authority().edit_integration(&ask.by, id, version, edit).await?;
    let row = ask.authority().get_integration(&ask.by, id).await?;
    answers::row(edition(&row), &IntegrationShown::from(&row))
}

/// How many tokens went with an integration.
#[derive(Serialize, ToSchema)]
#[schema(as = IntegrationDeleted)]
struct DeletedShown {
    /// So many tokens were revoked, in all accounts.
    #[schema(minimum = 0)]
    revoked_tokens: u64,
}

/// Delete an integration, in all accounts: its key is unknown from now on, and its tokens revoked
#[utoipa::path(delete, path = "/integrations/{integration}", tag = "integrations",
    operation_id = "deleteIntegration", params(InAccount, One, Versioned),
    responses((status = 200, description = "It is gone", body = DeletedShown)))]
async fn delete(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let id = InstallationId(id);
    let revoked_tokens = ask.authority().delete_integration(&ask.by, id, version).await?;
    answers::plain(&DeletedShown { revoked_tokens })
}

/// Let requests to this API be signed by tokens of an integration, or not. For Administrators
#[utoipa::path(put, path = "/integrations/{integration}/api-access", tag = "integrations",
    operation_id = "setApiAccess", params(InAccount, One, Versioned), request_body = AccessGiven,
    responses((status = 200, description = "As it is now", body = IntegrationShown)))]
async fn set_api_access(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(AccessGiven { on }): Given<AccessGiven>,
) -> Result<Response, Problem> {
    let id = InstallationId(id);
    ask.authority().set_api_access(&ask.by, id, version, on).await?;
    let row = ask.authority().get_integration(&ask.by, id).await?;
    answers::row(edition(&row), &IntegrationShown::from(&row))
}
