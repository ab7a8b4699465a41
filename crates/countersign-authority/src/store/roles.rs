//! Roles and what they grant, and the permissions that accounts define themselves.

use async_trait::async_trait;
use countersign_model::{AccountNumber, OwnPermission, PermissionName, Role, RoleId};

use super::{Part, Slice, StoreFault};

/// Which roles are listed; what is `None` leaves none out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleFilter {
    /// Active ones, or inactive ones.
    pub active: Option<bool>,
    /// Those with this text in their name, whatever its case.
    pub text: Option<String>,
}

/// What hangs on a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleUse {
    /// How many entities it is assigned to.
    pub holders: u64,
    /// How many tokens name it, ended ones as well.
    pub tokens: u64,
}

/// What can be asked about roles.
#[async_trait]
pub trait ReadRoles {
    /// A role by number.
    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault>;
    /// What hangs on a role.
    async fn role_use(&mut self, account: AccountNumber, id: RoleId)
    -> Result<RoleUse, StoreFault>;
    /// A part of the roles of an account, each with the number of its holders.
    async fn roles(
        &mut self,
        account: AccountNumber,
        filter: &RoleFilter,
        slice: Slice,
    ) -> Result<Part<(Role, u64)>, StoreFault>;
    /// The permissions that an account has defined, by name.
    async fn own_permissions(
        &mut self,
        account: AccountNumber,
    ) -> Result<Vec<OwnPermission>, StoreFault>;
    /// The roles that grant an own permission, in the order of their numbers.
    async fn roles_granting(
        &mut self,
        account: AccountNumber,
        name: &PermissionName,
    ) -> Result<Vec<RoleId>, StoreFault>;
}

/// How roles are changed.
#[async_trait]
pub trait WriteRoles {
    /// Adds a role with its permissions.
    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault>;
    /// Saves a role and all that it grants.
    async fn save_role(&mut self, role: &Role) -> Result<(), StoreFault>;
    /// Removes a role that is assigned to nobody and named by no token, with what it grants.
    async fn delete_role(&mut self, account: AccountNumber, id: RoleId) -> Result<(), StoreFault>;
    /// Adds a permission that an account defines.
    async fn add_own_permission(&mut self, permission: &OwnPermission) -> Result<(), StoreFault>;
    /// Saves what is said of an own permission.
    async fn save_own_permission(&mut self, permission: &OwnPermission) -> Result<(), StoreFault>;
    /// Removes an own permission that no role grants.
    async fn remove_own_permission(
        &mut self,
        account: AccountNumber,
        name: &PermissionName,
    ) -> Result<(), StoreFault>;
}
