//! An integration in an account.

use thiserror::Error;

use crate::{AccountNumber, Actor, Date, InstallationId, IntegrationId, Timestamp, Version};

/// An integration in an account: what that account decides about it.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The account that it is installed in.
    pub account: AccountNumber,
    /// Its number in that account.
    pub id: InstallationId,
    /// The definition.
    pub integration: IntegrationId,
    /// What it is called here: in the owner account the definition's name, elsewhere what that was
    /// when it was installed.
    pub name: String,
    /// Whether requests of this application are admitted.
    pub state: InstallationState,
    /// The day of the last change of the state. Unknown of records older than this field.
    pub last_state_change: Option<Date>,
    /// What the account's administrators note about it.
    pub note: Option<String>,
    /// The most requests at a time.
    pub concurrency_limit: Option<ConcurrencyLimit>,
    /// Whether requests that its tokens sign may use Countersign's own API.
    pub api_access: bool,
    /// Who made it here, and when. Unknown of records older than this field.
    pub created: Option<Created>,
    /// Which edition of this row it is. In the owner account it counts changes of the definition
    /// as well: both are one record there.
    pub version: Version,
}

impl Installation {
    /// With another state from `now` on. `None` where that is no state to be chosen.
    pub fn in_state(self, state: InstallationState, now: Timestamp) -> Option<Self> {
        if self.state == state {
            return Some(self);
        }
        state.can_be_chosen().then_some(Self {
            state,
            last_state_change: Some(now.into()),
            version: self.version.next(),
            ..self
        })
    }
}

/// Who made something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Created {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// The most requests at a time of an integration in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConcurrencyLimit(u32);

impl ConcurrencyLimit {
    /// The largest one.
    pub const MOST: u32 = 1_000_000;

    /// A limit of `requests` at a time.
    ///
    /// # Errors
    /// [`InvalidConcurrencyLimit`].
    pub fn new(requests: u32) -> Result<Self, InvalidConcurrencyLimit> {
        let good = (1..=Self::MOST).contains(&requests);
        if good { Ok(Self(requests)) } else { Err(InvalidConcurrencyLimit) }
    }

    /// Requests at a time.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// A number that is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a concurrency limit is a number from 1 to {}, or empty; to stop an integration, block it",
    ConcurrencyLimit::MOST
)]
pub struct InvalidConcurrencyLimit;

/// The state of an integration in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallationState {
    /// Requests are admitted.
    Enabled,
    /// An administrator stopped it: every request is refused.
    Blocked,
    /// Installed by an application's request, and nobody has allowed it yet.
    WaitingForApproval,
}

impl InstallationState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Enabled, Self::Blocked, Self::WaitingForApproval];

    /// Whether somebody may set it: waiting for approval can only be left.
    pub fn can_be_chosen(self) -> bool {
        match self {
            Self::Enabled | Self::Blocked => true,
            Self::WaitingForApproval => false,
        }
    }

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Blocked => "blocked",
            Self::WaitingForApproval => "waiting-for-approval",
        }
    }

    /// The state of that name.
    ///
    /// # Errors
    /// [`UnknownInstallationState`].
    pub fn parse(text: &str) -> Result<Self, UnknownInstallationState> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or(UnknownInstallationState)
    }
}

/// A name that no state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the states of an installation are enabled, blocked and waiting-for-approval")]
pub struct UnknownInstallationState;

#[cfg(test)]
mod tests {
    use super::*;

    fn installation(state: InstallationState) -> Installation {
        Installation {
            account: AccountNumber(1),
            id: InstallationId(1),
            integration: IntegrationId(1),
            name: "Orders".to_owned(),
            state,
            last_state_change: None,
            note: None,
            concurrency_limit: None,
            api_access: false,
            created: None,
            version: Version::FIRST,
        }
    }

    #[test]
    fn waiting_for_approval_can_be_left_and_not_be_entered() {
        use InstallationState::{Blocked, Enabled, WaitingForApproval};
        let now = Timestamp::from_seconds(86_400);
        for (from, to, allowed) in [
            (WaitingForApproval, Enabled, true),
            (WaitingForApproval, Blocked, true),
            (Enabled, Blocked, true),
            (Blocked, Enabled, true),
            (Enabled, WaitingForApproval, false),
            (Blocked, WaitingForApproval, false),
        ] {
            let changed = installation(from).in_state(to, now);
            assert_eq!(changed.is_some(), allowed, "{from:?} {to:?}");
            let Some(changed) = changed else { continue };
            assert_eq!((changed.state, changed.version), (to, Version(2)));
            assert_eq!(changed.last_state_change.unwrap().to_string(), "1970-01-02");
        }
        let same = installation(WaitingForApproval).in_state(WaitingForApproval, now).unwrap();
        assert_eq!((same.last_state_change, same.version), (None, Version::FIRST));
    }

    #[test]
    fn a_limit_is_at_least_one() {
        assert_eq!(ConcurrencyLimit::new(0), Err(InvalidConcurrencyLimit));
        assert_eq!(ConcurrencyLimit::new(1).map(ConcurrencyLimit::get), Ok(1));
        assert_eq!(ConcurrencyLimit::new(1_000_001), Err(InvalidConcurrencyLimit));
    }
}
