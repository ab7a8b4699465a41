//! A data folder at work: the only place where adapters are chosen.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use async_trait::async_trait;
use countersign_authority::{
    Authority, Founding, KeyEncryptionKey, Projection, Requester, SetUpLink, Store, StoreFault,
    Unattended, Vault,
};
use countersign_model::{
    Account, AccountHosts, AccountNumber, Chance, Clock, Timestamp, TokenNumber,
};
use countersign_store::{Record, Trail};
use countersign_trail::{AttemptStore, Explanations, TokenClock, TokenClocks, complete};
use countersign_verify::replay::{BootId, ReplayGuard, ReplayKey, Settings};
use countersign_verify::{Directory, Verifier};

use crate::folder::DataFolder;
use crate::system::{self, OsChance, SystemClock};

/// Everything that a server needs of a folder.
pub(crate) struct Deployment {
    pub(crate) authority: Arc<Authority>,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) explanations: Explanations,
    pub(crate) vault: Arc<Vault>,
    pub(crate) record: Arc<Record>,
    pub(crate) trail: Arc<Trail>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
}

impl Deployment {
    /// Opens a folder to serve from it. Ready means loaded. Accounts are named by `hosts` too,
    /// where there are some.
    pub(crate) async fn open(
        folder: &DataFolder,
        key: &KeyEncryptionKey,
        hosts: Option<AccountHosts>,
    ) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chance: Arc<dyn Chance> = Arc::new(OsChance);
        system::check_clock(&*clock)?;

        let (record, vault) = open_record(folder, key).await?;
        let mut nobody = [0; 32];
        chance.fill(&mut nobody);
        let directory = Directory::new(vault.clone(), &nobody);
        let directory = match hosts {
            Some(hosts) => directory.by_host(hosts),
            None => directory,
        };
        record.load(&|fact| directory.learn(fact)).await.context("can't load the record")?;

        let trail = Arc::new(Trail::sqlite(folder.path()).await?);
        let replay = open_replay_guard(folder, &*clock, &trail).await?;
        let verifier = Arc::new(Verifier::new(directory, replay));
        let authority = Authority::new(
            record.clone(),
            vault.clone(),
            verifier.clone(),
            clock.clone(),
            chance.clone(),
        );
        let authority = Arc::new(authority.with_uses(trail.clone()));
        make_ready(&authority).await?;
        let explanations = explanations_of(&record, &trail, &clock);
        Ok(Self { authority, verifier, explanations, vault, record, trail, clock, chance })
    }
}

/// Opens a folder to change its record, while no server runs on it.
pub(crate) async fn authority(
    folder: &DataFolder,
    key: &KeyEncryptionKey,
) -> anyhow::Result<Authority> {
    let (record, vault) = open_record(folder, key).await?;
    let trail = Arc::new(Trail::sqlite(folder.path()).await?);
    let authority = authority_over(record, vault, Arc::new(Unattended)).with_uses(trail);
    make_ready(&authority).await?;
    Ok(authority)
}

/// What is due, before anything else is done with a record.
async fn make_ready(authority: &Authority) -> anyhow::Result<()> {
    authority.end_due_rotations().await.context("can't end rotations that are over")?;
    authority.erase_previous_secrets().await.context("can't erase old secrets")?;
    authority.remove_assertion_keys().await.context("can't remove old assertion keys")?;
    let made = authority.ensure_assertion_key(&Requester::schedule(AccountNumber::NONE)).await;
    made.context("can't make the key that signs assertions")
}

/// Opens a folder to look refusals up in it, while no server runs on it.
pub(crate) async fn explanations(folder: &DataFolder) -> anyhow::Result<Explanations> {
    let record = open_database(folder).await?;
    let trail = Arc::new(Trail::sqlite(folder.path()).await?);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(explanations_of(&record, &trail, &clock))
}

fn explanations_of(
    record: &Arc<Record>,
    trail: &Arc<Trail>,
    clock: &Arc<dyn Clock>,
) -> Explanations {
    Explanations::new(record.clone(), trail.clone(), trail.clone(), clock.clone())
}

/// What a folder keeps of clients' clocks, while no server runs on it.
pub(crate) struct KeptClocks(PathBuf);

