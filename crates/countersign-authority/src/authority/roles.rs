//! Roles, and which entity has which.

use std::collections::BTreeMap;

use countersign_model::{EntityId, Level, Permission, Role, RoleId, Version};
use countersign_verify::{Fact, RoleFact};

use super::{Authority, Need, Requester, UseCaseFault, found, name};
use crate::{Act, Series};

/// A new role.
pub struct NewRole {
    /// What people call it.
    pub name: String,
    /// What it grants.
    pub permissions: BTreeMap<Permission, Level>,
}

impl Authority {
    /// Creates a role.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`]; [`crate::StoreFault::Taken`] where the name is in use.
    pub async fn create_role(
        &self,
        requester: &Requester,
        new: NewRole,
    ) -> Result<RoleId, UseCaseFault> {
        let name = name(&new.name)?;
        let account = requester.account;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let id = RoleId(change.tx.next(Series::Roles(account)).await?);
        let (permissions, version) = (new.permissions, Version::FIRST);
        let role = Role { account, id, name, active: true, permissions, version };
        change.tx.add_role(&role).await?;
        change.learns(Fact::Role(RoleFact::from(&role)));
        let act = Act::RoleCreated {
            role: id.0,
            permissions: role.permissions.keys().map(|p| p.as_str()).collect(),
            name: role.name,
        };
        change.commit(act).await?;
        Ok(id)
    }

    /// Assigns a role; tokens of that entity and role work from now on. Assigning twice is fine.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn assign_role(
        &self,
        requester: &Requester,
        entity: EntityId,
        role: RoleId,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let who = found(change.tx.entity(account, entity).await?, "entity", entity.0)?;
        found(change.tx.role(account, role).await?, "role", role.0)?;
        if !change.tx.assign_role(account, entity, role).await? {
            return Ok(());
        }
        change.learns_login(&who, role, true).await?;
        let act = Act::RoleAssigned { entity: entity.0, role: role.0 };
        change.commit(act).await?;
        Ok(())
    }

    /// Takes a role away; tokens of that entity and role sleep from now on.
    ///
    /// # Errors
    /// [`UseCaseFault::RoleNotAssigned`], [`UseCaseFault::LastAdministrator`].
    pub async fn remove_role(
        &self,
        requester: &Requester,
        entity: EntityId,
        role: RoleId,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let who = found(change.tx.entity(account, entity).await?, "entity", entity.0)?;
        found(change.tx.role(account, role).await?, "role", role.0)?;
        if role == Role::ADMINISTRATOR && change.tx.holders(account, role).await? == [entity] {
            return Err(UseCaseFault::LastAdministrator(entity.0));
        }
        if !change.tx.remove_role(account, entity, role).await? {
            return Err(UseCaseFault::RoleNotAssigned { entity: entity.0, role: role.0 });
        }
        change.learns_login(&who, role, false).await?;
        let act = Act::RoleRemoved { entity: entity.0, role: role.0 };
        change.commit(act).await?;
        Ok(())
    }
}
