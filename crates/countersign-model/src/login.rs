//! Whether an entity may log in with a token in a role: asked anew for each request.

use crate::{Entity, Role};

/// What stands between an entity and a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Nothing: a token with this entity and role works.
    Allowed,
    /// The entity is switched off.
    EntityInactive,
    /// The role is not (any more) assigned to the entity. Its tokens sleep until it is given back.
    RoleRemoved,
    /// The role is switched off.
    RoleInactive,
    /// The role grants neither *Log in using Access Tokens* nor *User Access Tokens*.
    PermissionMissing,
}

impl Login {
    /// The rule.
    pub fn of(entity: &Entity, role: &Role, assigned: bool) -> Self {
        if !entity.active {
            Self::EntityInactive
        } else if !assigned {
            Self::RoleRemoved
        } else if !role.active {
            Self::RoleInactive
        } else if !role.may_log_in_with_tokens() {
            Self::PermissionMissing
        } else {
            Self::Allowed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountNumber, Email, EntityId, EntityKind, Level, Permission, RoleId, Version};

    #[test]
    fn each_thing_that_is_missing_is_named() {
        let mut entity = Entity {
            account: AccountNumber(1),
            id: EntityId(1),
            kind: EntityKind::Vendor,
            name: "n".into(),
            email: Email::parse("a@b").unwrap(),
            active: true,
            version: Version::FIRST,
        };
        let mut role = Role {
            account: AccountNumber(1),
            id: RoleId(1000),
            name: "r".into(),
            active: true,
            permissions: [(Permission::LogInUsingAccessTokens, Level::Full)].into(),
            version: Version::FIRST,
        };
        assert_eq!(Login::of(&entity, &role, true), Login::Allowed);
        assert_eq!(Login::of(&entity, &role, false), Login::RoleRemoved);
        role.active = false;
        assert_eq!(Login::of(&entity, &role, true), Login::RoleInactive);
        role.active = true;
        role.permissions.clear();
        assert_eq!(Login::of(&entity, &role, true), Login::PermissionMissing);
        entity.active = false;
        assert_eq!(Login::of(&entity, &role, true), Login::EntityInactive);
    }
}
