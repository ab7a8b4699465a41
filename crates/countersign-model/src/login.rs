//! Whether an entity may log in with a token in a role: asked anew for each request.

use crate::{Entity, Role};

/// What stands between an entity and a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// Nothing: a token with this entity and role works.
    Allowed,
    /// Nothing, but that the role is for web services only: no RESTlet is called with it.
    WebServicesOnly,
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
        } else if role.web_services_only {
            Self::WebServicesOnly
        } else {
            Self::Allowed
        }
    }

    /// Whether a token with this entity and role works, for something at least.
    pub fn is_of_use(self) -> bool {
        matches!(self, Self::Allowed | Self::WebServicesOnly)
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
        role.web_services_only = true;
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::WebServicesOnly);
        assert!(Login::WebServicesOnly.is_of_use() && !Login::RoleHidden.is_of_use());
        role.active = false;
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::RoleInactive);
        role.active = true;
        role.permissions.clear();
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::PermissionMissing);
        entity.active = false;
        assert_eq!(Login::of(&entity, &role, Assigned::Yes), Login::EntityInactive);
    }
}
