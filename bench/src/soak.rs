//! Minutes of mixed traffic against the real program, and whether its memory stays where it is.
//!
//! The rate is fixed, so what grows by design comes to a stand before the second half of ten
//! minutes, in which the slope is taken: the replay memory, which holds what was signed in the last
//! five minutes (what it grows then is counted, and taken off); and the table of the newest 65,536
//! admissions, which is touched as it fills: hence no lower rate.
//!
//! Belongs here: the run and its verdict. Does not: what is sent (`traffic`), the server and its
//! settings (`deployment`), numbers of its process (`watch`).

mod deployment;
mod network;
mod signer;
mod traffic;
mod upstream;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use tokio::time::{MissedTickBehavior, interval};

use deployment::Deployment;
use traffic::Traffic;
use watch::{Sample, Watch};

/// How often the process is looked at.
const LOOK: Duration = Duration::from_secs(10);
/// How often rules are read anew, and how often the certificate is another.
const RULES: u64 = 3;
const CERTIFICATE: u64 = 6;
/// A slope below it is no leak that we can tell: fragments come and go.
const FLAT: f64 = 128.0;
/// In minutes: in the second half of less than that something may grow by design.
const WHOLE: u64 = 10;
/// Of each admission that is remembered, at most (`replay_bytes_per_request`, sets that have just
/// grown).
const BYTES_PER_MARK: f64 = 34.0;

#[derive(Args)]
pub(crate) struct SoakArgs {
    /// The program
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Where the data folder is made
    #[arg(long, value_name = "DIR")]
    scratch: PathBuf,
    /// How long
    #[arg(long, default_value_t = WHOLE)]
    minutes: u64,
    /// Requests a second
    #[arg(long, default_value_t = 300)]
    rate: u32,
    /// Leave these out: to find what it is that grows
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    without: Vec<Part>,
}

/// What may be left out.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Forms,
    Refusals,
    /// Connections for one request, and WebSockets.
    Guests,
    Sockets,
    Reloads,
}

impl SoakArgs {
    fn has(&self, part: Part) -> bool {
        !self.without.contains(&part)
    }
}

pub(crate) fn run(args: &SoakArgs) -> Result<()> {
    let folder = tempfile::tempdir_in(&args.scratch)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let upstream = upstream::start().await?;
        let deployment = Deployment::start(&args.program, folder.path(), upstream)?;
        let traffic = Arc::new(Traffic::new(&deployment, args.without.clone())?);
        traffic.start(args.rate);
        let samples = watch(args, &deployment, &traffic).await?;
        traffic.end();
        // Not here: clients and upstream go on meanwhile, else the server would wait for them.
        tokio::task::spawn_blocking(move || deployment.stop()).await??;
        tell(args, &samples)
    })
}

async fn watch(args: &SoakArgs, deployment: &Deployment, traffic: &Traffic) -> Result<Vec<Sample>> {
    println!("{}", Sample::HEAD);
    let watch = Watch::new(deployment.id(), deployment.plain);
    let (began, mut samples) = (Instant::now(), Vec::new());
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for turn in 0..=args.minutes * 60 / LOOK.as_secs() {
        look.tick().await;
        let sample = watch.sample(began.elapsed(), traffic).await?;
        println!("{sample}");
        samples.push(sample);
        if turn % RULES == 1 && args.has(Part::Reloads) {
            deployment.reload_rules(turn)?;
        }
        if turn % CERTIFICATE == 2 && args.has(Part::Reloads) {
            deployment.renew_certificate()?;
        }
    }
    Ok(samples)
}

fn tell(args: &SoakArgs, samples: &[Sample]) -> Result<()> {
    let half = &samples[samples.len() / 2..];
    let resident = slope(half, |sample| sample.resident_kib);
    // Pages of files, such as the program's own, come and go with what else the machine does.
    let memory = slope(half, |sample| sample.own_kib);
    let remembered = slope(half, |sample| sample.marks) * BYTES_PER_MARK / 1024.0;
    let (descriptors, rest) = (slope(half, |sample| sample.descriptors), memory - remembered);
    let is_flat = rest < FLAT;
    println!(
        "\nthe second half: VmRSS {resident:+.0}, RssAnon {memory:+.0} KiB a minute, of which \
         the replay memory {remembered:+.0}; descriptors {descriptors:+.1} a minute"
    );
    println!(
        "{}: {rest:+.0} KiB a minute; flat is below {FLAT:.0}, {:.0} bytes a request",
        if is_flat { "flat" } else { "NOT FLAT" },
        FLAT * 1024.0 / 60.0 / f64::from(args.rate)
    );
    if args.minutes < WHOLE {
        println!(
            "less than {WHOLE} minutes: the second half is not yet one in which nothing is to grow"
        );
    }
    let unexpected = samples.last().is_none_or(|last| last.unexpected > 0);
    ensure!(!unexpected, "some answers were not those that were expected");
    ensure!(is_flat || args.minutes < WHOLE, "the server's memory grows");
    Ok(())
}

/// By how much it grows in a minute, as a line through all of them has it (least squares).
fn slope(samples: &[Sample], of: impl Fn(&Sample) -> f64) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(of).sum::<f64>() / count;
    let minutes = |sample: &Sample| sample.at.as_secs_f64() / 60.0;
    let (at, value) = (mean(&minutes), mean(&of));
    let (mut above, mut below) = (0.0, 0.0);
    for sample in samples {
        let distance = minutes(sample) - at;
        above += distance * (of(sample) - value);
        below += distance * distance;
    }
    if below > 0.0 { above / below } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_by_the_minute() {
        let sample = |second: u64, kib: f64| Sample {
            at: Duration::from_secs(second),
            resident_kib: kib,
            ..Sample::default()
        };
        let samples = [sample(0, 10.0), sample(30, 11.0), sample(60, 12.0), sample(90, 13.0)];
        assert!((slope(&samples, |it| it.resident_kib) - 2.0).abs() < 1e-9);
        assert_eq!(slope(&samples[..1], |it| it.resident_kib), 0.0);
    }
}