impl KeptClocks {
    pub(crate) fn of(folder: &DataFolder) -> Self {
        Self(folder.path().to_owned())
    }
}

#[async_trait]
impl TokenClocks for KeptClocks {
    async fn token_clock(
        &self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<Option<TokenClock>, StoreFault> {
        let trail = Trail::sqlite(&self.0).await?;
        let clock = trail.token_clock(account, token).await?;
        trail.close().await?;
        Ok(clock)
    }
}

/// Makes the databases and the replay guard's folder, and founds the first account.
pub(crate) async fn found(
    folder: &DataFolder,
    key: &KeyEncryptionKey,
    founding: Founding,
) -> anyhow::Result<(Account, Authority, Option<SetUpLink>)> {
    let record = Arc::new(Record::sqlite(folder.path()).await?);
    let (vault, data_key) = Vault::create(key, &OsChance)?;
    let authority = authority_over(record, Arc::new(vault), Arc::new(Unattended));
    let founding = Founding { data_key: Some(data_key), ..founding };
    let (account, _, link) = authority.found_account(system::actor(), founding).await?;
    authority.ensure_assertion_key(&system::requester(AccountNumber::NONE)).await?;

    folder.make_replay()?;
    ReplayGuard::create(&folder.replay(), &new_replay_key())
        .context("can't make the replay memory")?;
    Trail::sqlite(folder.path()).await?.close().await?;
    Ok((account, authority, link))
}

/// Gives up what the replay memory of `folder` holds.
pub(crate) fn renew_replay_memory(folder: &DataFolder) -> anyhow::Result<()> {
    if !folder.replay().exists() {
        folder.make_replay()?;
    }
    ReplayGuard::renew(&folder.replay(), &new_replay_key()).context("can't renew the replay memory")
}

fn new_replay_key() -> ReplayKey {
    let mut key = [0; 16];
    OsChance.fill(&mut key);
    ReplayKey::new(key)
}

async fn open_record(
    folder: &DataFolder,
    key: &KeyEncryptionKey,
) -> anyhow::Result<(Arc<Record>, Arc<Vault>)> {
    let record = open_database(folder).await?;
    let vault = Arc::new(Vault::open(key, &record.data_keys().await?)?);
    Ok((record, vault))
}

async fn open_database(folder: &DataFolder) -> anyhow::Result<Arc<Record>> {
    if !folder.path().join("record.db").exists() {
        bail!("record.db is missing from {}: restore a backup", folder.path().display());
    }
    Ok(Arc::new(Record::sqlite(folder.path()).await?))
}

fn authority_over(
    record: Arc<Record>,
    vault: Arc<Vault>,
    projection: Arc<dyn Projection>,
) -> Authority {
    Authority::new(record, vault, projection, Arc::new(SystemClock), Arc::new(OsChance))
}

/// Opens the replay memory, and completes the trail from it.
async fn open_replay_guard(
    folder: &DataFolder,
    clock: &dyn Clock,
    trail: &Trail,
) -> anyhow::Result<ReplayGuard> {
    let now = clock.now().seconds();
    let (settings, boot) = (Settings::default(), BootId::read()?);
    let written = trail.written().await?;
    let since = written.complete_until();
    let (guard, recovery) = ReplayGuard::open(&folder.replay(), settings, boot, now, since)
        .context("can't open the replay memory (`serve --renew-replay-memory` replaces it)")?;
    let completed = complete(trail, &written, &recovery.uses).await;
    let completed = completed.context("can't complete the login trail from the replay journal")?;
    if completed > 0 {
        tracing::info!(
            completed,
            "the last process ended before it had written these admissions to the login trail: \
             they were taken from the replay journal, without method and path"
        );
    }
    if let (Some(boundary), Some(reason)) = (recovery.boundary, &recovery.reason) {
        tracing::warn!(
            %reason,
            until = %Timestamp::from_seconds(boundary),
            seconds = boundary - now,
            "what was admitted before this start is not known to the end: all timestamps up to \
             `until` are refused (restart-boundary)"
        );
    }
    if recovery.floor > now {
        tracing::error!(
            seconds = recovery.floor - now,
            "the clock was ahead when requests were last admitted: all are refused until then; \
             check the clock, or give --renew-replay-memory once"
        );
    }
    Ok(guard)
}
