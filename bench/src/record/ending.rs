//! What a reset and a deletion take where nearly all tokens are of one integration.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use countersign_model::InstallationId;
use countersign_signing::{Scheme, Scratch};
use countersign_verify::Refusal;

use super::Office;
use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::steady::START;

const LARGE: InstallationId = InstallationId(1);
const TICK: Duration = Duration::from_millis(1);

impl Office {
    /// Why a request of the first token is refused, if it is; signed with the first pair.
    fn refusal(&self, fleet: &Fleet) -> Result<Option<Refusal>> {
        let batch = fleet.sign(START, Scheme::Https, [0])?;
        let request = batch.requests().next().context("no request")?;
        let source = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let asked = self.verifier.verify(&request, source, START, &mut Scratch::default());
        Ok(asked.err().map(|refused| refused.refusal))
    }
}

/// From the call to the first request that the old pair does not open.
pub(super) async fn reset(bench: &mut Bench, office: &Office, fleet: &Fleet) -> Result<()> {
    ensure!(office.refusal(fleet)?.is_none(), "the pair did not work before");
    let began = Instant::now();
    office.authority.reset_credentials(&Office::BY, LARGE, None).await?;
    let refusal = office.refusal(fleet)?;
    let took = began.elapsed().as_secs_f64();
    ensure!(refusal == Some(Refusal::ConsumerKeyUnknown), "the old pair works still");
    let detail = "of an integration with 1,000,000 tokens: until the old pair is dead";
    bench.row("reset_1m_seconds", took, "s", detail);
    Ok(())
}

pub(super) async fn delete(bench: &mut Bench, office: &Office, fleet: &Fleet) -> Result<()> {
    let done = Arc::new(AtomicBool::new(false));
    let waiting = tokio::spawn(longest_pause(done.clone()));
    let began = Instant::now();
    let revoked = office.authority.delete_integration(&Office::BY, LARGE, None).await?;
    let took = began.elapsed().as_secs_f64();
    done.store(true, Relaxed);
    ensure!(office.refusal(fleet)? == Some(Refusal::ConsumerKeyUnknown), "it works still");
    bench.row("delete_1m_seconds", took, "s", format!("{revoked} tokens revoked in one change"));
    let pause = waiting.await?.as_secs_f64() * 1e3;
    bench.row("longest pause of another task", pause, "ms", "meanwhile, on the same threads");
    Ok(())
}

/// By how much a task that only sleeps is late, at most.
async fn longest_pause(done: Arc<AtomicBool>) -> Duration {
    let mut longest = Duration::ZERO;
    while !done.load(Relaxed) {
        let began = Instant::now();
        tokio::time::sleep(TICK).await;
        longest = longest.max(began.elapsed().saturating_sub(TICK));
    }
    longest
}
