//! What a role grants, as it is asked for and told by name.

use std::collections::BTreeMap;

use crate::{Level, Permission, Role};

/// What a role grants, and how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grants {
    everything: bool,
    levels: BTreeMap<Permission, Level>,
}

impl Grants {
    /// What `role` grants.
    pub fn of(role: &Role) -> Self {
        Self { everything: role.is_administrator(), levels: role.permissions.clone() }
    }

    /// Whether the permission of that name is granted at `level` or above. The Administrator has
    /// every permission, also one that nobody has defined.
    pub fn permits(&self, name: &str, level: Level) -> bool {
        self.everything || self.named().any(|(has, granted)| has == name && granted >= level)
    }

    /// Each permission that can be named, with its level, in a fixed order.
    pub fn named(&self) -> impl Iterator<Item = (&str, Level)> {
        Permission::ALL.into_iter().filter_map(|permission| {
            let level = if self.everything {
                Some(Level::Full)
            } else {
                self.levels.get(&permission).copied()
            };
            level.map(|level| (permission.as_str(), level))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountNumber, RoleId, Version};

    fn grants(id: RoleId, permissions: &[(Permission, Level)]) -> Grants {
        Grants::of(&Role {
            account: AccountNumber(1),
            id,
            name: "r".into(),
            active: true,
            permissions: permissions.iter().copied().collect(),
            version: Version::FIRST,
        })
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
    fn the_administrator_has_all_of_it() {
        let grants = grants(Role::ADMINISTRATOR, &[]);
        assert!(grants.permits("orders", Level::Full));
        assert_eq!(grants.named().count(), Permission::ALL.len());
    }
}
