//! Numbers of the server's process, and of what it says of itself.

use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::traffic::Traffic;
use crate::machine;

/// At one moment.
#[derive(Default)]
pub(super) struct Sample {
    pub(super) at: Duration,
    pub(super) resident_kib: f64,
    /// Of that, what is no part of a file.
    pub(super) own_kib: f64,
    pub(super) descriptors: f64,
    pub(super) requests: u64,
    /// Admissions that the replay memory holds.
    pub(super) marks: f64,
    /// Answers that are not those that were expected, and connections that failed.
    pub(super) unexpected: u64,
}

impl Sample {
    pub(super) const HEAD: &str =
        "       s   VmRSS KiB     RssAnon   descriptors    requests   remembered   unexpected";
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, resident_kib, own_kib, descriptors, requests, marks, unexpected } = self;
        let at = at.as_secs();
        write!(
            f,
            "{at:>8} {resident_kib:>11} {own_kib:>11} {descriptors:>13} {requests:>11} {marks:>12} \
             {unexpected:>12}"
        )
    }
}

pub(super) struct Watch {
    process: u32,
    metrics: SocketAddr,
}

impl Watch {
    pub(super) fn new(process: u32, metrics: SocketAddr) -> Self {
        Self { process, metrics }
    }

    pub(super) async fn sample(&self, at: Duration, traffic: &Traffic) -> Result<Sample> {
        let marks = self.marks().await?;
        let kib = |kind| {
            Ok::<_, anyhow::Error>(machine::memory_of(&self.process.to_string(), kind)? / 1024.0)
        };
        let descriptors = fs::read_dir(format!("/proc/{}/fd", self.process))?.count();
        Ok(Sample {
            at,
            resident_kib: kib("VmRSS")?,
            own_kib: kib("RssAnon")?,
            descriptors: descriptors as f64,
            requests: traffic.answered(),
            marks,
            unexpected: traffic.unexpected(),
        })
    }

    async fn marks(&self) -> Result<f64> {
        const NAME: &str = "countersign_replay_marks ";
        let mut connection = TcpStream::connect(self.metrics).await?;
        let request =
            "GET /countersign/metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        let line = answer.lines().find_map(|line| line.strip_prefix(NAME));
        line.context("the metrics do not say how much is remembered")?.parse().context("no number")
    }
}
