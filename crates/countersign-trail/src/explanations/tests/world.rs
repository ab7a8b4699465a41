//! A queue, its worker, and a record in memory.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use countersign_model::{
    AccountNumber, Actor, EntityId, Means, RoleId, SessionNumber, Timestamp, TokenNumber,
};
use countersign_signing::{Request, Scheme};
use countersign_testkit::{FakeClock, SeededChance};
use countersign_verify::replay::Fingerprint;
use countersign_verify::{
    Caller, Explainer, Fact, FirstUse, FirstUses, Named, Reference, Refusal, Refused,
    RefusedAttempt, SignedAt, SignedRequest, Surface,
};

use super::super::*;
use crate::{AttemptBatch, Keep, TokenClock, Written};
use countersign_authority::{
    Evidence, KeyEncryptionKey, Snapshot, Transaction, Vault, WrappedDataKey,
};

/// An attempt that names that token, or nobody.
pub(in super::super) fn attempt(source: [u8; 4], token: Option<u32>) -> RefusedAttempt {
    let token = token.map(|number| (AccountNumber(1), TokenNumber(number)));
    RefusedAttempt {
        reference: Reference::generate(&SeededChance::new(source.map(u64::from).iter().sum())),
        caller: Caller {
            at: Timestamp::from_seconds(1_800_000_000),
            source: Ipv4Addr::from(source).into(),
            surface: Surface::Restlet,
            method: "GET".into(),
            path: "/a".into(),
            user_agent: Some("curl/8\u{1b}[2J".into()),
        },
        refused: Refused {
            refusal: Refusal::BadSignature,
            named: Named { token, ..Named::default() },
            signed_at: Some(SignedAt::Claimed(1_800_000_090)),
            remembered: None,
        },
    }
}

/// Record and trail in memory.
#[derive(Default)]
pub(super) struct Memory {
    pub(super) kept: Mutex<BTreeMap<String, KeptExplanation>>,
    pub(super) rows: Mutex<Vec<AttemptRow>>,
    pub(super) is_broken: std::sync::atomic::AtomicBool,
    /// How long it takes to find evidence, and to keep an explanation.
    pub(super) slowness: Mutex<Duration>,
}

impl Memory {
    async fn take_its_time(&self) {
        let time = *self.slowness.lock().unwrap();
        tokio::time::sleep(time).await;
    }
}

pub(super) const OWNER: Owner = Owner::Entity { account: AccountNumber(1), entity: EntityId(7) };

#[async_trait]
impl Store for Memory {
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreFault> {
        Err(StoreFault::Gone)
    }

    async fn load(&self, _: &(dyn Fn(Fact) + Send + Sync)) -> Result<(), StoreFault> {
        Ok(())
    }

    async fn data_keys(&self) -> Result<Vec<WrappedDataKey>, StoreFault> {
        Ok(Vec::new())
    }

    async fn look(&self) -> Result<Box<dyn Snapshot>, StoreFault> {
        Err(StoreFault::Gone)
    }

    async fn evidence(&self, named: NamedRows, _: Timestamp) -> Result<Evidence, StoreFault> {
        self.take_its_time().await;
        if self.is_broken.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(StoreFault::DiskFull);
        }
        let owner = if named.token.is_some() { OWNER } else { Owner::Nobody };
        let revoked_by = Some(Actor::Entity {
            entity: EntityId(3),
            by: Means::Session(RoleId(3), SessionNumber(1)),
        });
        Ok(Evidence { owner, revoked_by, ..Evidence::default() })
    }

    async fn erase_retired_secrets(&self, _: Timestamp) -> Result<u64, StoreFault> {
        unreachable!()
    }

    async fn erase_previous_secrets(&self, _: Timestamp) -> Result<u64, StoreFault> {
        Ok(0)
    }
}

#[async_trait]
impl AttemptStore for Memory {
    async fn write(&self, _: &AttemptBatch) -> Result<(), StoreFault> {
        Ok(())
    }

    async fn probe(&self) -> Result<(), StoreFault> {
        Ok(())
    }

    async fn trim(&self, _: Keep) -> Result<(), StoreFault> {
        Ok(())
    }

    async fn find(&self, reference: &str) -> Result<Option<AttemptRow>, StoreFault> {
        let is_it = |row: &&AttemptRow| match &row.outcome {
            Outcome::Refused { reference: it, .. } => it == reference,
            Outcome::Admitted => false,
        };
        Ok(self.rows.lock().unwrap().iter().find(is_it).cloned())
    }

    async fn totals(&self) -> Result<(u64, u64), StoreFault> {
        Ok((0, 0))
    }

    async fn save_clocks(&self, _: &[TokenClock]) -> Result<(), StoreFault> {
        Ok(())
    }

