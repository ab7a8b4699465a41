//! A record of a million tokens: how long until it can judge, how long a page of a list takes, and
//! what becomes of an integration that has nearly all of them.

mod ending;
mod filling;
mod lists;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use countersign_authority::{Authority, Requester, Store, Vault};
use countersign_model::AccountNumber;
use countersign_store::{Record, Trail};
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::replay::{ReplayGuard, Settings};
use countersign_verify::{Directory, Verifier};

pub(crate) use filling::fill_plainly;

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::rounds::Samples;
use crate::steady::{START, replay_key};

const TOKENS: u32 = 1_000_000;
const STARTS: usize = 5;

/// One record for all rows: to make it takes longer than to measure it.
pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let folder = bench.folder()?;
    let fleet = Fleet::new(TOKENS)?;
    // As the program's own.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let began = Instant::now();
        filling::fill_variously(folder.path(), &fleet).await?;
        let filling = began.elapsed().as_secs_f64();
        let (verifier, starts) = starts(folder.path(), &fleet).await?;
        let size = std::fs::metadata(folder.path().join("record.db"))?.len() as f64 / 1e6;
        let detail = format!(
            "{TOKENS} tokens, {} entities, {} roles, {size:.0} MB, {STARTS} times",
            fleet.entities(),
            fleet.roles().count()
        );
        bench.row("startup_1m_seconds", starts.median(), "s", detail);
        bench.row("making that record", filling, "s", "by SQL of its own, in one transaction");
        let office = Office::open(folder.path(), &fleet, verifier).await?;
        lists::run(bench, &office).await?;
        ending::reset(bench, &office, &fleet).await?;
        ending::delete(bench, &office, &fleet).await?;
        office.record.close().await.context("can't close the record")
    })
}

/// Some starts, one after the other; what the last one left.
async fn starts(dir: &Path, fleet: &Fleet) -> Result<(Verifier, Samples)> {
    let mut starts = Samples::default();
    let mut loaded = None;
    for _ in 0..STARTS {
        drop(loaded.take());
        let (directory, took) = start(dir, fleet).await?;
        starts.push(took);
        loaded = Some(directory);
    }
    let guard = ReplayGuard::in_memory(Settings::default(), replay_key());
    Ok((Verifier::new(loaded.context("no start")?, guard), starts))
}

/// The directory, and the seconds from the folder to it. The file is in the page cache: it was just
/// written.
async fn start(dir: &Path, fleet: &Fleet) -> Result<(Directory, f64)> {
    let began = Instant::now();
    let record = Record::sqlite(dir).await?;
    let vault = Vault::open(fleet.key(), &record.data_keys().await?)?;
    let directory = Directory::new(Arc::new(vault), &[0x11; 32]);
    record.load(&|fact| directory.learn(fact)).await?;
    let took = began.elapsed().as_secs_f64();
    ensure!(directory.tokens() == fleet.tokens() as usize, "not all tokens were loaded");
    record.close().await?;
    Ok((directory, took))
}

/// The use cases over that record, and the verdicts that learn of them.
struct Office {
    authority: Authority,
    record: Arc<Record>,
    verifier: Arc<Verifier>,
}

impl Office {
    const BY: Requester = Requester {
        account: AccountNumber(1),
        actor: countersign_model::Actor::LocalUser(0),
        origin: None,
    };

    async fn open(dir: &Path, fleet: &Fleet, verifier: Verifier) -> Result<Self> {
        let record = Arc::new(Record::sqlite(dir).await?);
        let trail = Arc::new(Trail::sqlite(dir).await?);
        let verifier = Arc::new(verifier);
        let (clock, chance) = (FakeClock::at(START), SeededChance::new(7));
        let authority = Authority::new(
            record.clone(),
            fleet.vault(),
            verifier.clone(),
            Arc::new(clock),
            Arc::new(chance),
        );
        Ok(Self { authority: authority.with_uses(trail), record, verifier })
    }
}
