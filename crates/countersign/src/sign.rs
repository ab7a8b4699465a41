//! `countersign sign`: signs a request and prints the header, for another tool to send.
//!
//! Belongs here: making the header, and with `--show` how it was made. Does not: sending
//! (`countersign call`).

mod steps;

use std::process::ExitCode;

use clap::Args;
use countersign_model::{Chance, Clock};
use countersign_signing::SignOptions;

use crate::call::{MessageArgs, nonce};
use crate::credentials::CredentialArgs;
use crate::terminal::say;

#[derive(Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    credentials: CredentialArgs,
    /// Sign as of this second since 1970 instead of now
    #[arg(long, value_name = "N")]
    timestamp: Option<i64>,
    /// Use this nonce instead of a random one
    #[arg(long, value_name = "TEXT")]
    nonce: Option<String>,
    /// Show every step from the request to the header. Secrets are not shown, but fingerprints of
    /// them: the first 8 hex digits of their SHA-256
    #[arg(long)]
    show: bool,
}

pub(crate) async fn run(
    args: SignArgs,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> anyhow::Result<ExitCode> {
    let signer = args.credentials.load()?;
    let mut request = args.message.request(signer.base_url.as_deref()).await?;
    let nonce = args.nonce.unwrap_or_else(|| nonce(chance));
    let timestamp = args.timestamp.unwrap_or_else(|| clock.now().seconds());
    let options = SignOptions { realm: Some(&signer.realm), ..SignOptions::new(timestamp, &nonce) };
    let signed = request.sign(&signer.credentials, &options).await?;
    if args.show {
        say(&steps::text(&request, &signer.credentials, &signed));
    }
    say(&format!("Authorization: {}\n", signed.header));
    Ok(ExitCode::SUCCESS)
}
