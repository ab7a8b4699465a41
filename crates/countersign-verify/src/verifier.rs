//! Judge, then remember: the whole decision on one request.

use countersign_model::{ConcurrencyLimit, Pair, Timestamp};
use countersign_signing::Scratch;

use crate::replay::{Fingerprint, ReplayGuard};
use crate::{Directory, Principal, Refused, SignedAt, SignedRequest, Tolerance, judge};

/// A request that is admitted.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Who acts.
    pub principal: Principal,
    /// Which pair of the integration signed: so it can be counted who still uses the one that
    /// retires.
    pub pair: Pair,
    /// The most requests at a time of the integration in the account.
    pub concurrency_limit: Option<ConcurrencyLimit>,
    /// The signed timestamp, in seconds.
    pub signed_at: i64,
    /// What stands for it where it is remembered.
    pub fingerprint: Fingerprint,
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

    /// Decides. When it says who acts, the request has been remembered and will never be admitted
    /// again.
    ///
    /// # Errors
    /// [`Refused`]: why, and whom the request named. Nothing was remembered of a request whose
    /// signature was not proven.
    pub fn verify(
        &self,
        request: &SignedRequest<'_>,
        now: Timestamp,
        scratch: &mut Scratch,
    ) -> Result<Admission, Refused> {
        let proven = judge(request, &self.directory, now, self.tolerance, scratch)?;
        match self.replay.remember(&proven.used(), now.seconds()) {
            Ok(fingerprint) => {
                let (signed_at, pair) = (proven.second(), proven.pair);
                let concurrency_limit = proven.concurrency_limit;
                let principal = proven.principal;
                Ok(Admission { principal, pair, concurrency_limit, signed_at, fingerprint })
            }
            // It may be a copy, which tells nothing of the clock of who signed it.
            Err(why) => Err(Refused {
                refusal: why.into(),
                named: proven.named(),
                signed_at: Some(SignedAt::Claimed(proven.second())),
            }),
        }
    }
}
