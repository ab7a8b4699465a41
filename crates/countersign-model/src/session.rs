//! A session: somebody has logged in with a password, in one role, for a while.

use std::net::IpAddr;

use crate::{AccountNumber, EntityId, RoleId, SessionNumber, Timestamp};

/// Somebody who is logged in. Its secret is not kept, only the digest by which it is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its account.
    pub account: AccountNumber,
    /// Its number in the account.
    pub number: SessionNumber,
    /// Who is logged in.
    pub entity: EntityId,
    /// In which role.
    pub role: RoleId,
    /// Whether a second factor was proven.
    pub two_factor: bool,
    /// When it began.
    pub started: Timestamp,
    /// When the entity last proved who it is.
    pub authenticated: Timestamp,
    /// When it was last used, to the minute.
    pub used: Timestamp,
    /// The address that it began at, if it began over a network.
    pub origin: Option<IpAddr>,
}

impl Session {
    /// A session that isn't used for so long has ended.
    pub const IDLE_SECONDS: i64 = 30 * 60;
    /// A session ends after so long, used or not.
    pub const WHOLE_SECONDS: i64 = 12 * 60 * 60;
    /// The most sessions of one entity: with one more, the oldest ends.
    pub const MOST: usize = 20;

    /// The name of the cookie with its secret, over TLS. Browsers take that prefix from this host
    /// alone.
    pub const COOKIE_OVER_TLS: &str = "__Host-countersign-session";
    /// Its name without TLS, on this machine.
    pub const COOKIE_ON_LOOPBACK: &str = "countersign-session";

    /// For so long after somebody has proven who they are, they may do what asks for it.
    pub const PROOF_SECONDS: i64 = 5 * 60;

    const USE_IS_KEPT_EVERY_SECONDS: i64 = 60;

    /// When it ends if it isn't used again.
    pub fn ends(&self) -> Timestamp {
        let idle = self.used.plus_seconds(Self::IDLE_SECONDS);
        idle.min(self.started.plus_seconds(Self::WHOLE_SECONDS))
    }

    /// Whether it still works at `now`.
    pub fn works_at(&self, now: Timestamp) -> bool {
        now < self.ends()
    }

    /// Whether somebody proved lately, seen from `now`, who they are.
    pub fn is_proven_at(&self, now: Timestamp) -> bool {
        now < self.authenticated.plus_seconds(Self::PROOF_SECONDS)
    }

    /// The session, used at `now`. `None` where that is kept already, to the minute.
    #[must_use]
    pub fn used_at(&self, now: Timestamp) -> Option<Self> {
        let due = self.used.plus_seconds(Self::USE_IS_KEPT_EVERY_SECONDS);
        (now >= due).then(|| Self { used: now, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_and_after_half_a_day_all_the_same() {
        let at = Timestamp::from_seconds;
        let session = Session {
            account: AccountNumber(1),
            number: SessionNumber(1),
            entity: EntityId(1),
            role: RoleId(3),
            two_factor: false,
            started: at(0),
            authenticated: at(0),
            used: at(0),
            origin: None,
        };
        assert!(session.works_at(at(1799)));
        assert!(!session.works_at(at(1800)));
        assert!(session.is_proven_at(at(299)) && !session.is_proven_at(at(300)));
        assert_eq!(session.used_at(at(59)), None);
        let used = session.used_at(at(60)).unwrap();
        assert!(used.works_at(at(1859)) && !used.works_at(at(1860)));
        let late = Session { used: at(43_000), ..session };
        assert!(late.works_at(at(43_199)));
        assert!(!late.works_at(at(43_200)));
    }
}
