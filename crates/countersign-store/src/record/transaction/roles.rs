//! Roles, and the permissions that accounts define.

use async_trait::async_trait;
use countersign_authority::{Part, ReadRoles, RoleFilter, RoleUse, Slice, StoreFault, WriteRoles};
use countersign_model::{AccountNumber, OwnPermission, PermissionName, Role, RoleId};

use super::{RecordTransaction, run};
use crate::{access_tokens, own_permissions, role_assignments, roles};

#[async_trait]
impl ReadRoles for RecordTransaction {
    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault> {
        run!(self, "finding a role", roles::find(account, id))
    }

    async fn role_use(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<RoleUse, StoreFault> {
        let holders = run!(self, "counting holders", role_assignments::count(account, id))?;
        let tokens = run!(self, "counting tokens", access_tokens::count_of_role(account, id))?;
        Ok(RoleUse { holders, tokens })
    }

    async fn roles(
        &mut self,
        account: AccountNumber,
        filter: &RoleFilter,
        slice: Slice,
    ) -> Result<Part<(Role, u64)>, StoreFault> {
        run!(self, "listing roles", roles::part(account, filter, slice))
    }

    async fn own_permissions(
        &mut self,
        account: AccountNumber,
    ) -> Result<Vec<OwnPermission>, StoreFault> {
        run!(self, "listing permissions", own_permissions::all(account))
    }

    async fn roles_granting(
        &mut self,
        account: AccountNumber,
        name: &PermissionName,
    ) -> Result<Vec<RoleId>, StoreFault> {
        run!(self, "finding roles", roles::granting(account, name))
    }
}

#[async_trait]
impl WriteRoles for RecordTransaction {
    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault> {
        run!(self, "adding a role", roles::add(role))
    }

    async fn save_role(&mut self, role: &Role) -> Result<(), StoreFault> {
        run!(self, "saving a role", roles::save(role))
    }

    async fn delete_role(&mut self, account: AccountNumber, id: RoleId) -> Result<(), StoreFault> {
        run!(self, "removing a role", roles::remove(account, id))
    }

    async fn add_own_permission(&mut self, permission: &OwnPermission) -> Result<(), StoreFault> {
        run!(self, "adding a permission", own_permissions::add(permission))
    }

    async fn save_own_permission(&mut self, permission: &OwnPermission) -> Result<(), StoreFault> {
        run!(self, "saving a permission", own_permissions::save(permission))
    }

    async fn remove_own_permission(
        &mut self,
        account: AccountNumber,
        name: &PermissionName,
    ) -> Result<(), StoreFault> {
        run!(self, "removing a permission", own_permissions::remove(account, name))
    }
}
