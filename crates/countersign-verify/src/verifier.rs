//! Judge, then remember: the whole decision on one request.

use countersign_model::Timestamp;
use countersign_signing::Scratch;

use crate::replay::ReplayGuard;
use crate::{Directory, Principal, Refused, SignedRequest, Tolerance, judge};

/// The directory and the replay guard of one deployment.
pub struct Verifier {
    directory: Directory,
    replay: ReplayGuard,
    tolerance: Tolerance,
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
    ) -> Result<Principal, Refused> {
        let proven = judge(request, &self.directory, now, self.tolerance, scratch)?;
        match self.replay.remember(&proven.used(), now.seconds()) {
            Ok(()) => Ok(proven.principal),
            Err(why) => Err(Refused { refusal: why.into(), named: proven.named() }),
        }
    }
}
