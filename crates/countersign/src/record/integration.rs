//! `countersign integration ...`

mod fields;

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::members::{query, seconds};
use super::place::Hit;
use super::{Ask, InAccount, Seen};
use fields::{CreateIntegration, EditIntegration};

const FIRST: &[&str] = &["integration", "name", "state", "consumer_key", "consumer_secret"];
const COLUMNS: &[&str] = &["integration", "name", "state", "token_based_authentication", "owner"];
const INSTALLATIONS: &[&str] = &["account", "account_name", "integration", "state"];

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
    Delete(Hit<ChangeIntegration>),
    /// Replace its consumer key and secret, at once; prints the new ones, once. Its tokens stay
    ResetCredentials(Hit<ChangeIntegration>),
    /// Make a new consumer key and secret beside the old ones, which work until the overlap is
    /// over; prints the new ones, once
    RotateCredentials(RotateIntegration),
    /// End a rotation before its time: the old key is refused from then on
    EndRotation(ChangeIntegration),
    /// Show who signs with the old consumer key still
    Rotation(OneIntegration),
    /// Install a record that another account owns, by its application ID
    Install(InstallIntegration),
    /// List the accounts that have a record, as its owner
    Installations(ListInstallations),
    /// Refuse all requests of an integration
    Block(Hit<ChangeIntegration>),
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

#[derive(Args)]
pub(crate) struct OneIntegration {
    /// Its number in the account
    integration: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct RotateIntegration {
    /// For how long the old ones work: such as 12h or 7d, a minute to 90 days
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    overlap: i64,
    #[command(flatten)]
    change: ChangeIntegration,
}

#[derive(Args)]
pub(crate) struct InstallIntegration {
    /// Its application ID, which its owner is shown
    application_id: String,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct ListInstallations {
    #[command(flatten)]
    of: OneIntegration,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
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
            Self::Show(OneIntegration { integration, place }) => {
                place.open().await?.ask(Ask::get(row(integration)), FIRST).await
            }
            Self::Delete(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Delete(Hit { change, .. }) => {
                let ask = Ask::new(Method::DELETE, row(change.of.integration));
                change.make(ask).await
            }
            Self::ResetCredentials(hit) if hit.dry_run => hit.change.consequences().await,
            Self::ResetCredentials(Hit { change, .. }) => {
                let ask = change.post("reset-credentials");
                change.make(ask).await
            }
            Self::RotateCredentials(RotateIntegration { overlap, change }) => {
                let ask = change.post("rotate-credentials").with(&json!({ "overlap": overlap }))?;
                change.make(ask).await
            }
            Self::EndRotation(change) => {
                let ask = change.post("end-rotation");
                change.make(ask).await
            }
            Self::Rotation(OneIntegration { integration, place }) => {
                let ask = Ask::get(format!("{}/rotation", row(integration)));
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Install(InstallIntegration { application_id, place }) => {
                let ask = Ask::new(Method::POST, "/integrations/install");
                let ask = ask.with(&json!({ "application_id": application_id }))?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Installations(list) => list.run().await,
            Self::Block(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Block(Hit { change, .. }) => change.state("blocked").await,
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

impl ListInstallations {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let OneIntegration { integration, place } = self.of;
        let list = format!("{}/installations", row(integration));
        place.open().await?.list(&list, &[], self.limit, INSTALLATIONS).await
    }
}

impl ChangeIntegration {
    fn post(&self, what: &str) -> Ask {
        Ask::new(Method::POST, format!("{}/{what}", row(self.of.integration)))
    }

    async fn consequences(self) -> anyhow::Result<ExitCode> {
        let OneIntegration { integration, place } = self.of;
        place.consequences(&[("integration", integration.to_string())]).await
    }

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
