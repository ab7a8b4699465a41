//! What a role grants: built-in permissions, and those that its account has defined.

use std::collections::BTreeMap;

use crate::{InvalidPermissionName, Level, Permission, PermissionName};

/// A set of permissions, each with how far it goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    built_in: BTreeMap<Permission, Level>,
    own: BTreeMap<PermissionName, Level>,
}

impl Permissions {
    /// Grants the permission of that name.
    ///
    /// # Errors
    /// [`InvalidPermissionName`] where no permission can be called so. Whether an own one is
    /// defined is not asked here.
    pub fn grant(&mut self, name: &str, level: Level) -> Result<(), InvalidPermissionName> {
        match Permission::parse(name) {
            Ok(permission) => self.insert(permission, level),
            Err(_) => self.insert_own(PermissionName::parse(name)?, level),
        }
        Ok(())
    }

    /// Grants a built-in permission.
    pub fn insert(&mut self, permission: Permission, level: Level) {
        self.built_in.insert(permission, level);
    }

    /// Grants an own permission.
    pub fn insert_own(&mut self, name: PermissionName, level: Level) {
        self.own.insert(name, level);
    }

    /// Takes a built-in permission away.
    pub fn remove(&mut self, permission: &Permission) {
        self.built_in.remove(permission);
    }

    /// Takes an own permission away.
    pub fn remove_own(&mut self, name: &PermissionName) {
        self.own.remove(name);
    }

    /// Takes all away.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How far a built-in permission goes, if it is granted.
    pub fn level(&self, permission: Permission) -> Option<Level> {
        self.built_in.get(&permission).copied()
    }

    /// The built-in permissions.
    pub fn built_in(&self) -> impl Iterator<Item = (Permission, Level)> {
        self.built_in.iter().map(|(permission, level)| (*permission, *level))
    }

    /// The own permissions, by name.
    pub fn own(&self) -> impl Iterator<Item = (&PermissionName, Level)> {
        self.own.iter().map(|(name, level)| (name, *level))
    }

    /// All of them by name: the built-in ones, then the own ones.
    pub fn named(&self) -> impl Iterator<Item = (&str, Level)> {
        let built_in = self.built_in().map(|(permission, level)| (permission.as_str(), level));
        built_in.chain(self.own().map(|(name, level)| (name.as_str(), level)))
    }

    /// Each as `name:level`, for the trail of changes.
    pub fn to_text(&self) -> String {
        let named = self.named().map(|(name, level)| format!("{name}:{}", level.as_str()));
        named.collect::<Vec<_>>().join(" ")
    }

    /// Whether one of them reaches so far that a second factor is demanded.
    pub fn demand_two_factors(&self) -> bool {
        Permission::DEMANDING_TWO_FACTORS.iter().any(|it| self.built_in.contains_key(it))
    }
}

impl<const N: usize> From<[(Permission, Level); N]> for Permissions {
    fn from(built_in: [(Permission, Level); N]) -> Self {
        built_in.into_iter().collect()
    }
}

impl FromIterator<(Permission, Level)> for Permissions {
    fn from_iter<I: IntoIterator<Item = (Permission, Level)>>(built_in: I) -> Self {
        Self { built_in: built_in.into_iter().collect(), own: BTreeMap::new() }
    }
}
