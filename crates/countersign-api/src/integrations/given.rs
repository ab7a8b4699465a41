//! What is given of an integration: of a new one, and of one that is edited.

use countersign_authority::{IntegrationEdit, NewIntegration, Patch};
use countersign_model::{AuthenticationSettings, CallbackUrl, ConcurrencyLimit, InstallationState};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::given::{Fields, Rule, patch};
use crate::problem::Problem;
use crate::words;

/// A new integration.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewIntegration)]
pub(super) struct IntegrationGiven {
    /// What people call it.
    #[schema(example = "Orders import", min_length = 1, max_length = 120)]
    name: String,
    /// What it is for.
    #[schema(max_length = 1000)]
    description: Option<String>,
    /// Whether its requests are admitted; without, `enabled`.
    #[serde(default = "enabled")]
    #[schema(schema_with = words::states)]
    state: String,
    /// What the account's administrators note about it.
    #[schema(max_length = 4000)]
    note: Option<String>,
    /// The most requests at a time.
    #[schema(minimum = 1, maximum = 1000000)]
    concurrency_limit: Option<u32>,
    /// Whether its tokens may be made and used; without, they may.
    token_based_authentication: Option<bool>,
    /// Whether tokens come of the authorization flow; without, they do.
    authorization_flow: Option<bool>,
    /// Whether tokens come of the IssueToken endpoint; without, they don't.
    issue_token_endpoint: Option<bool>,
    /// Where the authorization flow may return to.
    #[schema(example = "https://example.com/callback", max_length = 2048)]
    callback_url: Option<String>,
    /// Whether older clients log in with a password; without, they don't.
    user_credentials: Option<bool>,
}

fn enabled() -> String {
    InstallationState::Enabled.as_str().to_owned()
}

impl IntegrationGiven {
    pub(super) fn read(self) -> Result<NewIntegration, Problem> {
        let mut fields = Fields::default();
        let url = self.callback_url.as_deref().map(CallbackUrl::parse).transpose();
        let url = fields.read("callback_url", url.map_err(Rule::of));
        let state = fields.read("state", words::state(&self.state));
        let limit = self.concurrency_limit.map(ConcurrencyLimit::new).transpose();
        let limit = fields.read("concurrency_limit", limit.map_err(Rule::of));
        let new = NewIntegration::named(self.name);
        let usual = new.authentication.clone();
        fields.whole(Some(NewIntegration {
            description: self.description.unwrap_or_default(),
            state: state.unwrap_or(new.state),
            note: self.note.unwrap_or_default(),
            concurrency_limit: limit.flatten(),
            authentication: AuthenticationSettings {
                token_based: self.token_based_authentication.unwrap_or(usual.token_based),
                authorization_flow: self.authorization_flow.unwrap_or(usual.authorization_flow),
                issue_token_endpoint: self
                    .issue_token_endpoint
                    .unwrap_or(usual.issue_token_endpoint),
                callback_url: url.flatten(),
                user_credentials: self.user_credentials.unwrap_or(usual.user_credentials),
            },
            ..new
        }))
    }
}

/// What is to be changed of an integration; what is left out stays. Name, description and how it
/// authenticates are its owner account's to change.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = IntegrationChange)]
pub(super) struct ChangeGiven {
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// What it is for; null empties it.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>, max_length = 1000)]
    description: Patch<String>,
    /// Whether its requests are admitted.
    #[schema(schema_with = words::states)]
    state: Option<String>,
    /// What the account's administrators note about it; null empties it.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>, max_length = 4000)]
    note: Patch<String>,
    /// The most requests at a time; null: as many as come.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1000000)]
    concurrency_limit: Patch<u32>,
    /// Whether its tokens may be made and used.
    token_based_authentication: Option<bool>,
    /// Whether tokens come of the authorization flow.
    authorization_flow: Option<bool>,
    /// Whether tokens come of the IssueToken endpoint.
    issue_token_endpoint: Option<bool>,
    /// Where the authorization flow may return to; null empties it.
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>, max_length = 2048)]
    callback_url: Patch<String>,
    /// Whether older clients log in with a password.
    user_credentials: Option<bool>,
}

impl ChangeGiven {
    pub(super) fn read(self) -> Result<IntegrationEdit, Problem> {
        let mut fields = Fields::default();
        let state = fields.read("state", self.state.as_deref().map(words::state).transpose());
        fields.whole(Some(IntegrationEdit {
            name: self.name,
            description: self.description,
            token_based: self.token_based_authentication,
            authorization_flow: self.authorization_flow,
            issue_token_endpoint: self.issue_token_endpoint,
            callback_url: self.callback_url,
            user_credentials: self.user_credentials,
            state: state.flatten(),
            note: self.note,
            concurrency_limit: self.concurrency_limit,
        }))
    }
}
