//! `countersign integration ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::members::{Members, query};
use super::{Ask, InAccount, Seen};

const FIRST: &[&str] = &["integration", "name", "state", "consumer_key", "consumer_secret"];
const COLUMNS: &[&str] = &["integration", "name", "state", "token_based_authentication", "owner"];

/// `countersign integration ...`
#[derive(Subcommand)]
pub(crate) enum IntegrationCommand {
    /// List the records that meet all of the criteria
    List(ListIntegrations),
    /// Create a record; prints its consumer key and secret, once
    Create(Box<CreateIntegration>),
    /// Show a record
    Show(OneIntegration),
    /// Edit a record. What is not given stays
    Edit(Box<EditIntegration>),
    /// Delete a record, in all accounts: its key is unknown from then on, its tokens revoked
    Delete(ChangeIntegration),
    /// Replace its consumer key and secret, at once; prints the new ones, once. Its tokens stay
    ResetCredentials(ChangeIntegration),
    /// Refuse all requests of an integration
    Block(ChangeIntegration),
    /// Admit its requests again
    Enable(ChangeIntegration),
    /// Let its tokens sign requests to the API of Countersign, for what their roles grant
    AllowApi(ChangeIntegration),
    /// Let them not
    ForbidApi(ChangeIntegration),
}

#[derive(Args)]
pub(crate) struct ListIntegrations {
    /// Only those in this state: enabled, blocked or waiting-for-approval
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only those with this in the name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Only those that the account owns (true), or only the others (false)
    #[arg(long, value_name = "BOOL")]
    owned: Option<bool>,
    /// Only those that a token can be made for (true); also for whoever may make tokens
    #[arg(long, value_name = "BOOL")]
    offers_tokens: Option<bool>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    place: InAccount,
}

/// What a record has besides its name.
#[derive(Args)]
struct Fields {
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Whether its requests are admitted: enabled or blocked
    #[arg(long)]
    state: Option<String>,
    /// What the account's administrators note about it
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The most requests at a time
    #[arg(long, value_name = "N")]
    concurrency_limit: Option<u32>,
    /// Whether its tokens may be made and used
    #[arg(long, value_name = "BOOL")]
    token_based_authentication: Option<bool>,
    /// Whether tokens come of the authorization flow
    #[arg(long, value_name = "BOOL")]
    authorization_flow: Option<bool>,
    /// Whether tokens come of the `IssueToken` endpoint
    #[arg(long, value_name = "BOOL")]
    issue_token_endpoint: Option<bool>,
    /// Where the authorization flow may return to
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Whether older clients log in with a password
    #[arg(long, value_name = "BOOL")]
    user_credentials: Option<bool>,
}

#[derive(Args)]
pub(crate) struct CreateIntegration {
    /// What people call it
    name: String,
    #[command(flatten)]
    fields: Fields,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct EditIntegration {
    /// What people shall call it
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    fields: Fields,
    /// Empty it
    #[arg(long, conflicts_with = "description")]
    no_description: bool,
    /// Empty it
    #[arg(long, conflicts_with = "note")]
    no_note: bool,
    /// As many requests at a time as come
    #[arg(long, conflicts_with = "concurrency_limit")]
    no_concurrency_limit: bool,
    /// Empty it
    #[arg(long, conflicts_with = "callback_url")]
    no_callback_url: bool,
    #[command(flatten)]
    change: ChangeIntegration,
}

#[derive(Args)]
pub(crate) struct OneIntegration {
    /// Its number in the account
    integration: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct ChangeIntegration {
    #[command(flatten)]
    of: OneIntegration,
    #[command(flatten)]
    seen: Seen,
}

impl IntegrationCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::Create(create) => create.run().await,
            Self::Edit(edit) => edit.run().await,
            Self::Delete(change) => {
                let ask = Ask::new(Method::DELETE, row(change.of.integration));
                change.make(ask).await
            }
            Self::Show(OneIntegration { integration, place }) => {
                place.open().await?.ask(Ask::get(row(integration)), FIRST).await
            }
            Self::ResetCredentials(change) => {
                let path = format!("{}/reset-credentials", row(change.of.integration));
                change.make(Ask::new(Method::POST, path)).await
            }
            Self::Block(change) => change.state("blocked").await,
            Self::Enable(change) => change.state("enabled").await,
            Self::AllowApi(change) => change.api_access(true).await,
            Self::ForbidApi(change) => change.api_access(false).await,
        }
    }
}

impl ListIntegrations {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let query = query([
            ("state", self.state),
            ("name", self.name),
            ("owned", self.owned.map(|it| it.to_string())),
            ("offers_tokens", self.offers_tokens.map(|it| it.to_string())),
        ]);
        self.place.open().await?.list("/integrations", &query, self.limit, COLUMNS).await
    }
}

impl Fields {
    fn put(self, members: &mut Members) {
        members.put("description", self.description);
        members.put("state", self.state);
        members.put("note", self.note);
        members.put("concurrency_limit", self.concurrency_limit);
        members.put("token_based_authentication", self.token_based_authentication);
        members.put("authorization_flow", self.authorization_flow);
        members.put("issue_token_endpoint", self.issue_token_endpoint);
        members.put("callback_url", self.callback_url);
        members.put("user_credentials", self.user_credentials);
    }
}

impl CreateIntegration {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", Some(self.name));
        self.fields.put(&mut members);
        let ask = Ask::new(Method::POST, "/integrations").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl EditIntegration {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", self.name);
        self.fields.put(&mut members);
        members.empty("description", self.no_description);
        members.empty("note", self.no_note);
        members.empty("concurrency_limit", self.no_concurrency_limit);
        members.empty("callback_url", self.no_callback_url);
        let ask = Ask::new(Method::PATCH, row(self.change.of.integration)).with(&members)?;
        self.change.make(ask).await
    }
}

impl ChangeIntegration {
    async fn state(self, state: &str) -> anyhow::Result<ExitCode> {
        let ask = Ask::new(Method::PATCH, row(self.of.integration));
        let ask = ask.with(&json!({ "state": state }))?;
        self.make(ask).await
    }

    async fn api_access(self, on: bool) -> anyhow::Result<ExitCode> {
        let ask = Ask::new(Method::PUT, format!("{}/api-access", row(self.of.integration)));
        let ask = ask.with(&json!({ "on": on }))?;
        self.make(ask).await
    }

    async fn make(self, ask: Ask) -> anyhow::Result<ExitCode> {
        let OneIntegration { integration, place } = self.of;
        place.open().await?.change(&row(integration), &self.seen, ask, FIRST).await
    }
}

fn row(integration: u32) -> String {
    format!("/integrations/{integration}")
}
