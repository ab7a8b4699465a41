//! Entities and the roles that they have.

use std::collections::BTreeSet;

use async_trait::async_trait;
use countersign_authority::{
    Assignment, EntityFilter, Holder, Part, PasswordHash, ReadEntities, Slice, StoreFault,
    WriteEntities,
};
use countersign_model::{AccountNumber, Email, Entity, EntityId, RoleId, TokenNumber};

use super::{RecordTransaction, run};
use crate::{entities, role_assignments};

#[async_trait]
impl ReadEntities for RecordTransaction {
    async fn entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<Entity>, StoreFault> {
        run!(self, "finding an entity", entities::find(account, id))
    }

    async fn entity_by_email(
        &mut self,
        account: AccountNumber,
        email: &Email,
    ) -> Result<Option<Entity>, StoreFault> {
        run!(self, "finding an entity", entities::find_by_email(account, email))
    }

    async fn password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<PasswordHash>, StoreFault> {
        run!(self, "reading a password", entities::password(account, id))
    }

    async fn roles_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<RoleId>, StoreFault> {
        let assigned = self.assignments(account, entity).await?;
        Ok(assigned.into_iter().map(|assignment| assignment.role).collect())
    }

    async fn assignments(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<Assignment>, StoreFault> {
        run!(self, "finding an entity's roles", role_assignments::of_entity(account, entity))
    }

    async fn holders_of(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<Holder>, StoreFault> {
        run!(self, "finding a role's holders", role_assignments::holders(account, role))
    }

    async fn entities(
        &mut self,
        account: AccountNumber,
        filter: &EntityFilter,
        slice: Slice,
    ) -> Result<Part<Entity>, StoreFault> {
        run!(self, "listing entities", entities::part(account, filter, slice))
    }

    async fn holders(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<EntityId>, StoreFault> {
        let holders = self.holders_of(account, role).await?;
        Ok(holders.into_iter().map(|holder| holder.entity.id).collect())
    }
}

#[async_trait]
impl WriteEntities for RecordTransaction {
    async fn add_entity(&mut self, entity: &Entity) -> Result<(), StoreFault> {
        run!(self, "adding an entity", entities::add(entity))
    }

    async fn save_entity(&mut self, entity: &Entity) -> Result<(), StoreFault> {
        run!(self, "saving an entity", entities::save(entity))
    }

    async fn remove_entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Vec<TokenNumber>, StoreFault> {
        run!(self, "removing an entity", entities::remove(account, id))
    }

    async fn hide_roles(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        hidden: &BTreeSet<RoleId>,
    ) -> Result<(), StoreFault> {
        run!(self, "hiding roles", role_assignments::hide(account, entity, hidden))
    }

    async fn save_password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
        password: &PasswordHash,
    ) -> Result<(), StoreFault> {
        run!(self, "saving a password", entities::save_password(account, id, password))
    }

    async fn assign_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault> {
        run!(self, "assigning a role", role_assignments::add(account, entity, role))
    }

    async fn remove_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault> {
        run!(self, "removing a role", role_assignments::remove(account, entity, role))
    }
}
