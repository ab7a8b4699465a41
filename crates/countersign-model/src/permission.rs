//! Permissions that a role grants. All are Setup permissions of the record.

use thiserror::Error;

/// Something a role may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Create, assign, edit and revoke tokens of other users, except for Administrator.
    AccessTokenManagement,
    /// Create and revoke own tokens for the current role, and log in with tokens.
    UserAccessTokens,
    /// Log in with tokens that somebody else made.
    LogInUsingAccessTokens,
    /// View, create and edit integration records.
    IntegrationApplication,
    /// Use the login audit trail.
    ViewLoginAuditTrail,
    /// Manage entities and roles; never assign Administrator, nor touch an entity that holds it.
    CoreAdministration,
}

impl Permission {
    /// All permissions.
    pub const ALL: [Self; 6] = [
        Self::AccessTokenManagement,
        Self::UserAccessTokens,
        Self::LogInUsingAccessTokens,
        Self::IntegrationApplication,
        Self::ViewLoginAuditTrail,
        Self::CoreAdministration,
    ];

    /// Permissions that reach further than the one who holds them: a role that grants one of them
    /// demands a second factor.
    pub const DEMANDING_TWO_FACTORS: [Self; 3] =
        [Self::AccessTokenManagement, Self::IntegrationApplication, Self::CoreAdministration];

    /// Its name in the store, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AccessTokenManagement => "access-token-management",
            Self::UserAccessTokens => "user-access-tokens",
            Self::LogInUsingAccessTokens => "log-in-using-access-tokens",
            Self::IntegrationApplication => "integration-application",
            Self::ViewLoginAuditTrail => "view-login-audit-trail",
            Self::CoreAdministration => "core-administration",
        }
    }

    /// The permission of that name.
    ///
    /// # Errors
    /// [`UnknownPermission`] lists the names there are.
    pub fn parse(text: &str) -> Result<Self, UnknownPermission> {
        Self::ALL.into_iter().find(|p| p.as_str() == text).ok_or(UnknownPermission)
    }
}

/// How far a permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Look.
    View,
    /// Look and add.
    Create,
    /// Look, add and change.
    Edit,
    /// All of it.
    Full,
}

impl Level {
    /// All levels, weakest first.
    pub const ALL: [Self; 4] = [Self::View, Self::Create, Self::Edit, Self::Full];

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Full => "full",
        }
    }

    /// The level of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }
}

/// A name that no permission has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "permissions are access-token-management, user-access-tokens, log-in-using-access-tokens, \
     integration-application, view-login-audit-trail and core-administration"
)]
pub struct UnknownPermission;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_leads_back_and_the_error_lists_them_all() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Ok(permission));
            assert!(UnknownPermission.to_string().contains(permission.as_str()));
        }
        assert_eq!(Permission::parse("everything"), Err(UnknownPermission));
    }
}
