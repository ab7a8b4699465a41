//! Roles, and which entity has which.

use countersign_model::{Assigned, EntityId, Permissions, Role, RoleId, Version};
use countersign_verify::{Fact, RoleFact};

use super::entities::MANAGE;
use super::{Authority, Change, PeopleFault, Requester, UseCaseFault, found, name};
use crate::{Act, Series, Sessions};

mod delete;
mod edit;
mod look;

pub use edit::RoleChanges;
pub use look::RoleView;

/// A new role.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    /// What people call it.
    pub name: String,
    /// What it grants.
    pub permissions: Permissions,
    /// Whether a second factor is demanded, whatever it grants.
    pub two_factor_required: bool,
    /// Whether it is for web services only.
    pub web_services_only: bool,
}

impl Authority {
    /// Creates a role.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`]; [`crate::StoreFault::Taken`] where the name is in use;
    /// [`PeopleFault::UnknownPermission`].
    pub async fn create_role(
        &self,
        requester: &Requester,
        new: NewRole,
    ) -> Result<RoleId, UseCaseFault> {
        let name = name(&new.name)?;
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.check_defined(&new.permissions).await?;
        let id = RoleId(change.tx.next(Series::Roles(account)).await?);
        let role = Role {
            account,
            id,
            name,
            active: true,
            permissions: new.permissions,
            two_factor_required: new.two_factor_required,
            web_services_only: new.web_services_only,
            version: Version::FIRST,
        };
        change.tx.add_role(&role).await?;
        change.learns(Fact::Role(RoleFact::from(&role)));
        let act = Act::RoleCreated {
            role: id.0,
            permissions: role.permissions.named().map(|(name, _)| name.to_owned()).collect(),
            name: role.name,
        };
        change.commit(act).await?;
        Ok(id)
    }

    /// Assigns a role; tokens of that entity and role work from now on. Assigning twice is fine.
    /// With a role that reaches far, password links that others have made for the entity no longer
    /// work, and its sessions end: who could get in before gets no further by waiting.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`PeopleFault::AdministratorRole`],
    /// [`PeopleFault::OfAdministrator`].
    pub async fn assign_role(
        &self,
        requester: &Requester,
        entity: EntityId,
        role: RoleId,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        let who = change.entity_to_change(entity).await?;
        let given = change.role_to_assign(role).await?;
        if !change.tx.assign_role(account, entity, role).await? {
            return Ok(());
        }
        if given.reaches_far() {
            change.end_ways_in(entity).await?;
        }
        let who = countersign_model::Entity { version: who.version.next(), ..who };
        change.tx.save_entity(&who).await?;
        change.learns_login(&who, role, Assigned::Yes).await?;
        let act = Act::RoleAssigned { entity: entity.0, role: role.0 };
        change.commit(act).await?;
        Ok(())
    }

    /// Takes a role away; tokens of that entity and role sleep from now on, and its sessions in
    /// that role end.
    ///
    /// # Errors
    /// [`UseCaseFault::RoleNotAssigned`], [`UseCaseFault::LastAdministrator`],
    /// [`PeopleFault::AdministratorRole`], [`PeopleFault::OfAdministrator`].
    pub async fn remove_role(
        &self,
        requester: &Requester,
        entity: EntityId,
        role: RoleId,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        let who = change.entity_to_change(entity).await?;
        change.role_to_assign(role).await?;
        if role == Role::ADMINISTRATOR {
            change.check_administrators_besides(entity).await?;
        }
        if !change.tx.remove_role(account, entity, role).await? {
            return Err(UseCaseFault::RoleNotAssigned { entity: entity.0, role: role.0 });
        }
        let who = countersign_model::Entity { version: who.version.next(), ..who };
        change.tx.save_entity(&who).await?;
        change.tx.end_sessions(account, entity, Sessions::InRole(role)).await?;
        change.learns_login(&who, role, Assigned::No).await?;
        let act = Act::RoleRemoved { entity: entity.0, role: role.0 };
        change.commit(act).await?;
        Ok(())
    }
}

impl Change<'_> {
    /// A role that the requester may give and take.
    async fn role_to_assign(&mut self, id: RoleId) -> Result<Role, UseCaseFault> {
        let role = self.tx.role(self.requester.account, id).await?;
        let role = found(role, "role", id.0)?;
        if role.is_administrator() && !self.standing.is_administrator() {
            return Err(PeopleFault::AdministratorRole.into());
        }
        if role.reaches_far() {
            self.standing.is_proven_lately()?;
        }
        Ok(role)
    }

    /// Ends what lets somebody in as an entity without its password: open links, and sessions but
    /// the one that asks.
    async fn end_ways_in(&mut self, entity: EntityId) -> Result<(), UseCaseFault> {
        let account = self.requester.account;
        self.tx.remove_links(account, entity).await?;
        let oneself = self.standing.in_role().is_some_and(|(oneself, _)| oneself == entity);
        let current = self.requester.session_number().filter(|_| oneself);
        let which = current.map_or(Sessions::All, Sessions::Except);
        self.tx.end_sessions(account, entity, which).await?;
        Ok(())
    }

    /// Refuses own permissions that the account doesn't define.
    async fn check_defined(&mut self, permissions: &Permissions) -> Result<(), UseCaseFault> {
        let defined = self.tx.own_permissions(self.requester.account).await?;
        let unknown = permissions
            .own()
            .find(|(name, _)| !defined.iter().any(|permission| permission.name == **name));
        match unknown {
            Some((name, _)) => Err(PeopleFault::UnknownPermission(name.to_string()).into()),
            None => Ok(()),
        }
    }
}
