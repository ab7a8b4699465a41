//! What a role grants, as it is asked for and told by name.

use crate::{Level, Permission, Permissions, Role};

/// What a role grants, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    everything: bool,
    permissions: Permissions,
}

impl Grants {
    /// What `role` grants.
    pub fn of(role: &Role) -> Self {
        Self { everything: role.is_administrator(), permissions: role.permissions.clone() }
    }

    /// Whether the permission of that name is granted at `level` or above. The Administrator has
    /// every permission, also one that nobody has defined.
    pub fn permits(&self, name: &str, level: Level) -> bool {
        self.everything || self.named().any(|(has, granted)| has == name && granted >= level)
    }

    /// Each permission that can be named, with its level, in a fixed order: the built-in ones, then
    /// those that the account has defined.
    pub fn named(&self) -> impl Iterator<Item = (&str, Level)> {
        let built_in = Permission::ALL.into_iter().filter_map(|permission| {
            let level = if self.everything {
                Some(Level::Full)
            } else {
                self.permissions.level(permission)
            };
            level.map(|level| (permission.as_str(), level))
        });
        built_in.chain(self.permissions.own().map(|(name, level)| (name.as_str(), level)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountNumber, RoleId, Version};

    fn grants(id: RoleId, permissions: &[(Permission, Level)]) -> Grants {
        Grants::of(&role(id, permissions))
    }

    fn role(id: RoleId, permissions: &[(Permission, Level)]) -> Role {
        Role {
            account: AccountNumber(1),
            id,
            name: "r".into(),
            active: true,
            permissions: permissions.iter().copied().collect(),
            two_factor_required: false,
            web_services_only: false,
            version: Version::FIRST,
        }
    }

    #[test]
    fn a_permission_is_granted_by_name_and_up_to_its_level() {
        let grants = grants(RoleId(1000), &[(Permission::IntegrationApplication, Level::Edit)]);
        assert!(grants.permits("integration-application", Level::Create));
        assert!(grants.permits("integration-application", Level::Edit));
        assert!(!grants.permits("integration-application", Level::Full));
        assert!(!grants.permits("view-login-audit-trail", Level::View));
        assert!(!grants.permits("orders", Level::View));
        assert_eq!(grants.named().collect::<Vec<_>>(), [("integration-application", Level::Edit)]);
    }

    #[test]
    fn a_permission_of_the_account_is_granted_like_a_built_in_one() {
        let mut permissions: Permissions = [(Permission::CoreAdministration, Level::View)].into();
        permissions.grant("orders.read", Level::Create).unwrap();
        let role = Role { permissions, ..role(RoleId(1000), &[]) };
        let grants = Grants::of(&role);
        assert!(grants.permits("orders.read", Level::Create));
        assert!(!grants.permits("orders.read", Level::Edit));
        assert!(!grants.permits("orders", Level::View));
        let named = [("core-administration", Level::View), ("orders.read", Level::Create)];
        assert_eq!(grants.named().collect::<Vec<_>>(), named);
    }

    #[test]
    fn the_administrator_has_all_of_it() {
        let grants = grants(Role::ADMINISTRATOR, &[]);
        assert!(grants.permits("orders", Level::Full));
        assert_eq!(grants.named().count(), Permission::ALL.len());
    }
}