    async fn written(&self) -> Result<Written, StoreFault> {
        Ok(Written::default())
    }

    async fn clocks(&self) -> Result<Vec<TokenClock>, StoreFault> {
        Ok(Vec::new())
    }
}

pub(super) const NONCE: Fingerprint = Fingerprint::from_bits(9);

/// Where that nonce was used first.
pub(super) struct OneUse(Fingerprint);

impl FirstUses for OneUse {
    fn first_use(&self, fingerprint: Fingerprint) -> Option<FirstUse> {
        let first = FirstUse {
            at: Timestamp::from_seconds(1_799_999_988),
            source: Ipv4Addr::new(192, 0, 2, 7).into(),
        };
        (fingerprint == self.0).then_some(first)
    }
}

#[async_trait]
impl ExplanationStore for Memory {
    async fn keep_explanation(&self, it: &KeptExplanation, _: u64) -> Result<(), StoreFault> {
        self.take_its_time().await;
        self.kept.lock().unwrap().insert(it.reference.clone(), it.clone());
        Ok(())
    }

    async fn find_explanation(
        &self,
        reference: &str,
    ) -> Result<Option<KeptExplanation>, StoreFault> {
        Ok(self.kept.lock().unwrap().get(reference).cloned())
    }

    async fn forget_explanations(&self, until: Timestamp) -> Result<u64, StoreFault> {
        self.kept.lock().unwrap().retain(|_, it| it.at > until);
        Ok(0)
    }
}

pub(super) struct World {
    pub(super) memory: Arc<Memory>,
    pub(super) clock: Arc<FakeClock>,
    pub(super) explanations: Explanations,
    pub(super) queue: ExplanationQueue,
    pub(super) worker: Option<ExplanationWorker>,
}

impl World {
    pub(super) fn new(occasion: Occasion) -> Self {
        let memory = Arc::new(Memory::default());
        let clock = Arc::new(FakeClock::at(Timestamp::from_seconds(1_800_000_000)));
        let chance = SeededChance::new(1);
        let (vault, _) = Vault::create(&KeyEncryptionKey::generate(&chance), &chance).unwrap();
        let explanations =
            Explanations::new(memory.clone(), memory.clone(), memory.clone(), clock.clone());
        let (queue, worker) = ExplanationQueue::new(
            &explanations,
            Arc::new(vault),
            Arc::new(OneUse(NONCE)),
            occasion,
        );
        Self { memory, clock, explanations, queue, worker: Some(worker) }
    }

    pub(super) fn work(&mut self) {
        tokio::spawn(self.worker.take().unwrap().run());
    }

    pub(super) fn take(&self, attempt: &RefusedAttempt) -> Option<countersign_verify::Explaining> {
        self.take_with(attempt, "/a?b=1")
    }

    pub(super) fn take_with(
        &self,
        attempt: &RefusedAttempt,
        target: &str,
    ) -> Option<countersign_verify::Explaining> {
        let request = Request {
            method: "GET",
            scheme: Scheme::Http,
            authority: "localhost",
            target,
            form: None,
        };
        let header = b"OAuth oauth_timestamp=\"1800000090\"";
        let signed = SignedRequest { request, authorization: Some(header) };
        self.queue.take(attempt, &signed.into(), Some("upstream:9000"))
    }

    /// The row that the trail has of it.
    pub(super) fn has_row(&self, attempt: &RefusedAttempt) {
        self.memory.rows.lock().unwrap().push(AttemptRow {
            at: attempt.caller.at,
            count: 1,
            outcome: Outcome::Refused {
                reference: attempt.reference.to_string(),
                code: attempt.refused.refusal.code().to_string(),
                detail: attempt.refused.refusal.detail().as_str().to_owned(),
            },
            account: None,
            installation: None,
            token: attempt.refused.named.token,
            entity: None,
            role: None,
            source: attempt.caller.source,
            surface: attempt.caller.surface,
            method: attempt.caller.method.clone(),
            path: attempt.caller.path.clone(),
            user_agent: attempt.caller.user_agent.clone(),
        });
    }

    pub(super) async fn find(
        &self,
        viewer: Viewer,
        attempt: &RefusedAttempt,
    ) -> Option<KeptExplanation> {
        self.explanations.find(viewer, &attempt.reference.to_string()).await.unwrap()
    }

    pub(super) async fn sentence(&self, attempt: &RefusedAttempt) -> String {
        self.find(Viewer::Operator, attempt).await.unwrap().told.sentence
    }
}

pub(super) const SELF: Viewer = Viewer::Entity {
    account: AccountNumber(1),
    entity: EntityId(7),
    may_view_login_audit_trail: false,
};

pub(super) const STRANGER: Viewer = Viewer::Entity {
    account: AccountNumber(2),
    entity: EntityId(7),
    may_view_login_audit_trail: true,
};
