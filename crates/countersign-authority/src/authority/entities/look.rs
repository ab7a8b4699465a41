//! Looking at entities.

use countersign_model::{Entity, EntityId, Login, RoleId, Touch};

use super::{SEE, SEE_LOGIN};
use crate::authority::{Authority, Look, Requester, UseCaseFault, found};
use crate::{EntityFilter, Part, Slice};

/// An entity, and what belongs to it.
#[derive(Clone, Debug)]
pub struct EntityView {
    /// The entity.
    pub entity: Entity,
    /// Its roles, in the order of their numbers.
    pub roles: Vec<RoleOfEntity>,
    /// How it logs in; nothing for who only chooses a user for a token.
    pub login: Option<LoginView>,
}

/// How an entity logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginView {
    /// Whether it has a password.
    pub has_password: bool,
    /// Whether it has a second factor.
    pub two_factor: bool,
}

/// A role that an entity has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleOfEntity {
    /// Its number.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Whether it is active.
    pub active: bool,
    /// Whether the entity has hidden it.
    pub hidden: bool,
    /// Whether the requester can make a token in it for the entity, as far as it is up to these
    /// three.
    pub offers_tokens: bool,
}

impl Authority {
    /// An entity, with its roles.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn get_entity(
        &self,
        requester: &Requester,
        id: EntityId,
    ) -> Result<EntityView, UseCaseFault> {
        let account = requester.account;
        let Look { standing, mut record } = self.look(requester, SEE).await?;
        let entity = found(record.entity(account, id).await?, "entity", id.0)?;
        let mut roles = Vec::new();
        for has in record.assignments(account, id).await? {
            let role = found(record.role(account, has.role).await?, "role", has.role.0)?;
            let offers_tokens = Login::of(&entity, &role, has.as_assigned()).is_of_use()
                && standing.asker().may(Touch::Mint, id, role.id).is_ok();
            let (name, active, hidden) = (role.name, role.active, has.hidden);
            roles.push(RoleOfEntity { id: role.id, name, active, hidden, offers_tokens });
        }
        if standing.meets(SEE_LOGIN).is_err() {
            return Ok(EntityView { entity, roles, login: None });
        }
        let has_password = record.password(account, id).await?.is_some();
        let factor = record.second_factor(account, id).await?;
        let two_factor = factor.is_some_and(|factor| factor.is_confirmed());
        let login = Some(LoginView { has_password, two_factor });
        Ok(EntityView { entity, roles, login })
    }

    /// A part of the account's entities.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_entities(
        &self,
        requester: &Requester,
        filter: &EntityFilter,
        slice: Slice,
    ) -> Result<Part<Entity>, UseCaseFault> {
        let mut record = self.look(requester, SEE).await?.record;
        Ok(record.entities(requester.account, filter, slice).await?)
    }
}
