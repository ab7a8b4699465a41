//! `countersign dev`: a stand-in on somebody's machine, with one of everything in it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Args;
use countersign_gate::{Gate, Limits, Listener, Mode, Rules, Upstream};
use countersign_model::{AccountHosts, AccountId};
use countersign_trail::Keep;

use crate::deployment::Deployment;
use crate::folder::{DataFolder, Purpose};
use crate::key_file;
use crate::server::{self, Server};
use crate::telemetry::{self, TelemetryOptions};
use crate::{system, terminal};

mod console;
mod credentials_file;
mod echo;
mod seed;
mod welcome;

use console::Console;
use credentials_file::CredentialsFile;
use echo::Echo;

/// Hosts in it name accounts: `1234567.restlets.api.localhost` means this machine (RFC 6761 section
/// 6.3), for browsers, curl and what else follows that.
const DOMAIN: &str = "localhost";

#[derive(Args)]
pub(crate) struct DevArgs {
    /// Where to listen; port 0 picks a free one
    #[arg(long, value_name = "ADDR", value_parser = server::address)]
    #[arg(default_value = server::DEFAULT)]
    listen: SocketAddr,
    /// The account
    #[arg(long, value_name = "ID", default_value = "1234567", value_parser = AccountId::parse)]
    account: AccountId,
    /// Keep everything in this folder; without it each start is fresh
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Forward admitted requests to this server instead of the built-in echo
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Write the credentials to this file (JSON, 0600) when ready to serve
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Allow to listen on an address that other machines reach
    #[arg(long)]
    allow_remote: bool,
}

pub(crate) async fn run(args: DevArgs) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::start(&TelemetryOptions::default())?;
    ensure!(
        args.allow_remote || args.listen.ip().is_loopback(),
        "{} can be reached from other machines, and `dev` tells everybody what is wrong with a \
         request: listen on 127.0.0.1, or give --allow-remote",
        args.listen.ip()
    );
    system::check_clock(&system::SystemClock)?;
    let upstream = match &args.upstream {
        Some(url) => Upstream::parse(url)?,
        None => Upstream::in_process(Arc::new(Echo)),
    };
    // Before anything is made: a taken port leaves nothing behind.
    let listener = server::listen(args.listen, "--listen").await?;
    let address = listener.local_addr()?;
    if let Some(path) = &args.credentials {
        // Whoever waits for the file must not read that of an earlier start. Most often there is
        // none.
        let _ = std::fs::remove_file(path);
    }

    let home = Home::open(args.data_dir.as_deref(), &args.account).await?;
    let key = key_file::read(&home.key_file())?;
    let hosts = AccountHosts::new(DOMAIN, []);
    let deployment = Deployment::open(&home.folder, &key, Some(hosts)).await?;
    let credentials = home.credentials.at(address);
    let server = Server {
        mode: Mode::Dev,
        rules: Rules::one(upstream),
        listeners: vec![Listener::plain(listener)],
        limits: Limits::default(),
        grace: Duration::ZERO,
        observer: Some(|first_uses| Arc::new(Console::start(first_uses))),
        public_hosts: Vec::new(),
        public_url: format!("http://{address}"),
        metrics_from: telemetry::this_machine(),
        telemetry: telemetry.handles(),
        keep: Keep::default(),
    };
    let announce = |_: &Gate, _| {
        if let Some(path) = &args.credentials {
            credentials.write(path)?;
        }
        terminal::say(&welcome::text(&credentials)?);
        Ok(())
    };
    let ending = server::run(deployment, server, home.folder.path(), announce).await?;
    telemetry.stop(ending).await;
    Ok(ExitCode::SUCCESS)
}

/// The folder of a stand-in, and the credentials in it.
struct Home {
    folder: DataFolder,
    credentials: CredentialsFile,
    // Removes the folder of a stand-in that keeps nothing.
    _temporary: Option<tempfile::TempDir>,
}

const CREDENTIALS_FILE: &str = "credentials.json";

impl Home {
    async fn open(kept: Option<&Path>, account: &AccountId) -> anyhow::Result<Self> {
        let Some(path) = kept else {
            let temporary = tempfile::Builder::new().prefix("countersign-dev-").tempdir();
            let temporary = temporary.context("can't make a temporary folder")?;
            let (folder, credentials) = create(temporary.path(), account).await?;
            return Ok(Self { folder, credentials, _temporary: Some(temporary) });
        };
        let (folder, credentials) = if DataFolder::exists(path) {
            let folder = DataFolder::open(path, Purpose::Dev)?;
            let credentials = CredentialsFile::read(&path.join(CREDENTIALS_FILE))?;
            ensure!(
                credentials.account == account.as_str(),
                "{} holds account {}: give --account with that ID, or another folder",
                path.display(),
                credentials.account
            );
            (folder, credentials)
        } else {
            create(path, account).await?
        };
        Ok(Self { folder, credentials, _temporary: None })
    }

    fn key_file(&self) -> PathBuf {
        key_file::of_stand_in(self.folder.path())
    }
}

async fn create(path: &Path, account: &AccountId) -> anyhow::Result<(DataFolder, CredentialsFile)> {
    let folder = DataFolder::create(path)?;
    let make = async {
        let (key, _) = key_file::read_or_create(&key_file::of_stand_in(path), &system::OsChance)?;
        let credentials = seed::plant(&folder, &key, account).await?;
        credentials.write(&path.join(CREDENTIALS_FILE))?;
        folder.complete(Purpose::Dev)?;
        anyhow::Ok(credentials)
    };
    match make.await {
        Ok(credentials) => Ok((folder, credentials)),
        Err(error) => {
            folder.discard();
            Err(error)
        }
    }
}
