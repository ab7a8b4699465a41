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
    /// The entity has hidden the role from itself.
    RoleHidden,
    /// The role is switched off.
    RoleInactive,
    /// The role grants neither *Log in using Access Tokens* nor *User Access Tokens*.
    PermissionMissing,
}

/// How an entity has a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// Not at all.
    No,
    /// It was given to it.
    Yes,
    /// It was given to it, and the entity has hidden it: it can't be used to log in.
    Hidden,
}

impl Login {
    /// The rule.
    pub fn of(entity: &Entity, role: &Role, assigned: Assigned) -> Self {
        if !entity.active {
            Self::EntityInactive
        } else if assigned == Assigned::No {
            Self::RoleRemoved
        } else if assigned == Assigned::Hidden {
            Self::RoleHidden
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
            two_factor_required: false,
            web_services_only: false,
            version: Version::FIRST,
        };
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::Allowed);
        assert_eq!(Login::of(&entity, &role, Assigned::No), Login::RoleRemoved);
        assert_eq!(Login::of(&entity, &role, Assigned::Hidden), Login::RoleHidden);
        role.active = false;
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::RoleInactive);
        role.active = true;
        role.permissions.clear();
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::PermissionMissing);
        entity.active = false;
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::EntityInactive);
    }
}
