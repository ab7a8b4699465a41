//! `countersign serve`: a real deployment in front of an upstream.

mod plan;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Args;
use countersign_authority::Keep;
use countersign_gate::{Limits, Mode, Upstream};

use crate::deployment::{self, Deployment};
use crate::folder::{DataFolder, Purpose};
use crate::server::{self, Server};
use crate::{key_file, settings, terminal};

use plan::Plan;
pub(crate) use plan::not_yet;

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The settings file; without one, the options below make the usual small deployment
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = ["data_dir", "key_file", "listen", "upstream", "public_host"])]
    config: Option<PathBuf>,
    /// The folder that `countersign init` made
    #[arg(long, value_name = "DIR", required_unless_present = "config")]
    data_dir: Option<PathBuf>,
    /// The key file that the folder was made with
    #[arg(long, value_name = "FILE", required_unless_present = "config")]
    key_file: Option<PathBuf>,
    /// Where to listen
    #[arg(long, value_name = "ADDR", value_parser = server::address)]
    #[arg(default_value = server::DEFAULT)]
    listen: SocketAddr,
    /// The API to protect, such as http://127.0.0.1:9000
    #[arg(long, value_name = "URL", required_unless_present = "config")]
    upstream: Option<String>,
    /// A host under which people reach the pages, beside the loopback names; without a port
    #[arg(long, value_name = "HOST")]
    public_host: Vec<String>,
    /// Give up what the replay memory holds, where it is lost or damaged, or the folder was
    /// restored from a backup: all timestamps up to now and five minutes ahead are then refused
    #[arg(long)]
    renew_replay_memory: bool,
}

pub(crate) async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    let renew_replay_memory = args.renew_replay_memory;
    let plan = args.plan()?;
    let _log = terminal::log(plan.log.as_deref());
    for warning in &plan.warnings {
        tracing::warn!("{warning}");
    }
    let folder = DataFolder::open(&plan.data_dir, Purpose::Serve)?;
    let key = key_file::read(&plan.key_file)?;
    if renew_replay_memory {
        deployment::renew_replay_memory(&folder)?;
    }
    let deployment = Deployment::open(&folder, &key).await?;
    let listener = server::listen(plan.listen).await?;
    let address = listener.local_addr()?;
    let tokens = deployment.verifier.directory().tokens();
    let server = Server {
        mode: Mode::Serve,
        upstream: plan.upstream,
        observer: None,
        public_hosts: plan.public_hosts,
        limits: plan.limits,
        keep: plan.keep,
    };
    let announce = || {
        tracing::info!(%address, tokens, "ready");
        Ok(())
    };
    server::run(deployment, server, listener, folder.path(), announce).await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

impl ServeArgs {
    fn plan(self) -> anyhow::Result<Plan> {
        if let Some(config) = &self.config {
            let effective = settings::read(config)?.map_err(|it| settings::as_error(&it))?;
            return Plan::of(&effective);
        }
        // The command line is not read without them.
        let missing = || anyhow!("name a settings file with --config");
        Ok(Plan {
            data_dir: self.data_dir.ok_or_else(missing)?,
            key_file: self.key_file.ok_or_else(missing)?,
            listen: self.listen,
            upstream: Upstream::parse(&self.upstream.ok_or_else(missing)?)?,
            public_hosts: self.public_host,
            limits: Limits::default(),
            keep: Keep::default(),
            log: None,
            warnings: Vec::new(),
        })
    }
}
