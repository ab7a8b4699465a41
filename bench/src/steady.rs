//! A verifier in the middle of its work: every key is made, the window is full, the scratch is
//! warm.
//!
//! Its time is signed time, 10,000 requests to the second, however long they take: each second of
//! it is one in which old seconds leave the window, and sets grow from nothing.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use countersign_model::Timestamp;
use countersign_signing::{Scheme, Scratch};
use countersign_verify::replay::{BootId, ReplayGuard, ReplayKey, Settings, Use};
use countersign_verify::{Directory, SignedRequest, Tolerance, Verifier, judge};

use crate::fleet::{Batch, Fleet};
use crate::rounds::{Samples, nanoseconds};

/// Requests to the second of signed time.
pub(crate) const RATE: usize = 10_000;
/// Requests that are signed and then decided at once: few enough to be near the processor, as what
/// has just come off the wire is.
pub(crate) const BATCH: usize = 1_000;

/// Where all requests come from.
const SOURCE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

pub(crate) struct Steady {
    pub(crate) fleet: Fleet,
    pub(crate) verifier: Verifier,
    pub(crate) scratch: Scratch,
    pub(crate) now: Timestamp,
    /// What the first decision on each token took, its key being made.
    pub(crate) first_use: Samples,
}

impl Steady {
    pub(crate) fn in_memory(tokens: u32) -> Result<Self> {
        Self::with(tokens, ReplayGuard::in_memory(Settings::default(), replay_key()))
    }

    pub(crate) fn with_journal(tokens: u32, dir: &Path) -> Result<Self> {
        ReplayGuard::create(dir, &replay_key())?;
        let opened = ReplayGuard::open(
            dir,
            Settings::default(),
            BootId::read()?,
            START.seconds() - 300,
            NO_USES,
        );
        Self::with(tokens, opened?.0)
    }

    fn with(tokens: u32, guard: ReplayGuard) -> Result<Self> {
        let fleet = Fleet::new(tokens)?;
        let directory = fleet.directory()?;
        let first_use = make_keys(&fleet, &directory)?;
        fill_window(&fleet, &guard)?;
        let verifier = Verifier::new(directory, guard);
        Ok(Self { fleet, verifier, scratch: Scratch::default(), now: START, first_use })
    }

    /// Requests of these tokens, signed now.
    pub(crate) fn sign(&self, places: impl IntoIterator<Item = u32>) -> Result<Batch> {
        self.fleet.sign(self.now, Scheme::Https, places)
    }

    /// Requests of any tokens, signed now.
    pub(crate) fn sign_any(&self, count: usize) -> Result<Batch> {
        self.sign((0..count).map(|_| self.fleet.any()))
    }

    pub(crate) fn next_second(&mut self) {
        self.now = self.now.plus_seconds(1);
    }

    /// Decides on all of them; nanoseconds.
    pub(crate) fn decide(&mut self, batch: &Batch) -> Result<f64> {
        let Self { verifier, scratch, .. } = self;
        all(batch, |request| verifier.verify(request, SOURCE, batch.at, scratch).is_ok())
    }

    /// Judges all of them, and remembers none; nanoseconds.
    pub(crate) fn judge(&mut self, batch: &Batch) -> Result<f64> {
        judge_all(self.verifier.directory(), &mut self.scratch, batch)
    }
}

/// Has every key made; what that took.
pub(crate) fn make_keys(fleet: &Fleet, directory: &Directory) -> Result<Samples> {
    let mut scratch = Scratch::default();
    let mut took = Samples::default();
    for first in (0..fleet.tokens()).step_by(BATCH) {
        let last = fleet.tokens().min(first + BATCH as u32);
        let batch = fleet.sign(START, Scheme::Https, first..last)?;
        took.push(judge_all(directory, &mut scratch, &batch)? / batch.len() as f64);
    }
    Ok(took)
}

fn judge_all(directory: &Directory, scratch: &mut Scratch, batch: &Batch) -> Result<f64> {
    all(batch, |request| {
        judge(request, SOURCE, directory, batch.at, Tolerance::DEFAULT, scratch).is_ok()
    })
}

/// Times a decision on each of them; every one must be admitted.
fn all(batch: &Batch, mut admits: impl FnMut(&SignedRequest<'_>) -> bool) -> Result<f64> {
    let mut admitted = 0;
    let took = nanoseconds(|| {
        for request in batch.requests() {
            admitted += usize::from(admits(&request));
        }
    });
    ensure!(admitted == batch.len(), "only {admitted} of {} were admitted", batch.len());
    Ok(took)
}

/// What five minutes at this rate leave behind.
fn fill_window(fleet: &Fleet, guard: &ReplayGuard) -> Result<()> {
    for second in START.seconds() - 299..START.seconds() {
        for nonce in 0..RATE {
            let holder = fleet.token_id(fleet.any());
            let nonce = format_nonce(nonce as u64);
            let used = Use { holder: holder.as_bytes(), second, nonce: &nonce, by: None };
            guard.remember(&used, second).context("the window can't be filled")?;
        }
    }
    Ok(())
}

/// 20 bytes, as many nonces have.
pub(crate) fn format_nonce(number: u64) -> [u8; 20] {
    let mut nonce = [b'x'; 20];
    nonce[..8].copy_from_slice(&number.to_le_bytes());
    nonce
}

/// No use is told.
pub(crate) const NO_USES: Timestamp = Timestamp::from_millis(i64::MAX);

pub(crate) fn replay_key() -> ReplayKey {
    ReplayKey::new([3; 16])
}
