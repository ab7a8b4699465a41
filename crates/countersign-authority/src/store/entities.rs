//! Entities, their passwords, and the roles that they have.

use async_trait::async_trait;
use countersign_model::{AccountNumber, Email, Entity, EntityId, RoleId};

use super::StoreFault;
use crate::PasswordHash;

/// What can be asked about entities.
#[async_trait]
pub trait ReadEntities {
    /// An entity by number.
    async fn entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<Entity>, StoreFault>;
    /// An entity by email.
    async fn entity_by_email(
        &mut self,
        account: AccountNumber,
        email: &Email,
    ) -> Result<Option<Entity>, StoreFault>;
    /// The password of an entity, if it has one.
    async fn password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<PasswordHash>, StoreFault>;
    /// The roles assigned to an entity.
    async fn roles_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<RoleId>, StoreFault>;
    /// The entities that a role is assigned to.
    async fn holders(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<EntityId>, StoreFault>;
}

/// How entities are changed.
#[async_trait]
pub trait WriteEntities {
    /// Adds an entity, without a password.
    async fn add_entity(&mut self, entity: &Entity) -> Result<(), StoreFault>;
    /// Sets the password of an entity.
    async fn save_password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
        password: &PasswordHash,
    ) -> Result<(), StoreFault>;
    /// Assigns a role. `false` when it was assigned already.
    async fn assign_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault>;
    /// Takes a role away. `false` when it wasn't assigned.
    async fn remove_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault>;
}
