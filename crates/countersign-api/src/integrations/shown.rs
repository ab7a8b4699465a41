//! How integrations are shown. No key and no secret: those are seen once.

use countersign_authority::{InstalledIntegration, IntegrationView};
use countersign_model::{AuthenticationSettings, ConcurrencyLimit};
use serde::Serialize;
use utoipa::ToSchema;

use crate::events::ActorShown;
use crate::words;

/// An integration.
#[derive(Serialize, ToSchema)]
#[schema(as = Integration)]
pub(super) struct IntegrationShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    integration: u32,
    /// What people call it.
    #[schema(example = "Orders import")]
    name: String,
    /// What it is for.
    description: Option<String>,
    /// The account that owns it: the only one that may change how it authenticates, or delete it.
    #[schema(example = "1234567")]
    owner: String,
    /// Names the application where no key does; shown to its owner.
    application_id: Option<String>,
    /// Whether its requests are admitted.
    #[schema(schema_with = words::states)]
    state: &'static str,
    /// The day of the last change of the state.
    #[schema(value_type = Option<String>, format = Date)]
    last_state_change: Option<String>,
    /// What the account's administrators note about it.
    note: Option<String>,
    /// The most requests at a time.
    concurrency_limit: Option<u32>,
    /// Whether its tokens may be made and used.
    token_based_authentication: bool,
    /// Whether tokens come of the authorization flow.
    authorization_flow: bool,
    /// Whether tokens come of the IssueToken endpoint.
    issue_token_endpoint: bool,
    /// Where the authorization flow may return to.
    callback_url: Option<String>,
    /// Whether older clients log in with a password.
    user_credentials: bool,
    /// Until when the consumer pair before works.
    #[schema(value_type = Option<String>, format = DateTime)]
    retiring_until: Option<String>,
    /// Whether requests to this API may be signed by its tokens.
    api_access: bool,
    /// When it came to this account.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<String>,
    /// By whom.
    created_by: Option<ActorShown>,
    /// The name of the entity that did, where one integration is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_by_name: Option<String>,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&InstalledIntegration> for IntegrationShown {
    fn from(integration: &InstalledIntegration) -> Self {
        let installation = &integration.installation;
        let settings: &AuthenticationSettings = &integration.authentication;
        Self {
            integration: installation.id.0,
            name: installation.name.clone(),
            description: integration.description.clone(),
            owner: integration.owner_id.to_string(),
            application_id: integration.application_id.as_ref().map(ToString::to_string),
            state: installation.state.as_str(),
            last_state_change: installation.last_state_change.map(|day| day.to_string()),
            note: installation.note.clone(),
            concurrency_limit: installation.concurrency_limit.map(ConcurrencyLimit::get),
            token_based_authentication: settings.token_based,
            authorization_flow: settings.authorization_flow,
            issue_token_endpoint: settings.issue_token_endpoint,
            callback_url: settings.callback_url.as_ref().map(ToString::to_string),
            user_credentials: settings.user_credentials,
            retiring_until: integration.retiring_until.map(|at| at.to_string()),
            api_access: installation.api_access,
            created_at: installation.created.map(|created| created.at.to_string()),
            created_by: installation.created.map(|created| created.by.into()),
            created_by_name: None,
            version: installation.version.0,
        }
    }
}

impl From<&IntegrationView> for IntegrationShown {
    fn from(IntegrationView { integration, created_by }: &IntegrationView) -> Self {
        let created_by_name = created_by.as_ref().map(|(_, name)| name.clone());
        Self { created_by_name, ..integration.into() }
    }
}
