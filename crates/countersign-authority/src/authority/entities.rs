//! Entities: users of an account.

use countersign_model::{Email, Entity, EntityId, EntityKind, Login, RoleId, Version};
use countersign_verify::{Fact, LoginFact};

use super::{Authority, Change, Need, Requester, UseCaseFault, found, name};
use crate::{Act, Password, Series};

/// A new entity.
pub struct NewEntity {
    /// What it is to the account.
    pub kind: EntityKind,
    /// What people call it.
    pub name: String,
    /// Its login.
    pub email: Email,
    /// Its password, if it shall have one now.
    pub password: Option<Password>,
}

impl Authority {
    /// Creates an entity, without roles.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`]; [`crate::StoreFault::Taken`] where the email is in use.
    pub async fn create_entity(
        &self,
        requester: &Requester,
        new: NewEntity,
    ) -> Result<EntityId, UseCaseFault> {
        let name = name(&new.name)?;
        let hash = match new.password {
            Some(password) => Some(self.hash(password).await?),
            None => None,
        };
        let account = requester.account;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let id = EntityId(change.tx.next(Series::Entities(account)).await?);
        let email = new.email;
        let version = Version::FIRST;
        let entity = Entity { account, id, kind: new.kind, name, email, active: true, version };
        change.tx.add_entity(&entity).await?;
        if let Some(hash) = hash {
            change.tx.save_password(account, id, &hash).await?;
        }
        let act = Act::EntityCreated {
            entity: id.0,
            kind: entity.kind.as_str(),
            name: entity.name,
            email: entity.email.to_string(),
        };
        change.commit(act).await?;
        Ok(id)
    }
}

impl Change<'_> {
    /// Has the directory learn what now stands between an entity and a role.
    pub(super) async fn learns_login(
        &mut self,
        entity: &Entity,
        role: RoleId,
        assigned: bool,
    ) -> Result<(), UseCaseFault> {
        let account = entity.account;
        let role = found(self.tx.role(account, role).await?, "role", role.0)?;
        let login = Login::of(entity, &role, assigned);
        self.learns(Fact::Login(LoginFact { account, entity: entity.id, role: role.id, login }));
        Ok(())
    }
}
