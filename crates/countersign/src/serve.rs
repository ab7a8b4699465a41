//! `countersign serve`: a real deployment in front of an upstream.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use countersign_gate::{Mode, Upstream};

use crate::deployment::Deployment;
use crate::folder::{DataFolder, Purpose};
use crate::server::{self, Server};
use crate::{key_file, terminal};

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The folder that `countersign init` made
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// The key file that the folder was made with
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The API to protect, such as http://127.0.0.1:9000
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// A host under which people reach the pages, beside the loopback names; without a port
    #[arg(long, value_name = "HOST")]
    public_host: Vec<String>,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    terminal::log();
    let upstream = Upstream::parse(&args.upstream)?;
    let key = key_file::read(&args.key_file)?;
    let folder = DataFolder::open(&args.data_dir, Purpose::Serve)?;
    let deployment = Deployment::open(&folder, &key).await?;
    let listener = server::listen(args.listen).await?;
    let address = listener.local_addr()?;
    tracing::info!(%address, tokens = deployment.verifier.directory().tokens(), "ready");
    let server =
        Server { mode: Mode::Serve, upstream, observer: None, public_hosts: args.public_host };
    server::run(deployment, server, listener, folder.path()).await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
