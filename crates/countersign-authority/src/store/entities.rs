//! Entities, their passwords, and the roles that they have.

use std::collections::BTreeSet;

use async_trait::async_trait;
use countersign_model::{
    AccountNumber, Assigned, Email, Entity, EntityId, EntityKind, RoleId, TokenNumber,
};

use super::{Part, Slice, StoreFault};
use crate::PasswordHash;

/// Which entities are listed; what is `None` leaves none out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityFilter {
    /// Of this kind.
    pub kind: Option<EntityKind>,
    /// Active ones, or inactive ones.
    pub active: Option<bool>,
    /// Those that have this role.
    pub role: Option<RoleId>,
    /// Those with this text in their name or email, whatever its case.
    pub text: Option<String>,
}

/// A role that an entity has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The role.
    pub role: RoleId,
    /// Whether the entity has hidden it.
    pub hidden: bool,
}

impl Assignment {
    /// As the rule about logging in asks for it.
    pub fn as_assigned(&self) -> Assigned {
        if self.hidden { Assigned::Hidden } else { Assigned::Yes }
    }
}

/// An entity that has a role.
#[derive(Clone, Debug)]
pub struct Holder {
    /// The entity.
    pub entity: Entity,
    /// Whether it has hidden the role.
    pub hidden: bool,
}

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
    /// The roles assigned to an entity, in the order of their numbers, with those that it hides.
    async fn assignments(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<Assignment>, StoreFault>;
    /// The entities that a role is assigned to, in the order of their numbers.
    async fn holders_of(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<Holder>, StoreFault>;
    /// A part of the entities of an account.
    async fn entities(
        &mut self,
        account: AccountNumber,
        filter: &EntityFilter,
        slice: Slice,
    ) -> Result<Part<Entity>, StoreFault>;
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
    /// Saves what is known of an entity, but for its password and roles.
    async fn save_entity(&mut self, entity: &Entity) -> Result<(), StoreFault>;
    /// Removes an entity, and with it its password, roles, links, sessions, second factor and
    /// tokens; gives the numbers of the tokens.
    async fn remove_entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Vec<TokenNumber>, StoreFault>;
    /// Has an entity hide these of its roles, and no others.
    async fn hide_roles(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        hidden: &BTreeSet<RoleId>,
    ) -> Result<(), StoreFault>;
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
