//! From a record of a million tokens to a directory that can judge.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use countersign_authority::{Act, Event, Store, Vault};
use countersign_model::{AccountNumber, Actor, TokenNumber};
use countersign_store::Record;
use countersign_verify::Directory;

use crate::bench::Bench;
use crate::fleet::Fleet;
use crate::rounds::Samples;
use crate::steady::START;

const TOKENS: u32 = 1_000_000;
const TOKENS_A_CHANGE: u32 = 100_000;
const STARTS: usize = 5;

pub(crate) fn run(bench: &mut Bench) -> Result<()> {
    let folder = bench.folder()?;
    let kept = std::env::var_os("KEPT").map(std::path::PathBuf::from);
    let path = kept.clone().unwrap_or_else(|| folder.path().to_owned());
    let fleet = Fleet::new(TOKENS)?;
    // As the program's own.
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (filling, starts) = runtime.block_on(async {
        let began = Instant::now();
        if !path.join("record.db").exists() {
            fill(&path, &fleet).await?;
        }
        let filling = began.elapsed().as_secs_f64();
        let mut starts = Samples::default();
        for _ in 0..STARTS {
            starts.push(start(&path, &fleet).await?);
        }
        anyhow::Ok((filling, starts))
    })?;
    let size = std::fs::metadata(path.join("record.db"))?.len() as f64 / 1e6;
    let detail = format!(
        "{TOKENS} tokens, {} entities, {} roles, {size:.0} MB, {STARTS} times",
        fleet.entities(),
        fleet.roles().count()
    );
    bench.row("startup_1m_seconds", starts.median(), "s", detail);
    let detail = format!("{TOKENS_A_CHANGE} tokens a change, one at a time");
    bench.row("writing that record", filling, "s", detail);
    Ok(())
}

/// Seconds from the folder to the directory. The file is in the page cache: it was just written.
async fn start(dir: &Path, fleet: &Fleet) -> Result<f64> {
    let began = Instant::now();
    let record = Record::sqlite(dir).await?;
    let vault = Vault::open(fleet.key(), &record.data_keys().await?)?;
    let directory = Directory::new(Arc::new(vault), &[0x11; 32]);
    record.load(&|fact| directory.learn(fact)).await?;
    let took = began.elapsed().as_secs_f64();
    ensure!(directory.tokens() == fleet.tokens() as usize, "not all tokens were loaded");
    record.close().await?;
    Ok(took)
}

/// Makes `record.db` in `dir`.
pub(crate) async fn fill(dir: &Path, fleet: &Fleet) -> Result<()> {
    let record = Record::sqlite(dir).await?;
    found(&record, fleet).await?;
    for first in (0..fleet.tokens()).step_by(TOKENS_A_CHANGE as usize) {
        let mut change = record.begin().await?;
        for place in first..fleet.tokens().min(first + TOKENS_A_CHANGE) {
            change.add_token(&fleet.token(place)?).await?;
        }
        change.commit(&event(TokenNumber(1 + first))).await?;
    }
    record.close().await.context("can't close the record")
}

async fn found(record: &Record, fleet: &Fleet) -> Result<()> {
    let account = fleet.account()?;
    let mut change = record.begin().await?;
    change.add_data_key(fleet.data_key()).await?;
    change.add_account(&account).await?;
    for role in fleet.roles() {
        change.add_role(&role).await?;
    }
    for number in 0..fleet.entities() {
        change.add_entity(&fleet.entity(number)?).await?;
        let (entity, role) = fleet.assignment(number);
        change.assign_role(account.number, entity, role).await?;
    }
    change.add_integration(&fleet.integration()?).await?;
    change.add_installation(&fleet.installation()).await?;
    change.commit(&event(TokenNumber(1))).await?;
    Ok(())
}

fn event(token: TokenNumber) -> Event {
    Event {
        at: START,
        actor: Actor::LocalUser(0),
        origin: None,
        account: AccountNumber(1),
        act: Act::TokenCreated {
            token: token.0,
            name: "Bench".to_owned(),
            installation: 1,
            entity: 1,
            role: 1000,
        },
    }
}
