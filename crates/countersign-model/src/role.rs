//! Roles: what somebody may do. A token acts with exactly one.

use std::collections::BTreeMap;

use crate::{AccountNumber, Level, Permission, RoleId, Version};

/// A role of an account.
#[derive(Clone, Debug)]
pub struct Role {
    /// The account it belongs to.
    pub account: AccountNumber,
    /// Its number in the account.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// An inactive role can't be used to log in.
    pub active: bool,
    /// What it grants, and how far.
    pub permissions: BTreeMap<Permission, Level>,
    /// Which edition of this row it is.
    pub version: Version,
}

impl Role {
    /// The built-in Administrator: the same number in every account, and every permission.
    pub const ADMINISTRATOR: RoleId = RoleId(3);

    /// The lowest number of a role that an account made itself.
    pub const FIRST_OWN: RoleId = RoleId(1000);

    /// Whether this is the built-in Administrator.
    pub fn is_administrator(&self) -> bool {
        self.id == Self::ADMINISTRATOR
    }

    /// Whether the role grants `permission` at `level` or above.
    pub fn grants(&self, permission: Permission, level: Level) -> bool {
        self.is_administrator()
            || self.permissions.get(&permission).is_some_and(|granted| *granted >= level)
    }

    /// Whether somebody in this role may log in with an access token. *User Access Tokens*
    /// includes it.
    pub fn may_log_in_with_tokens(&self) -> bool {
        self.grants(Permission::LogInUsingAccessTokens, Level::View)
            || self.grants(Permission::UserAccessTokens, Level::View)
    }
}

/// A role that every account has from the start.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInRole {
    /// Its number, the same in every account.
    pub id: RoleId,
    /// Its name.
    pub name: &'static str,
}

/// The roles that every account has. The centers grant nothing until somebody gives them a
/// permission.
pub const BUILT_IN_ROLES: [BuiltInRole; 4] = [
    BuiltInRole { id: Role::ADMINISTRATOR, name: "Administrator" },
    BuiltInRole { id: RoleId(14), name: "Customer Center" },
    BuiltInRole { id: RoleId(15), name: "Employee Center" },
    BuiltInRole { id: RoleId(16), name: "Vendor Center" },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: u32, permissions: &[(Permission, Level)]) -> Role {
        Role {
            account: AccountNumber(1),
            id: RoleId(id),
            name: "r".into(),
            active: true,
            permissions: permissions.iter().copied().collect(),
            version: Version::FIRST,
        }
    }

    #[test]
    fn either_of_two_permissions_lets_a_token_log_in() {
        for permission in [Permission::LogInUsingAccessTokens, Permission::UserAccessTokens] {
            assert!(role(1000, &[(permission, Level::Full)]).may_log_in_with_tokens());
        }
        let manager = role(1000, &[(Permission::AccessTokenManagement, Level::Full)]);
        assert!(!manager.may_log_in_with_tokens());
    }

    #[test]
    fn the_administrator_needs_no_list_and_others_need_the_level() {
        assert!(role(3, &[]).grants(Permission::IntegrationApplication, Level::Full));
        let viewer = role(1000, &[(Permission::IntegrationApplication, Level::View)]);
        assert!(!viewer.grants(Permission::IntegrationApplication, Level::Full));
    }
}
