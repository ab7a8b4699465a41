//! A trail in memory, and attempts to write into it.

use std::net::Ipv4Addr;
use std::sync::Mutex;

use countersign_model::{AccountId, AccountNumber, EntityId, InstallationId, RoleId, TokenNumber};
use countersign_testkit::SeededChance;
use countersign_verify::{
    Admission, Caller, Named, Principal, Reference, Refusal, Refused, Remembered, Retiring, Surface,
};

use super::super::*;
use countersign_authority::{StoreFault, TokenUse};

/// A trail in memory, whose disk can be full.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) rows: Mutex<Vec<AttemptRow>>,
    pub(super) counts: Mutex<Vec<AttemptCount>>,
    pub(super) clocks: Mutex<Vec<TokenClock>>,
    pub(super) uses: Mutex<Vec<TokenUse>>,
    pub(super) remembered: Mutex<Vec<Remembered>>,
    pub(super) full: std::sync::atomic::AtomicBool,
    pub(super) kept: Mutex<Option<Keep>>,
}

impl Memory {
    pub(super) fn set_full(&self, full: bool) {
        self.full.store(full, std::sync::atomic::Ordering::SeqCst);
    }

    pub(super) fn counted(&self) -> u64 {
        self.counts.lock().unwrap().iter().map(|count| count.count).sum()
    }

    pub(super) fn attempts_in_rows(&self) -> u64 {
        self.rows.lock().unwrap().iter().map(|row| row.count).sum()
    }
}

#[async_trait]
impl AttemptStore for Memory {
    async fn write(&self, batch: &AttemptBatch) -> Result<(), StoreFault> {
        if self.full.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(StoreFault::DiskFull);
        }
        self.rows.lock().unwrap().extend(batch.rows.iter().cloned());
        self.counts.lock().unwrap().extend(batch.counts.iter().cloned());
        self.uses.lock().unwrap().extend(&batch.uses);
        self.remembered.lock().unwrap().extend(&batch.remembered);
        Ok(())
    }

    async fn probe(&self) -> Result<(), StoreFault> {
        self.write(&AttemptBatch::default()).await
    }

    async fn trim(&self, keep: Keep) -> Result<(), StoreFault> {
        *self.kept.lock().unwrap() = Some(keep);
        Ok(())
    }

    async fn find(&self, _: &str) -> Result<Option<AttemptRow>, StoreFault> {
        Ok(None)
    }

    async fn totals(&self) -> Result<(u64, u64), StoreFault> {
        Ok((0, 0))
    }

    async fn save_clocks(&self, clocks: &[TokenClock]) -> Result<(), StoreFault> {
        if self.full.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(StoreFault::DiskFull);
        }
        self.clocks.lock().unwrap().extend(clocks);
        Ok(())
    }

    async fn written(&self) -> Result<Written, StoreFault> {
        let remembered = self.remembered.lock().unwrap();
        let until = remembered.iter().map(|used| used.at).max();
        let fingerprints = remembered.iter().map(|used| used.fingerprint).collect();
        Ok(Written { until, fingerprints })
    }

    async fn clocks(&self) -> Result<Vec<TokenClock>, StoreFault> {
        Ok(self.clocks.lock().unwrap().clone())
    }
}

pub(super) struct Trail {
    pub(super) store: Arc<Memory>,
    pub(super) attempts: Arc<Attempts>,
    pub(super) running: tokio::task::JoinHandle<()>,
    pub(super) chance: SeededChance,
}

impl Trail {
    pub(super) fn start() -> Self {
        let store = Arc::new(Memory::default());
        let (attempts, task) = Attempts::new(store.clone());
        let running = tokio::spawn(task.run());
        Self { store, attempts: Arc::new(attempts), running, chance: SeededChance::new(1) }
    }

    pub(super) async fn close(self) -> Arc<Memory> {
        self.attempts.close().await;
        self.running.await.unwrap();
        self.store
    }

    pub(super) fn attempt(&self, source: u8, token: Option<u32>) -> RefusedAttempt {
        let token = token.map(|number| (AccountNumber(1), TokenNumber(number)));
        let refusal =
            if token.is_some() { Refusal::BadSignature } else { Refusal::ConsumerKeyUnknown };
        RefusedAttempt {
            reference: Reference::generate(&self.chance),
            caller: caller(source),
            refused: Refused {
                named: Named { token, ..Named::default() },
                ..Refused::nobody(refusal)
            },
        }
    }
}

pub(super) fn caller(source: u8) -> Caller {
    Caller {
        at: Timestamp::from_seconds(1_800_000_000),
        source: Ipv4Addr::new(10, 0, source, 1).into(),
        surface: Surface::Restlet,
        method: "GET".into(),
        path: "/x".into(),
        user_agent: None,
    }
}

pub(super) fn admission(token: u32) -> Admitted {
    Admitted {
        caller: caller(1),
        admission: Admission {
            principal: Principal {
                account: AccountNumber(1),
                account_id: AccountId::parse("1234567").unwrap(),
                entity: EntityId(1),
                role: RoleId(1000),
                installation: InstallationId(1),
                token: TokenNumber(token),
            },
            concurrency_limit: None,
            signed_at: 1_800_000_000,
            retiring: Retiring::default(),
            remembered: Remembered {
                fingerprint: Fingerprint::from_bits(token.into()),
                at: Timestamp::from_seconds(1_800_000_000),
            },
        },
    }
}
