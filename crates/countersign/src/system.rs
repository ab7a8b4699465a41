//! The operating system: the real clock, real chance, and what is switched off at the start.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::bail;
use countersign_authority::Requester;
use countersign_model::{AccountNumber, Actor, Chance, Clock, Timestamp};
use rustix::process::{DumpableBehavior, Resource, Rlimit};
use rustix::time::{ClockId, clock_gettime};

/// No clock may be before this: 2026-11-01. Raised with each release.
const RELEASED_AFTER: Timestamp = Timestamp::from_seconds(1_793_491_200);

/// The wall clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the real clock")]
    fn now(&self) -> Timestamp {
        // Before 1970 is before any release: `check_clock` refuses it at the start.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The operating system's random numbers.
pub(crate) struct OsChance;

impl Chance for OsChance {
    #[expect(clippy::disallowed_methods, reason = "this is the real chance")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            // A credential made of anything else would be guessable.
            tracing::error!(%error, "the operating system gives no random numbers");
            std::process::abort();
        }
    }
}

/// Refuses a clock that is certainly wrong: timestamps would be judged by it.
pub(crate) fn check_clock(clock: &dyn Clock) -> anyhow::Result<()> {
    if clock.now() < RELEASED_AFTER {
        bail!(
            "the clock of this machine is before this program was released: set it (NTP), then \
             start again"
        );
    }
    Ok(())
}

/// No core dumps and no ptrace: memory holds opened secrets.
pub(crate) fn harden() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    // Where a sandbox forbids these calls, it is at least as strict itself.
    let _ = rustix::process::setrlimit(Resource::Core, none);
    let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Raises the number of open files to what this user may have, and gives it.
pub(crate) fn descriptors() -> usize {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let allowed = match rustix::process::setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    allowed.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// Time since the machine was started, its sleep included; nobody sets it.
pub(crate) fn since_boot() -> Duration {
    // Neither negative nor out of range.
    Duration::try_from(clock_gettime(ClockId::Boottime)).unwrap_or_default()
}

/// Who runs this program, by user id.
pub(crate) fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Who runs this program, as the trail names them.
pub(crate) fn actor() -> Actor {
    Actor::LocalUser(user())
}

/// Whoever runs this, asking about `account`.
pub(crate) fn requester(account: AccountNumber) -> Requester {
    Requester { account, actor: actor(), origin: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(i64);

    impl Clock for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(self.0)
        }
    }

    #[test]
    fn a_clock_before_the_release_is_refused_with_a_sentence_that_says_what_to_do() {
        let error = check_clock(&Fixed(0)).unwrap_err().to_string();
        assert!(error.contains("set it"), "{error}");
        assert!(check_clock(&Fixed(1_800_000_000)).is_ok());
    }
}
