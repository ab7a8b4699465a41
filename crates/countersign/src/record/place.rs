//! Where the record is, as whom it is asked, and how answers are shown.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::reach::{Desk, Reach};
use countersign_caller::credentials::CredentialArgs;

/// Where the record is.
#[derive(Args)]
pub(crate) struct Place {
    /// The data folder: its server is asked, or the folder itself where none runs on it
    #[arg(long, value_name = "DIR", required_unless_present = "url")]
    pub(super) data_dir: Option<PathBuf>,
    /// The key file of the folder: needed only when no server runs on it
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
    /// Ask the server at this URL instead, with requests that a token signs; its integration must
    /// be allowed to use the API
    #[arg(long, value_name = "URL", conflicts_with_all = ["data_dir", "key_file", "acting"])]
    pub(super) url: Option<String>,
    #[command(flatten)]
    pub(super) credentials: CredentialArgs,
    /// Trust the certificate authorities in this PEM file as well
    #[arg(long, value_name = "FILE", requires = "url")]
    pub(super) cacert: Option<PathBuf>,
    /// Act for this entity, by number, bound by its role
    #[arg(long = "as", id = "acting", value_name = "ENTITY", requires = "acting_role")]
    pub(super) acting: Option<u32>,
    /// In this role, by number
    #[arg(long = "as-role", id = "acting_role", value_name = "ROLE", requires = "acting")]
    pub(super) acting_role: Option<u32>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Where an account is.
#[derive(Args)]
pub(crate) struct InAccount {
    #[command(flatten)]
    place: Place,
    /// The account, such as 1234567; with --url it may be left out, and is that of the credentials
    #[arg(long, value_name = "ID", required_unless_present = "url")]
    account: Option<String>,
}

/// Which version of a row is to be changed.
#[derive(Args)]
pub(crate) struct Seen {
    /// Change it only if this is its version still; without, whichever it has now
    #[arg(long, value_name = "N")]
    pub(super) if_version: Option<u32>,
}

/// A change that may be looked at before it is made.
#[derive(Args)]
pub(crate) struct Hit<C: Args> {
    #[command(flatten)]
    pub(super) change: C,
    /// Change nothing: show which tokens it would hit, whose they are, and when they were last used
    #[arg(long)]
    pub(super) dry_run: bool,
}

impl Place {
    /// Opens the way to it.
    pub(super) async fn open(self) -> anyhow::Result<Desk> {
        let json = self.json;
        let acting = self.acting.zip(self.acting_role);
        Ok(Desk { reach: Reach::open(self).await?, json, acting, account: String::new() })
    }
}

impl InAccount {
    /// Opens the way to it.
    pub(super) async fn open(self) -> anyhow::Result<Desk> {
        let desk = self.place.open().await?;
        let account = self.account.or_else(|| desk.reach.account());
        Ok(Desk { account: account.context("name the account with --account ID")?, ..desk })
    }
}
