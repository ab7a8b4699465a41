//! `countersign assertion-key ...`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Folder;
use crate::control::{DeploymentAct, Hurry};

/// `countersign assertion-key ...`
#[derive(Subcommand)]
pub(crate) enum AssertionKeyCommand {
    /// Show the published keys and what each is for
    List(ListAssertionKeys),
    /// Have a new key sign: published at once, it signs ten minutes later, when all upstreams know
    /// it
    Rotate(RotateAssertionKey),
}

#[derive(Args)]
pub(crate) struct ListAssertionKeys {
    #[command(flatten)]
    folder: Folder,
}

#[derive(Args)]
pub(crate) struct RotateAssertionKey {
    /// Sign with it at once: upstreams that don't look again for an unknown key refuse assertions
    /// for up to five minutes
    #[arg(long)]
    now: bool,
    /// Somebody else may know a key: sign with a new one at once, and withdraw all others at once
    #[arg(long, conflicts_with = "now")]
    compromised: bool,
    #[command(flatten)]
    folder: Folder,
}

impl AssertionKeyCommand {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let (folder, act) = match self {
            Self::List(ListAssertionKeys { folder }) => (folder, DeploymentAct::ListAssertionKeys),
            Self::Rotate(RotateAssertionKey { now, compromised, folder }) => {
                let take_over = match (now, compromised) {
                    (_, true) => Hurry::Alone,
                    (true, false) => Hurry::AtOnce,
                    (false, false) => Hurry::AfterOverlap,
                };
                (folder, DeploymentAct::RotateAssertionKey { take_over })
            }
        };
        super::run_for_deployment(folder, act).await
    }
}
