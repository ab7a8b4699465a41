//! Sandboxes and release previews of an account.

use std::process::ExitCode;

use clap::Args;
use http::Method;
use serde_json::json;

use crate::record::members::Members;
use crate::record::{Ask, InAccount, Seen};

const COLUMNS: &[&str] = &["environment", "kind", "name", "refreshed_at", "version"];
const FIRST: &[&str] = &["environment", "entities", "roles", "integrations", "ended_tokens"];
const HIT: &[&str] = &["tokens", "active"];

/// What is created.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Sandbox,
    ReleasePreview,
}

#[derive(Args)]
pub(crate) struct CreateEnvironment {
    /// Its id, such as 1234567_SB2; without, the first that is free
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct RefreshEnvironment {
    /// The id of the sandbox or release preview, such as 1234567_SB1
    environment: String,
    /// Show which tokens would end, whose they are and when they were last used; change nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    place: InAccount,
}

pub(super) async fn list(place: InAccount) -> anyhow::Result<ExitCode> {
    place.open().await?.list("/environments", &[], usize::MAX, COLUMNS).await
}

impl CreateEnvironment {
    pub(super) async fn run(self, kind: Kind) -> anyhow::Result<ExitCode> {
        let kind = match kind {
            Kind::Sandbox => "sandbox",
            Kind::ReleasePreview => "release-preview",
        };
        let mut members = Members::default();
        members.put("kind", Some(json!(kind)));
        members.put("id", self.id);
        let ask = Ask::new(Method::POST, "/environments").with(&members)?;
        self.place.open().await?.ask(ask, FIRST).await
    }
}

impl RefreshEnvironment {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let id = countersign_signing::percent::encode(self.environment.as_bytes()).to_string();
        let row = format!("/environments/{id}");
        let desk = self.place.open().await?;
        if self.dry_run {
            return desk.ask(Ask::get(format!("{row}/consequences")), HIT).await;
        }
        let ask = Ask::new(Method::POST, format!("{row}/refresh"));
        desk.change(&row, &self.seen, ask, FIRST).await
    }
}
