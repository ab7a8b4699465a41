//! `countersign account ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Ask, InAccount, Place, reach, shown};
use crate::terminal;

const FIRST: &[&str] = &["account", "name", "token_based_authentication", "version"];

/// `countersign account ...`
#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts
    List(ListAccounts),
    /// Show an account
    Show(InAccount),
}

#[derive(Args)]
pub(crate) struct ListAccounts {
    #[command(flatten)]
    place: Place,
}

impl AccountCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(ListAccounts { place }) => list(place).await,
            Self::Show(place) => place.open().await?.ask(Ask::get(""), FIRST).await,
        }
    }
}

async fn list(place: Place) -> anyhow::Result<ExitCode> {
    let mut desk = place.open().await?;
    let rows = match desk.rows("/accounts", &[], usize::MAX).await? {
        reach::Rows::Read(rows) => rows,
        reach::Rows::Refused(code) => return Ok(code),
    };
    let text = if desk.json { shown::json(&rows.into()) } else { shown::table(&rows, FIRST) };
    terminal::say(&text);
    Ok(ExitCode::SUCCESS)
}
