//! `countersign explain`: why a request was refused, or would be.
//!
//! By the reference of a refusal, or from a copy of the request and the credentials: then no
//! server is asked, so that it also works for requests to other servers than Countersign.
//!
//! Belongs here: what is asked for, where it lies (`input`, `by_reference`), and how it ends. Does
//! not: reading copies, finding out, the words (`countersign-explain`).

mod by_reference;
mod input;
mod kept;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use clap::{ArgGroup, Args};
use countersign_explain::{
    Hosts, Received, Report, Signer, Style, curl, har, hint, http_text, time,
};
use countersign_model::AccountHosts;
use countersign_signing::diagnose::{Budget, Language};
use countersign_signing::{Scheme, visible};

use crate::paint::paint;
use by_reference::Found;
use countersign_caller::credentials::CredentialArgs;
use countersign_caller::terminal::{note, say};
pub(crate) use kept::report;

/// Something is wrong with the request, or nothing is known of the reference.
const EXIT_WRONG: u8 = 1;

/// What is signed of a request is held many times over while it is looked at.
const MAX_LINE: u64 = 2 << 20;
const MAX_REQUEST: u64 = 2 << 20;
const MAX_ARCHIVE: u64 = 128 << 20;

/// Nobody else waits: more than a server spends.
const SEARCH: Duration = Duration::from_secs(10);
const TRIES: usize = 500_000;

const AFTER_HELP: &str = "\
One of REFERENCE, --curl, --request and --har is needed. All but REFERENCE take the credentials of \
the request, and ask no server. A SOAP request is explained by the tokenPassport in its envelope.

Exit codes: 0 the refusal is explained, or the request is right; 1 something is wrong with the \
request, or the reference is not known; 2 it could not be looked at.";

#[derive(Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("what").required(true))]
#[command(mut_arg("realm", |it| it.help("The account, where the credentials name another")))]
pub(crate) struct ExplainArgs {
    /// The Countersign-Reference of a refusal; the whole header line will do
    #[arg(value_name = "REFERENCE", num_args = 1.., group = "what")]
    reference: Vec<String>,
    /// The server that refused it
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    #[arg(conflicts_with_all = ["curl", "request", "har"])]
    server: String,
    /// Ask the server that runs on this data folder instead
    #[arg(long, value_name = "DIR", conflicts_with_all = ["server", "curl", "request", "har"])]
    data_dir: Option<PathBuf>,
    /// A curl line, as "Copy as cURL" of a browser gives it (bash or cmd); - reads it from standard
    /// input
    #[arg(long, value_name = "LINE", group = "what", allow_hyphen_values = true)]
    curl: Option<String>,
    /// A file with an HTTP/1.1 request as text; - is standard input
    #[arg(long, value_name = "FILE", group = "what")]
    request: Option<PathBuf>,
    /// A HAR file; - is standard input. Times are compared with the entry's own
    #[arg(long, value_name = "FILE", group = "what")]
    har: Option<PathBuf>,
    /// The entry of the HAR file, from 1 on, where more than one is signed
    #[arg(long, value_name = "N", conflicts_with_all = ["reference", "curl", "request"])]
    entry: Option<usize>,
    /// How the client called, where the text of a request does not say: http or https
    #[arg(long, value_name = "SCHEME", default_value = "https", value_parser = parse_scheme)]
    scheme: Scheme,
    /// When the server got it (2026-01-31T12:00:00Z, or seconds since 1970): a clock that is off
    /// by more than 300 seconds is then seen
    #[arg(long, value_name = "TIME", value_parser = time::parse)]
    received: Option<i64>,
    /// A host that the client may have signed for, such as that of a proxy. Repeat it for more
    #[arg(long = "host", value_name = "HOST[:PORT]")]
    hosts: Vec<String>,
    /// The domain in which hosts name accounts, as the server's settings have it
    #[arg(long, value_name = "DOMAIN", default_value = "netsuite.com")]
    #[arg(conflicts_with = "reference")]
    domain: String,
    /// Whose hint is shown: python, javascript, php, csharp, java, ruby. Without it, that of the
    /// request's user agent
    #[arg(long, value_name = "NAME", value_parser = hint::parse)]
    language: Option<Language>,
    /// Print JSON, with both base strings as they are
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    credentials: CredentialArgs,
}

pub(crate) async fn run(args: ExplainArgs) -> anyhow::Result<ExitCode> {
    let Some(mut received) = args.copy()? else {
        return args.by_reference().await;
    };
    received.at = args.received.or(received.at);
    let of_accounts = AccountHosts::new(&args.domain, []);
    for text in countersign_explain::notes(&received, &of_accounts)? {
        note(&format!("countersign: note: {text}"));
    }
    let signer = args.credentials.load()?;
    let signer = Signer { realm: &signer.realm, credentials: &signer.credentials };
    let report = within_patience(|budget| {
        let hosts = Hosts { candidates: &args.hosts, of_accounts: &of_accounts };
        countersign_explain::explain(&received, signer, hosts, budget)
    })?;
    args.show(&report)?;
    let is_right = report.codes.is_empty();
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::from(EXIT_WRONG) })
}

/// Lends a budget to a search that begins now.
fn within_patience<T>(search: impl FnOnce(Budget<'_>) -> T) -> T {
    let start = Instant::now();
    search(Budget { tries: TRIES, keep_going: &|| start.elapsed() < SEARCH })
}

impl ExplainArgs {
    /// The copy of a request, where that is what is asked about.
    fn copy(&self) -> anyhow::Result<Option<Received>> {
        if let Some(line) = &self.curl {
            let line = match line.as_str() {
                "-" => input::read_text(Path::new("-"), MAX_LINE, "the curl line")?,
                line => line.to_owned(),
            };
            return curl::read(&line, &input::read_body).map(Some);
        }
        if let Some(path) = &self.request {
            let text = input::read(path, MAX_REQUEST, "the request")?;
            let received = http_text::read(&text, self.scheme);
            return received.with_context(|| cant_use("the request", path)).map(Some);
        }
        if let Some(path) = &self.har {
            let text = input::read(path, MAX_ARCHIVE, "the HAR file")?;
            let received = har::read(&text, self.entry);
            return received.with_context(|| cant_use("the HAR file", path)).map(Some);
        }
        Ok(None)
    }

    async fn by_reference(&self) -> anyhow::Result<ExitCode> {
        let reference = by_reference::parse(&self.reference.join(" "))?;
        let (found, place) = match &self.data_dir {
            Some(folder) => {
                let found = by_reference::from_folder(folder, &reference).await?;
                (found, folder.display().to_string())
            }
            None => {
                let found = by_reference::from_server(&self.server, &reference).await?;
                (found, self.server.clone())
            }
        };
        match found {
            Found::Report(report) => self.show(&report).map(|()| ExitCode::SUCCESS),
            Found::Nothing => {
                note(&format!(
                    "countersign: {} has no explanation of {reference} for you: they are kept for \
                     14 days. Is it the server that refused the request?",
                    visible(&place)
                ));
                Ok(ExitCode::from(EXIT_WRONG))
            }
        }
    }

    fn show(&self, report: &Report) -> anyhow::Result<()> {
        let style = Style { paint: paint(), language: self.language };
        say(&if self.json { report.json()? } else { report.text(style) });
        Ok(())
    }
}

fn cant_use(what: &str, path: &Path) -> String {
    format!("{} can't be used", input::named(what, path))
}

fn parse_scheme(text: &str) -> anyhow::Result<Scheme> {
    Scheme::parse(text).ok_or_else(|| anyhow!("a scheme is http or https"))
}

#[cfg(test)]
mod tests;
