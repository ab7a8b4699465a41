//! `countersign call`: signs a request, sends it, and hands the answer on.
//!
//! Works against any server that speaks Token-Based Authentication. Exit codes: 0 for an answer
//! below 300; 1 for a refusal or a redirect; 2 where there is no answer, or not all of it.
//!
//! Belongs here: the order of events, and what people are told. Does not: signing and sending
//! (`countersign-client`).

mod content;
mod message;
mod outcome;
mod sink;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args;
use countersign_client::{Client, ClientFault, ClientOptions, ConnectFault, Response};
use countersign_model::{Chance, Clock};
use countersign_signing::SignOptions;

use crate::credentials::CredentialArgs;
use crate::terminal::note;

pub use message::MessageArgs;
use outcome::Outcome;
use sink::{Flow, Sink};

/// The server said no.
const EXIT_REFUSED: u8 = 1;

/// How long connecting may take, where the time limit leaves as much.
const CONNECT: Duration = Duration::from_secs(10);

#[derive(Args)]
pub struct CallArgs {
    #[command(flatten)]
    message: MessageArgs,
    #[command(flatten)]
    credentials: CredentialArgs,
    /// Write the body of the answer to this file, all of it or nothing. A refusal leaves the file
    /// as it is, and goes to standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Put the status and the headers of the answer in front of its body
    #[arg(short, long)]
    include: bool,
    /// How long nothing may happen: no connection, no part of the request sent, none of the answer
    /// received
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// Trust the certificate authorities in this PEM file as well
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
}

pub async fn run(
    args: CallArgs,
    clock: &dyn Clock,
    chance: &dyn Chance,
) -> anyhow::Result<ExitCode> {
    let signer = args.credentials.load()?;
    let request = args.message.request(signer.base_url.as_deref()).await?;
    let silence = Duration::from_secs(args.timeout);
    let client = Client::with(&ClientOptions {
        connect: CONNECT.min(silence),
        silence,
        certificates: args.cacert,
    })?;
    let nonce = nonce(chance);
    let options = SignOptions {
        realm: Some(&signer.realm),
        ..SignOptions::new(clock.now().seconds(), &nonce)
    };
    let answer = client.send(request, &signer.credentials, &options).await.map_err(advised)?;

    let outcome = Outcome::of(answer.status());
    if let Some(report) = outcome.report(&answer) {
        note(&report);
    }
    let output = args.output.filter(|_| outcome == Outcome::Done);
    let sink = Sink::open(output.as_deref())?;
    hand_on(answer, if args.include { Head::Shown } else { Head::Left }, sink).await?;
    Ok(if outcome == Outcome::Done { ExitCode::SUCCESS } else { ExitCode::from(EXIT_REFUSED) })
}

/// 32 hex digits: what every server takes, and nobody else will make.
pub fn nonce(chance: &dyn Chance) -> String {
    let mut bytes = [0; 16];
    chance.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether status and headers go in front of the body.
#[derive(Clone, Copy)]
enum Head {
    Shown,
    Left,
}

async fn hand_on(mut answer: Response, head: Head, mut sink: Sink) -> anyhow::Result<()> {
    if let Head::Shown = head
        && sink.write(&outcome::head(&answer))? == Flow::Gone
    {
        return Ok(());
    }
    while let Some(bytes) = answer.body_mut().chunk().await.map_err(advised)? {
        if sink.write(&bytes)? == Flow::Gone {
            return Ok(());
        }
    }
    sink.finish()
}

/// The fault, and what to do about it.
pub fn advised(fault: ClientFault) -> anyhow::Error {
    let advice = match &fault {
        ClientFault::Connect { why, .. } => match why {
            ConnectFault::Refused => "is the server running, and is this its port?",
            ConnectFault::UnknownHost(_) => "check the host in the URL",
            ConnectFault::Silent => "check host and port, and that no firewall is in between",
            ConnectFault::Tls(reason) => tls_advice(reason),
            _ => "check host and port",
        },
        ClientFault::Silent { .. } => {
            "it may have carried the request out; --timeout SECONDS waits longer"
        }
        ClientFault::Broken { .. } => "it may have carried the request out",
        _ => return fault.into(),
    };
    anyhow!("{fault}: {advice}")
}

/// By the words that the TLS library has for it: its fault is text by now.
fn tls_advice(reason: &str) -> &'static str {
    let known = [
        ("InvalidContentType", "it speaks no TLS on this port: try http:// if that is meant"),
        ("UnknownIssuer", "if its authority is one of your own, name that with --cacert FILE"),
        ("not valid for name", "its certificate is for another name: check the host in the URL"),
        ("expired", "tell its owner, or set the clock of this machine if that is wrong"),
        (
            "CaUsedAsEndEntity",
            "its certificate is an authority's, which is no server's: make it one with \
             basicConstraints=CA:FALSE",
        ),
    ];
    let advice = known.into_iter().find(|(word, _)| reason.contains(word));
    advice.map_or("check host and port", |(_, advice)| advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(why: ConnectFault) -> String {
        advised(ClientFault::Connect { authority: "a.b:443".into(), why }).to_string()
    }

    #[test]
    fn a_fault_is_told_with_what_to_do_about_it() {
        for (why, expected) in [
            (ConnectFault::Refused, "is the server running, and is this its port?"),
            (ConnectFault::UnknownHost("x".into()), "check the host in the URL"),
            (ConnectFault::Tls("UnknownIssuer".into()), "name that with --cacert FILE"),
            (ConnectFault::Tls("not valid for name \"a.b\"".into()), "check the host in the URL"),
            (ConnectFault::Tls("anything".into()), "check host and port"),
        ] {
            let told = advice(why);
            assert!(told.starts_with("no connection to a.b:443: "), "{told}");
            assert!(told.ends_with(expected), "{told}");
        }
        let silence = Duration::from_secs(60);
        let silent = ClientFault::Silent { authority: "a.b".into(), silence };
        let expected = "a.b was silent for 60 seconds: it may have carried the request out; \
                        --timeout SECONDS waits longer";
        assert_eq!(advised(silent).to_string(), expected);
    }

    #[test]
    fn a_nonce_is_what_every_server_takes() {
        struct Zeros;
        impl Chance for Zeros {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(0x0a);
            }
        }
        assert_eq!(nonce(&Zeros), "0a".repeat(16));
    }
}
