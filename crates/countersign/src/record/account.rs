//! `countersign account ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Ask, InAccount, Place};

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
    place.open().await?.list("/accounts", &[], usize::MAX, FIRST).await
}
