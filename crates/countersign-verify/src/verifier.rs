//! Judge, then remember: the whole decision on one request.

use std::net::IpAddr;

use countersign_model::{ConcurrencyLimit, Timestamp};
use countersign_signing::Scratch;

use crate::replay::{Fingerprint, ReplayGuard};
use crate::{
    Directory, Principal, Refused, Retiring, SignedAt, SignedRequest, Surface, Tolerance, judge,
};

/// A request that is admitted.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who acts.
    pub principal: Principal,
    /// The most requests at a time of the integration in the account.
    pub concurrency_limit: Option<ConcurrencyLimit>,
    /// The signed timestamp, in seconds.
    pub signed_at: i64,
    /// What of it was signed with that is about to retire.
    pub retiring: Retiring,
    /// How it is remembered.
    pub remembered: Remembered,
}

/// That a request is remembered: its nonce is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// What stands for it.
    pub fingerprint: Fingerprint,
    /// Since when.
    pub at: Timestamp,
}

/// The directory and the replay guard of one deployment.
pub struct Verifier {
    directory: Directory,
    replay: ReplayGuard,
    tolerance: Tolerance,
}

impl AsRef<Directory> for Verifier {
    fn as_ref(&self) -> &Directory {
        &self.directory
    }
}

impl Verifier {
    /// A verifier with the default tolerance.
    pub fn new(directory: Directory, replay: ReplayGuard) -> Self {
        Self { directory, replay, tolerance: Tolerance::DEFAULT }
    }

    /// The directory, to be told what changes.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The replay guard.
    pub fn replay(&self) -> &ReplayGuard {
        &self.replay
    }

    /// Decides on a request from `source`. When it says who acts, the request has been remembered
    /// and will never be admitted again.
    ///
    /// # Errors
    /// [`Refused`]: why, and whom the request named. Nothing was remembered of a request whose
    /// signature was not proven.
    pub fn verify(
        &self,
        request: &SignedRequest<'_>,
        source: IpAddr,
        now: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<Admission, Refused> {
        let proven = judge(request, source, &self.directory, now, self.tolerance, scratch)?;
        let surface = Surface::of(request.request.path());
        match self.replay.remember(&proven.used(now, source, surface), now.seconds()) {
            Ok(fingerprint) => {
                let remembered = Remembered { fingerprint, at: now };
                let (signed_at, retiring) = (proven.second(), proven.retiring);
                let concurrency_limit = proven.concurrency_limit;
                let principal = proven.principal;
                Ok(Admission { principal, concurrency_limit, signed_at, retiring, remembered })
            }
            // It may be a copy, which tells nothing of the clock of who signed it.
            Err(why) => Err(Refused {
                refusal: why.into(),
                named: proven.named(),
                signed_at: Some(SignedAt::Claimed(proven.second())),
                remembered: None,
            }),
        }
    }
}
