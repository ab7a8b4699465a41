//! What a record is made of: of a new one, and of one that is edited.

use std::process::ExitCode;

use clap::Args;
use http::Method;

use super::super::members::Members;
use super::super::{Ask, InAccount};
use super::{ChangeIntegration, FIRST, row};

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
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", Some(self.name));
        self.fields.put(&mut members);
        let ask = Ask::new(Method::POST, "/integrations").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl EditIntegration {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
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
