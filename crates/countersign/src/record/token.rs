//! `countersign token ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};
use http::Method;
use serde_json::json;

use super::{Ask, InAccount, Seen};

const FIRST: &[&str] = &["token", "name", "state", "token_id", "token_secret"];

/// `countersign token ...`
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Create a token; prints its ID and secret, once
    Create(CreateToken),
    /// Show a token
    Show(OneToken),
    /// End a token, for good
    Revoke(ChangeToken),
    /// Show how far the clock of who uses it is off: by the last request, and at worst
    Clock(OneToken),
}

#[derive(Args)]
pub(crate) struct CreateToken {
    /// The integration it is for, by number
    #[arg(long, value_name = "NUMBER")]
    integration: u32,
    /// Who acts, by number
    #[arg(long, value_name = "NUMBER")]
    entity: u32,
    /// In which role, by number
    #[arg(long, value_name = "NUMBER")]
    role: u32,
    /// What people call it; without, "application - user, role"
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct OneToken {
    /// Its number in the account
    token: u32,
    #[command(flatten)]
    place: InAccount,
}

#[derive(Args)]
pub(crate) struct ChangeToken {
    #[command(flatten)]
    of: OneToken,
    #[command(flatten)]
    seen: Seen,
}

impl TokenCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Create(CreateToken { integration, entity, role, name, place }) => {
                let body = json!({
                    "integration": integration, "entity": entity, "role": role, "name": name,
                });
                let ask = Ask::new(Method::POST, "/tokens").with(&body)?;
                place.open().await?.ask(ask, FIRST).await
            }
            Self::Show(OneToken { token, place }) => {
                place.open().await?.ask(Ask::get(row(token)), FIRST).await
            }
            Self::Revoke(ChangeToken { of: OneToken { token, place }, seen }) => {
                let ask = Ask::new(Method::POST, format!("{}/revoke", row(token)));
                place.open().await?.change(&row(token), &seen, ask, FIRST).await
            }
            Self::Clock(OneToken { token, place }) => {
                let ask = Ask::get(format!("{}/clock", row(token)));
                place.open().await?.ask(ask, FIRST).await
            }
        }
    }
}

fn row(token: u32) -> String {
    format!("/tokens/{token}")
}
