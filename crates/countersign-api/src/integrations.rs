//! Integrations of an account.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{CreatedIntegration, IntegrationView, NewIntegration};
use countersign_model::{AuthenticationSettings, CallbackUrl, InstallationId, Version};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::problem::Problem;
use crate::shown::{self, Secret};
use crate::version::{Held, IfMatch, Versioned};
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show, edit))
        .routes(routes!(reset_credentials))
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

/// A new integration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIntegration)]
struct IntegrationGiven {
    /// What people call it.
    #[schema(example = "Orders import", min_length = 1, max_length = 120)]
    name: String,
    /// Whether its tokens may be made and used.
    #[serde(default = "checked")]
    #[schema(default = true)]
    token_based_authentication: bool,
    /// Where the authorization flow may return to.
    #[schema(example = "https://example.com/callback", max_length = 2048)]
    callback_url: Option<String>,
}

/// Checked on a new record.
fn checked() -> bool {
    true
}

impl IntegrationGiven {
    fn read(self) -> Result<NewIntegration, Problem> {
        let mut fields = Fields::default();
        let url = self.callback_url.map(|url| CallbackUrl::parse(&url)).transpose();
        let url = url.map_err(|fault| Rule::new("invalid-callback-url", &fault));
        let callback_url = fields.read("callback_url", url);
        let (name, token_based) = (self.name, self.token_based_authentication);
        fields.whole(callback_url.map(|callback_url| NewIntegration {
            authentication: AuthenticationSettings {
                token_based,
                callback_url,
                ..Default::default()
            },
            ..NewIntegration::named(name)
        }))
    }
}

/// What is to be changed of an integration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IntegrationChange)]
struct ChangeGiven {
    /// Whether its requests are admitted.
    #[schema(schema_with = words::states)]
    state: String,
}

/// Whether requests to this API may be signed by tokens of an integration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApiAccess)]
struct AccessGiven {
    /// Off on a new record.
    on: bool,
}

/// An integration.
#[derive(Serialize, ToSchema)]
#[schema(as = Integration)]
struct IntegrationShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    integration: u32,
    /// What people call it.
    #[schema(example = "Orders import")]
    name: String,
    /// Whether its requests are admitted.
    #[schema(schema_with = words::states)]
    state: &'static str,
    /// Whether its tokens may be made and used.
    token_based_authentication: bool,
    /// Where the authorization flow may return to.
    callback_url: Option<String>,
    /// Whether requests to this API may be signed by its tokens.
    api_access: bool,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&IntegrationView> for IntegrationShown {
    fn from(IntegrationView { integration, .. }: &IntegrationView) -> Self {
        let installation = &integration.installation;
        let AuthenticationSettings { token_based, callback_url, .. } = &integration.authentication;
        Self {
            integration: installation.id.0,
            name: installation.name.clone(),
            state: installation.state.as_str(),
            token_based_authentication: *token_based,
            callback_url: callback_url.as_ref().map(ToString::to_string),
            api_access: installation.api_access,
            version: installation.version.0,
        }
    }
}

/// A consumer pair, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsumerPair)]
struct PairShown {
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
    shown::made(&path, Version::FIRST, &PairShown::from(&made))
}

/// An integration
#[utoipa::path(get, path = "/integrations/{integration}", tag = "integrations",
    operation_id = "getIntegration", params(InAccount, One),
    responses((status = 200, description = "The integration", body = IntegrationShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_integration(&ask.by, InstallationId(id)).await?;
    shown::row_unless(&held, row.integration.installation.version, &IntegrationShown::from(&row))
}

/// Block an integration, or enable it
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
    let mut fields = Fields::default();
    let state = fields.read("state", words::state(&change.state));
    let (id, state) = (InstallationId(id), fields.whole(state)?);
    ask.authority().set_installation_state(&ask.by, id, version, state).await?;
    let row = ask.authority().get_integration(&ask.by, id).await?;
    shown::row(row.integration.installation.version, &IntegrationShown::from(&row))
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
    shown::after(version, &PairShown::from(&made))
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
    shown::row(row.integration.installation.version, &IntegrationShown::from(&row))
}
