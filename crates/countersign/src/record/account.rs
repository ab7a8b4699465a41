//! `countersign account ...`

mod assistant;
mod environments;

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, Subcommand};
use http::Method;
use serde_json::Value;

use super::members::Members;
use super::place::Hit;
use super::{Ask, InAccount, Place, Seen};
use assistant::{OneFormer, OnePickup, ReplaceTokens};
use environments::{CreateEnvironment, Kind, RefreshEnvironment};

const FIRST: &[&str] = &["account", "name", "token_based_authentication", "policy", "version"];

/// `countersign account ...`
#[derive(Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts
    List(ListAccounts),
    /// Show an account
    Show(InAccount),
    /// Edit an account: its name, the feature Token-based Authentication, its policy for all its
    /// tokens. What is not given stays
    Edit(Box<Hit<EditAccount>>),
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
    /// Take up your link: prints the token's ID and secret, once. On the server, with `--as`; a
    /// signed request is refused, since a token could give itself one of another role
    TakeUp(OnePickup),
}

#[derive(Args)]
pub(crate) struct ListAccounts {
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
pub(crate) struct EditAccount {
    /// What people shall call it
    #[arg(long)]
    name: Option<String>,
    /// Switch the feature off (false): every signed request is refused, and tokens are kept; or on
    /// again (true)
    #[arg(long, value_name = "BOOL")]
    token_based_authentication: Option<bool>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    place: InAccount,
}

/// What an account asks of all its tokens: given anew as a whole.
#[derive(Args)]
struct PolicyArgs {
    /// A policy: a secret that is older, in days, is too old. With any of these the policy is
    /// replaced as a whole
    #[arg(long, value_name = "DAYS")]
    max_age_days: Option<u32>,
    /// A policy: a token that was not used for more days has rested for too long
    #[arg(long, value_name = "DAYS")]
    max_idle_days: Option<u32>,
    /// From when on the policy tells of tokens beyond it, such as 2027-02-01T00:00:00Z
    #[arg(long, value_name = "TIME")]
    warn_from: Option<String>,
    /// From when on it has them run out, reversibly
    #[arg(long, value_name = "TIME")]
    block_from: Option<String>,
    /// From when on it revokes them, for good
    #[arg(long, value_name = "TIME")]
    revoke_from: Option<String>,
    /// Have no policy
    #[arg(long, conflicts_with_all =
        ["max_age_days", "max_idle_days", "warn_from", "block_from", "revoke_from"])]
    no_policy: bool,
}

impl AccountCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(ListAccounts { place }) => {
                place.open().await?.list("/accounts", &[], usize::MAX, FIRST).await
            }
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
            Self::Edit(hit) if hit.dry_run => hit.change.consequences().await,
            Self::Edit(hit) => hit.change.run().await,
        }
    }
}

impl EditAccount {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let mut members = Members::default();
        members.put("name", self.name);
        members.put("token_based_authentication", self.token_based_authentication);
        members.empty("policy", self.policy.no_policy);
        members.put("policy", self.policy.members());
        let ask = Ask::new(Method::PATCH, "").with(&members)?;
        self.place.open().await?.change("", &self.seen, ask, FIRST).await
    }

    async fn consequences(self) -> anyhow::Result<ExitCode> {
        if self.token_based_authentication == Some(false) {
            return self.place.consequences(&[("feature", "true".to_owned())]).await;
        }
        let PolicyArgs { max_age_days, max_idle_days, .. } = self.policy;
        let days = [("max_age_days", max_age_days), ("max_idle_days", max_idle_days)];
        let days: Vec<_> =
            days.into_iter().filter_map(|(name, days)| Some((name, days?.to_string()))).collect();
        if days.is_empty() {
            bail!(
                "--dry-run says what --token-based-authentication false, --max-age-days or \
                 --max-idle-days would hit: give one of them"
            );
        }
        self.place.consequences(&days).await
    }
}

impl PolicyArgs {
    fn members(self) -> Option<Value> {
        let mut members = Members::default();
        members.put("max_age_days", self.max_age_days);
        members.put("max_idle_days", self.max_idle_days);
        members.put("warn_from", self.warn_from);
        members.put("block_from", self.block_from);
        members.put("revoke_from", self.revoke_from);
        members.into_value()
    }
}
