//! `countersign serve`: a real deployment in front of its upstreams.

mod certificates;
mod doubts;
mod listeners;
mod plan;
mod reload;
mod routes;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Args;
use countersign_gate::Mode;

use crate::deployment::{self, Deployment};
use crate::folder::{DataFolder, Purpose};
use crate::server::{self, Server};
use crate::telemetry::{self, TelemetryArgs};
use crate::{key_file, version};

pub(crate) use doubts::{certificate, doubtful, open_to_others};
pub(crate) use listeners::certified;
use plan::Plan;
pub(crate) use plan::headers;
use reload::Reloading;
pub(crate) use routes::{rules, trust};

#[derive(Args)]
pub(crate) struct ServeArgs {
    /// The settings file; without one, the options below make the usual small deployment
    #[arg(long, value_name = "FILE")]
    #[arg(conflicts_with_all = [
        "data_dir", "key_file", "listen", "upstream", "public_host", "public_url", "log_format",
        "metrics_from", "otlp_endpoint", "otlp_sample",
    ])]
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
    /// Where upstreams reach this deployment, such as https://api.example.com: assertions name it
    /// as their issuer. Without it, the address that is listened on
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
    let (config, renew_replay_memory) = (args.config.clone(), args.renew_replay_memory);
    let plan = args.plan()?;
    let telemetry = telemetry::start(&plan.telemetry)?;
    for warning in &plan.warnings {
        tracing::warn!("{warning}");
    }
    let folder = DataFolder::open(&plan.data_dir, Purpose::Serve)?;
    let key = key_file::read(&plan.key_file)?;
    if renew_replay_memory {
        deployment::renew_replay_memory(&folder)?;
    }
    let deployment = Deployment::open(&folder, &key, plan.account_hosts.clone()).await?;
    for warning in doubts::undefined_permissions(&plan.rules, deployment.verifier.directory()) {
        tracing::warn!("{warning}");
    }
    let bound = listeners::bind(&plan.listeners).await?;
    let addresses = bound.addresses();
    let tokens = deployment.verifier.directory().tokens();
    let reloading = Reloading::new(config, &plan, bound.certificates());
    let public_url = plan.public_url.unwrap_or_else(|| format!("http://{addresses}"));
    let server = Server {
        mode: Mode::Serve,
        rules: plan.rules,
        listeners: bound.listeners,
        limits: plan.limits,
        grace: plan.grace,
        observer: None,
        public_hosts: plan.public_hosts,
        public_url,
        metrics_from: plan.metrics_from,
        telemetry: telemetry.handles(),
        keep: plan.keep,
    };
    let served = server::run(deployment, server, folder.path(), |gate, metrics| {
        reloading.start(gate, metrics)?;
        tracing::info!(address = %addresses, tokens, version = version::VERSION, "ready");
        Ok(())
    });
    let ending = served.await?;
    tracing::info!("stopped");
    telemetry.stop(ending).await;
    Ok(ExitCode::SUCCESS)
}

impl ServeArgs {
    fn plan(self) -> anyhow::Result<Plan> {
        if let Some(config) = &self.config {
            return Plan::of(doubts::read(config)?);
        }
        // The command line is not read without them.
        let missing = || anyhow!("name a settings file with --config");
        let (data_dir, key_file) =
            (self.data_dir.ok_or_else(missing)?, self.key_file.ok_or_else(missing)?);
        let upstream = self.upstream.ok_or_else(missing)?;
        let plan = Plan::small(data_dir, key_file, self.listen, &upstream)?;
        Ok(Plan {
            public_hosts: self.public_host,
            public_url: self.public_url,
            metrics_from: self.telemetry.metrics_from(),
            telemetry: self.telemetry.options()?,
            ..plan
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use clap::error::ErrorKind;

    use crate::cli::Cli;

    /// What both said would be said by one of them only.
    #[test]
    fn a_settings_file_leaves_no_other_option_but_the_one_that_it_can_not_hold() {
        let with = |more: &[&'static str]| {
            let command = ["countersign", "serve", "--config", "c.toml"];
            Cli::try_parse_from(command.iter().chain(more))
        };
        for option in [
            ["--data-dir", "data"],
            ["--key-file", "key"],
            ["--listen", "127.0.0.1:8080"],
            ["--upstream", "http://127.0.0.1:9000"],
            ["--public-host", "auth.example.com"],
            ["--public-url", "https://auth.example.com"],
            ["--log-format", "json"],
            ["--metrics-from", "10.0.0.0/8"],
            ["--otlp-endpoint", "http://127.0.0.1:4318"],
        ] {
            let refused = with(&option).err().expect("is refused");
            assert_eq!(refused.kind(), ErrorKind::ArgumentConflict, "{option:?}");
        }
        assert!(with(&["--otlp-sample", "0.5"]).is_err());
        assert!(with(&["--renew-replay-memory"]).is_ok());
    }
}
