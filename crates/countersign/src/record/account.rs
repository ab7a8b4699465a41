//! `countersign account ...`

mod assistant;
mod environments;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Ask, InAccount, Place};
use assistant::{OneFormer, OnePickup, ReplaceTokens};
use environments::{CreateEnvironment, Kind, RefreshEnvironment};

const FIRST: &[&str] = &["account", "name", "token_based_authentication", "version"];

/// `countersign account ...`
#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts
    List(ListAccounts),
    /// Show an account
    Show(InAccount),
    /// List the sandboxes and release previews of an account
    Environments(InAccount),
    /// Create a sandbox: a copy of the account, without its tokens
    CreateSandbox(CreateEnvironment),
    /// Create a release preview: a copy of the account, without its tokens
    CreateReleasePreview(CreateEnvironment),
    /// Make a sandbox or release preview a copy of the account again. Every token that it had ends
    Refresh(RefreshEnvironment),
    /// List the tokens that a sandbox had before it was refreshed and that were not replaced yet
    FormerTokens(InAccount),
    /// Make one-time links behind which such tokens are replaced, each for the token's owner; they
    /// are printed once
    ReplaceTokens(ReplaceTokens),
    /// End the link of such a token before it is used
    RevokePickup(OneFormer),
    /// Show what your link is for, without using it up
    ShowPickup(OnePickup),
    /// Take up your link: prints the token's ID and secret, once
    TakeUp(OnePickup),
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
            Self::Environments(place) => environments::list(place).await,
            Self::CreateSandbox(create) => create.run(Kind::Sandbox).await,
            Self::CreateReleasePreview(create) => create.run(Kind::ReleasePreview).await,
            Self::Refresh(refresh) => refresh.run().await,
            Self::FormerTokens(place) => assistant::list(place).await,
            Self::ReplaceTokens(replace) => replace.run().await,
            Self::RevokePickup(one) => one.revoke().await,
            Self::ShowPickup(one) => one.show().await,
            Self::TakeUp(one) => one.take_up().await,
            Self::Show(place) => place.open().await?.ask(Ask::get(""), FIRST).await,
        }
    }
}

async fn list(place: Place) -> anyhow::Result<ExitCode> {
    place.open().await?.list("/accounts", &[], usize::MAX, FIRST).await
}
