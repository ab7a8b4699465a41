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
pub struct SignArgs {
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

pub async fn run(
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

#[cfg(test)]
mod tests {
    use clap::Parser;
    use countersign_model::Timestamp;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: SignArgs,
    }

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(1_800_000_000)
        }
    }

    impl Chance for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0x0a);
        }
    }

    #[tokio::test]
    async fn what_every_server_refuses_is_not_signed() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let credentials = r#"{"account": "1234567", "consumer_key": "ck",
            "consumer_secret": "canary1", "token_id": "ti", "token_secret": "canary2"}"#;
        std::fs::write(file.path(), credentials).unwrap();
        let file = file.path().to_str().unwrap();
        for (option, value, reason) in [
            ("--nonce", "a", "oauth_nonce has fewer than 6 characters"),
            ("--timestamp", "0", "oauth_timestamp is not greater than zero"),
        ] {
            let line = ["sign", "GET", "http://a.b/x", "--credentials", file, option, value];
            let args = Line::try_parse_from(line).unwrap().args;
            let fault = run(args, &Fixed, &Fixed).await.unwrap_err();
            let expected = format!("every server would refuse the request: {reason}");
            assert_eq!(format!("{fault:#}"), expected);
        }
    }
}
