//! `countersign integration ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::{Ask, InAccount, Seen};

const FIRST: &[&str] = &["integration", "name", "state", "consumer_key", "consumer_secret"];

/// `countersign integration ...`
#[derive(Subcommand)]
pub(crate) enum IntegrationCommand {
    /// Create a record; prints its consumer key and secret, once
    Create(CreateIntegration),
    /// Show a record
    Show(OneIntegration),
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
pub(crate) struct CreateIntegration {
    /// What people call it
    name: String,
    /// Where the authorization flow may return to
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    #[command(flatten)]
    place: InAccount,
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
            Self::Create(CreateIntegration { name, callback_url, place }) => {
                let body = json!({ "name": name, "callback_url": callback_url });
                let ask = Ask::new(Method::POST, "/integrations").with(&body)?;
                place.open().await?.ask(ask, FIRST).await
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
