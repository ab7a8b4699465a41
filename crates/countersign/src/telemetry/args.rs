//! Options of the command line, for what has no settings file.

use std::net::{Ipv4Addr, Ipv6Addr};

use clap::Args;
use ipnet::IpNet;

use super::otlp;
use super::{LogFormat, LogOptions, Otlp, TelemetryOptions};

#[derive(Args)]
pub(crate) struct TelemetryArgs {
    /// The form of log lines
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    log_format: LogFormat,
    /// A network whose machines may read /countersign/metrics, such as 10.0.0.0/8; without any,
    /// this machine only
    #[arg(long, value_name = "NETWORK")]
    metrics_from: Vec<IpNet>,
    /// Send traces to this collector (OTLP over HTTP), such as http://127.0.0.1:4318
    #[arg(long, value_name = "URL")]
    otlp_endpoint: Option<String>,
    /// The share of requests that are traced, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, requires = "otlp_endpoint")]
    otlp_sample: f64,
}

impl TelemetryArgs {
    pub(crate) fn options(&self) -> anyhow::Result<TelemetryOptions> {
        let otlp = |endpoint: &String| {
            Ok::<_, anyhow::Error>(Otlp {
                endpoint: otlp::endpoint(endpoint)?,
                sample: self.otlp_sample,
                headers: Vec::new(),
                service_name: "countersign".to_owned(),
            })
        };
        Ok(TelemetryOptions {
            log: LogOptions { format: self.log_format, filter: None },
            otlp: self.otlp_endpoint.as_ref().map(otlp).transpose()?,
        })
    }

    pub(crate) fn metrics_from(&self) -> Vec<IpNet> {
        if self.metrics_from.is_empty() { this_machine() } else { self.metrics_from.clone() }
    }
}

/// The addresses that only this machine has.
pub(crate) fn this_machine() -> Vec<IpNet> {
    let loopback =
        [IpNet::new(Ipv4Addr::LOCALHOST.into(), 8), IpNet::new(Ipv6Addr::LOCALHOST.into(), 128)];
    // Both prefixes are within their addresses.
    loopback.into_iter().flatten().collect()
}
