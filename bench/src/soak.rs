//! Minutes of mixed traffic against the real program, and whether its memory stays where it is.
//!
//! The rate is fixed, so what grows by design comes to a stand before the second half of ten
//! minutes, of which the verdict is: the replay memory, which holds what was signed in the last
//! five minutes; and the table of the newest 65,536 admissions, which is touched as it fills: hence
//! no lower rate.
//!
//! Belongs here: the run. Does not: what is sent (`traffic`), the server and its settings
//! (`deployment`), numbers of its process (`watch`), whether they are right (`verdict`).

mod deployment;
mod network;
mod signer;
mod traffic;
mod upstream;
mod verdict;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::{Args, ValueEnum};
use tokio::time::{MissedTickBehavior, interval};

use deployment::Deployment;
use traffic::Traffic;
use verdict::Verdict;
use watch::{Sample, Watch};

/// How often the process is looked at.
const LOOK: Duration = Duration::from_secs(10);
/// How often rules are read anew, and how often the certificate is another.
const RULES: u64 = 3;
const CERTIFICATE: u64 = 6;
/// In minutes. Half of it would do; but allocators take memory in steps, and in quarters of five
/// minutes a step or two do not decide.
const LENGTH: u64 = 20;

#[derive(Args)]
pub(crate) struct SoakArgs {
    /// The program
    #[arg(long, value_name = "FILE")]
    program: PathBuf,
    /// Where the data folder is made
    #[arg(long, value_name = "DIR")]
    scratch: PathBuf,
    /// How long
    #[arg(long, default_value_t = LENGTH)]
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
        tell(&Verdict::of(args.minutes, &samples))
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

fn tell(verdict: &Verdict) -> Result<()> {
    println!("\n{verdict}");
    let faults = verdict.faults();
    ensure!(faults.is_empty(), "{}", faults.join("; "));
    Ok(())
}
