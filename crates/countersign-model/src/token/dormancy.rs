//! Why a token that is active can't log in.

use super::{AccessToken, TokenState};
use crate::{InstallationState, Login, Timestamp};

/// Why a token that is active can't log in. It works again when that is mended, with no other
/// action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dormancy {
    /// The account has switched the feature off.
    FeatureOff,
    /// The integration is blocked, or gone.
    IntegrationBlocked,
    /// The integration waits for an administrator.
    IntegrationAwaitsApproval,
    /// The integration has *Token-Based Authentication* unchecked.
    TokenBasedOff,
    /// Its time is over, or it has run out.
    Ended,
    /// What stands between its entity and its role.
    Login(Login),
}

/// What a token hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// Whether the account has the feature on.
    pub feature: bool,
    /// The state of its integration in the account; none: it is gone.
    pub installation: Option<InstallationState>,
    /// Whether the integration has *Token-Based Authentication* checked.
    pub token_based: bool,
    /// What stands between its entity and its role.
    pub login: Login,
}

impl Dormancy {
    /// Why `token` can't log in at `now`, in the order of the verdict. Nothing, where it can, or
    /// is not active.
    pub fn of(token: &AccessToken, around: &Surroundings, now: Timestamp) -> Option<Self> {
        if token.state != TokenState::Active {
            return None;
        }
        let has_ended = token.has_ended(now);
        match around.installation {
            _ if !around.feature => Some(Self::FeatureOff),
            Some(InstallationState::Blocked) | None => Some(Self::IntegrationBlocked),
            Some(InstallationState::WaitingForApproval) => Some(Self::IntegrationAwaitsApproval),
            Some(InstallationState::Enabled) if !around.token_based => Some(Self::TokenBasedOff),
            Some(InstallationState::Enabled) if has_ended => Some(Self::Ended),
            Some(InstallationState::Enabled) => match around.login {
                login if login.is_of_use() => None,
                login => Some(Self::Login(login)),
            },
        }
    }

    /// Its name: the code that a refusal has.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FeatureOff => "feature-disabled",
            Self::IntegrationBlocked => "integration-blocked",
            Self::IntegrationAwaitsApproval => "integration-awaits-approval",
            Self::TokenBasedOff => "tba-not-enabled",
            Self::Ended => "token-expired",
            Self::Login(Login::EntityInactive) => "entity-inactive",
            Self::Login(Login::RoleRemoved) => "role-removed",
            Self::Login(Login::RoleHidden) => "role-hidden",
            Self::Login(Login::RoleInactive) => "role-inactive",
            Self::Login(Login::WebServicesOnly) => "web-services-only",
            Self::Login(Login::PermissionMissing | Login::Allowed) => "permission-missing",
        }
    }
}
