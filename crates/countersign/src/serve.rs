//! `countersign serve`: a real deployment in front of an upstream.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use countersign_gate::{Gate, Limits, Listener, Mode, Rules, Upstream};

use crate::deployment::{self, Deployment};
use crate::folder::{DataFolder, Purpose};
use crate::server::{self, Server};
use crate::telemetry::{self, TelemetryArgs};
use crate::{key_file, version};

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The folder that `countersign init` made
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The key file that the folder was made with
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDR", value_parser = server::address)]
    #[arg(default_value = server::DEFAULT)]
    listen: SocketAddr,
    /// The API to protect, such as http://127.0.0.1:9000
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// A host under which people reach the pages, beside the loopback names; without a port
    #[arg(long, value_name = "HOST")]
    public_host: Vec<String>,
    /// Where upstreams reach this deployment, such as https://api.example.com: assertions name it
    /// as their issuer. Without it http:// and the address to listen on
    #[arg(long, value_name = "URL", value_parser = server::public_url)]
    public_url: Option<String>,
    /// Give up what the replay memory holds, where it is lost or damaged, or the folder was
    /// restored from a backup: all timestamps up to now and five minutes ahead are then refused
    #[arg(long)]
    renew_replay_memory: bool,
    #[command(flatten)]
    telemetry: TelemetryArgs,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let telemetry = telemetry::start(&args.telemetry.options()?)?;
    let upstream = Upstream::parse(&args.upstream)?;
    let folder = DataFolder::open(&args.data_dir, Purpose::Serve)?;
    let key = key_file::read(&args.key_file)?;
    if args.renew_replay_memory {
        deployment::renew_replay_memory(&folder)?;
    }
    let deployment = Deployment::open(&folder, &key).await?;
    let listener = server::listen(args.listen).await?;
    let address = listener.local_addr()?;
    let tokens = deployment.verifier.directory().tokens();
    let server = Server {
        mode: Mode::Serve,
        rules: Rules::one(upstream),
        listeners: vec![Listener::plain(listener)],
        limits: Limits::default(),
        observer: None,
        public_hosts: args.public_host,
        public_url: args.public_url.unwrap_or_else(|| format!("http://{address}")),
        metrics_from: args.telemetry.metrics_from(),
        telemetry: telemetry.handles(),
    };
    let announce = |_: &Gate| {
        tracing::info!(%address, tokens, version = version::VERSION, "ready");
        Ok(())
    };
    server::run(deployment, server, folder.path(), announce).await?;
    tracing::info!("stopped");
    telemetry.stop().await;
    Ok(ExitCode::SUCCESS)
}
