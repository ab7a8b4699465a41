//! Integrations of other accounts, and where an own one is installed.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::InstalledIn;
use countersign_model::{ApplicationId, InstallationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{IntegrationShown, One, edition};
use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::page::{Page, PartQuery};
use crate::problem::Problem;
use crate::{shown, words};

const LIST: &str = "installations";

pub(super) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(install)).routes(routes!(list))
}

/// Which application is to be installed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Application)]
struct ApplicationGiven {
    /// Its application ID, which its owner account is shown.
    #[schema(example = "0F1C2B3A-4D5E-4F60-8172-93A4B5C6D7E8", max_length = 36)]
    application_id: String,
}

impl ApplicationGiven {
    fn read(&self) -> Result<ApplicationId, Problem> {
        let mut fields = Fields::default();
        let id = ApplicationId::parse(&self.application_id);
        let id = id.map_err(|fault| Rule::new("no-such-application", &fault));
        let id = fields.read("application_id", id);
        fields.whole(id)
    }
}

/// Where an integration is installed.
#[derive(Serialize, ToSchema)]
#[schema(as = Installation)]
struct InstallationShown {
    /// The account.
    #[schema(example = "1234567")]
    account: String,
    /// What people call it.
    account_name: String,
    /// The integration's number there.
    #[schema(minimum = 1)]
    integration: u32,
    /// Whether its requests are admitted there.
    #[schema(schema_with = words::states)]
    state: &'static str,
}

impl From<&InstalledIn> for InstallationShown {
    fn from(installed: &InstalledIn) -> Self {
        Self {
            account: installed.account_id.to_string(),
            account_name: installed.account_name.clone(),
            integration: installed.installation.0,
            state: installed.state.as_str(),
        }
    }
}

/// Install an integration that another account owns, by its application ID. It is enabled
#[utoipa::path(post, path = "/integrations/install", tag = "integrations",
    operation_id = "installIntegration", params(InAccount), request_body = ApplicationGiven,
    responses((status = 201, description = "It is installed", body = IntegrationShown)))]
async fn install(
    ask: Ask,
    Account(account): Account,
    Given(given): Given<ApplicationGiven>,
) -> Result<Response, Problem> {
    let id = ask.authority().install_integration(&ask.by, &given.read()?).await?;
    let row = ask.authority().get_integration(&ask.by, id).await?;
    let path = format!("accounts/{account}/integrations/{id}");
    shown::made(&path, edition(&row), &IntegrationShown::from(&row))
}

/// The accounts that have an integration, as its owner sees them
#[utoipa::path(get, path = "/integrations/{integration}/installations", tag = "integrations",
    operation_id = "listInstallations", params(InAccount, One, PartQuery),
    responses((status = 200, description = "A part of the list", body = Page<InstallationShown>)))]
async fn list(ask: Ask<PartQuery>, Numbers([id]): Numbers<1>) -> Result<Response, Problem> {
    let slice = ask.query.slice(LIST)?;
    let part = ask.authority().list_installations(&ask.by, InstallationId(id), slice).await?;
    let last = part.rows.last().filter(|_| part.more).map(|last| last.account.0);
    let items = part.rows.iter().map(InstallationShown::from).collect();
    shown::plain(&Page::of(LIST, items, last))
}
