//! The refresh assistant: tokens that a sandbox had, and the links behind which they are replaced.

use std::process::ExitCode;

use clap::Args;
use http::Method;

use crate::record::members::Members;
use crate::record::reach::Desk;
use crate::record::{Ask, InAccount, reach, shown};
use crate::terminal;

const COLUMNS: &[&str] =
    &["token", "name", "email", "role_name", "integration_name", "used_at", "waits_until"];
const LINKS: &[&str] = &["token", "email", "pickup", "expires_at", "refused", "detail"];
const FIRST: &[&str] = &["token", "name", "token_id", "token_secret"];

#[derive(Args)]
pub(crate) struct ReplaceTokens {
    /// Only this one, by the number that it had; may be repeated. Without: all that no link waits
    /// for, a thousand at a time
    #[arg(long = "token", value_name = "NUMBER")]
    tokens: Vec<u32>,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OneFormer {
    /// The number that the token had
    token: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OnePickup {
    /// The link's secret: pickup_ and 64 characters
    pickup: String,
    #[command(flatten)]
    place: InAccount,
}

pub(super) async fn list(place: InAccount) -> anyhow::Result<ExitCode> {
    place.open().await?.list("/former-tokens", &[], usize::MAX, COLUMNS).await
}

impl ReplaceTokens {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("tokens", (!self.tokens.is_empty()).then_some(self.tokens));
        let ask = Ask::new(Method::POST, "/former-tokens/replace").with(&members)?;
        show_links(self.place.open().await?, ask).await
    }
}

async fn show_links(mut desk: Desk, ask: Ask) -> anyhow::Result<ExitCode> {
    let answer = desk.send(ask).await?;
    if let Some(refused) = desk.refused(&answer) {
        return Ok(refused);
    }
    let value = reach::value(&answer)?;
    let rows = value["replacements"].as_array().cloned().unwrap_or_default();
    let text = if desk.json { shown::json(&value) } else { shown::table(&rows, LINKS) };
    terminal::say(&text);
    Ok(ExitCode::SUCCESS)
}

impl OneFormer {
    pub(super) async fn revoke(self) -> anyhow::Result<ExitCode> {
        let path = format!("/former-tokens/{}/pickup", self.token);
        self.place.open().await?.ask(Ask::new(Method::DELETE, path), &[]).await
    }
}

impl OnePickup {
    pub(super) async fn show(self) -> anyhow::Result<ExitCode> {
        let (path, place) = self.path();
        place.open().await?.ask(Ask::get(path), &["name"]).await
    }

    pub(super) async fn take_up(self) -> anyhow::Result<ExitCode> {
        let (path, place) = self.path();
        place.open().await?.ask(Ask::new(Method::POST, path), FIRST).await
    }

    fn path(self) -> (String, InAccount) {
        let pickup = countersign_signing::percent::encode(self.pickup.as_bytes());
        (format!("/pickups/{pickup}"), self.place)
    }
}
