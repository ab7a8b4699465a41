//! Why a change of entities, roles or permissions was refused.

use countersign_model::{InvalidPermissionName, RoleFault, UnknownPermission};
use thiserror::Error;

/// Why a change of entities, roles or permissions was refused. Each sentence says what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PeopleFault {
    /// The entity holds the Administrator role.
    #[error("entity {0} holds the Administrator role: only an Administrator may change it")]
    OfAdministrator(u32),
    /// Administrators are made by Administrators.
    #[error("only an Administrator may give or take the Administrator role: ask one")]
    AdministratorRole,
    /// Nobody does this to themselves.
    #[error("nobody does this to themselves: ask another administrator")]
    Oneself,
    /// Somebody hides the role that they act in.
    #[error("you act in role {0}: change role before you hide it")]
    CurrentRole(u32),
    /// A rule of built-in roles.
    #[error(transparent)]
    Role(#[from] RoleFault),
    /// Built-in roles stay.
    #[error("role {0} is built in, and stays: make it inactive instead")]
    BuiltInRole(u32),
    /// Something hangs on the role.
    #[error(
        "role {role} is assigned to {holders} entities and named by {tokens} tokens: take it from \
         them and delete those tokens' entities, or make the role inactive instead"
    )]
    RoleInUse {
        /// The role.
        role: u32,
        /// How many entities have it.
        holders: u64,
        /// How many tokens name it, ended ones as well.
        tokens: u64,
    },
    /// No permission has this name.
    #[error("there is no permission {0}: {UnknownPermission}, and those that this account defines")]
    UnknownPermission(String),
    /// The account defines no permission of this name.
    #[error("this account defines no permission {0}")]
    NotDefined(String),
    /// Somebody else has changed the permission.
    #[error(
        "somebody has changed permission {0} since you looked at it: look again, and make your \
         change to what is there now"
    )]
    PermissionChanged(String),
    /// The name can't be a permission's.
    #[error(transparent)]
    PermissionName(#[from] InvalidPermissionName),
    /// The description is too long.
    #[error("a description has at most 1000 characters and no control characters")]
    Description,
    /// Roles grant the permission.
    #[error("permission {name} is granted by {roles} roles: take it from them first")]
    PermissionGranted {
        /// Its name.
        name: String,
        /// How many roles grant it.
        roles: usize,
    },
}

impl PeopleFault {
    /// A stable name for it, as the API gives it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OfAdministrator(_) | Self::AdministratorRole => "administrator-only",
            Self::Oneself => "oneself",
            Self::CurrentRole(_) => "current-role",
            Self::Role(_) | Self::BuiltInRole(_) => "built-in-role",
            Self::RoleInUse { .. } => "role-in-use",
            Self::UnknownPermission(_) => "unknown-permission",
            Self::NotDefined(_) => "not-found",
            Self::PermissionChanged(_) => "changed-meanwhile",
            Self::PermissionName(_) => "invalid-permission-name",
            Self::Description => "invalid-description",
            Self::PermissionGranted { .. } => "permission-granted",
        }
    }

    /// The field of the request that is to be changed, where one is.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::CurrentRole(_) => Some("hidden_roles"),
            Self::AdministratorRole => Some("role"),
            Self::Role(RoleFault::NameOfBuiltIn) | Self::PermissionName(_) => Some("name"),
            Self::Role(RoleFault::CenterForWebServices) => Some("web_services_only"),
            Self::UnknownPermission(_) => Some("permissions"),
            Self::Description => Some("description"),
            _ => None,
        }
    }
}
