//! A trail in memory.

use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use countersign_model::Timestamp;
use countersign_verify::{Admitted, AttemptSink, RefusedAttempt, TrailUnwritable};

use crate::client::PATIENCE;

#[derive(Default)]
pub(crate) struct FakeSink {
    pub(crate) refused: Mutex<Vec<RefusedAttempt>>,
    pub(crate) admitted: Mutex<Vec<Admitted>>,
    malformed: AtomicUsize,
    pub(crate) full: AtomicBool,
}

impl FakeSink {
    fn check(&self) -> Result<(), TrailUnwritable> {
        if self.full.load(Ordering::SeqCst) { Err(TrailUnwritable) } else { Ok(()) }
    }

    /// Waits for the refusal of a client that did not wait for it.
    pub(crate) async fn codes_are(&self, expected: &[&str]) {
        let start = Instant::now();
        while self.codes() != expected && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(self.codes(), expected);
    }

    /// The references of all refusals.
    pub(crate) fn references(&self) -> Vec<String> {
        self.refused.lock().unwrap().iter().map(|it| it.reference.to_string()).collect()
    }

    /// Whether the trail knows whom each refusal named.
    pub(crate) fn named(&self) -> Vec<bool> {
        self.refused.lock().unwrap().iter().map(|it| it.refused.named.is_somebody()).collect()
    }

    /// The client addresses of all refusals.
    pub(crate) fn refused_from(&self) -> Vec<String> {
        self.refused.lock().unwrap().iter().map(|it| it.caller.source.to_string()).collect()
    }

    /// The client addresses of all admissions.
    pub(crate) fn admitted_from(&self) -> Vec<String> {
        self.admitted.lock().unwrap().iter().map(|it| it.caller.source.to_string()).collect()
    }

    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.refused.lock().unwrap().iter().map(|it| it.refused.refusal.code().as_str()).collect()
    }

    /// Waits until so many were counted: that happens when their connections have ended.
    pub(crate) async fn malformed_are(&self, expected: usize) {
        let counted = || self.malformed.load(Ordering::SeqCst);
        let start = Instant::now();
        while counted() != expected && start.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(counted(), expected, "malformed requests");
    }
}

#[async_trait]
impl AttemptSink for FakeSink {
    async fn refused(&self, attempt: RefusedAttempt) -> Result<(), TrailUnwritable> {
        self.check()?;
        self.refused.lock().unwrap().push(attempt);
        Ok(())
    }

    fn admitted(&self, attempt: Admitted) -> Result<(), TrailUnwritable> {
        self.check()?;
        self.admitted.lock().unwrap().push(attempt);
        Ok(())
    }

    fn malformed(&self, _: IpAddr, _: Timestamp) {
        self.malformed.fetch_add(1, Ordering::SeqCst);
    }
}
