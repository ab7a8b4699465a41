//! Entities: users of an account. All kinds of them behave alike.

use std::collections::BTreeSet;

use countersign_model::{Email, Entity, EntityId, EntityKind, Level, Permission, RoleId, Version};

use super::{Authority, Need, Requester, UseCaseFault, name};
use crate::{Act, Password, Series};

mod delete;
mod edit;
mod fault;
mod look;
pub(super) mod rules;

pub use edit::EntityChanges;
pub use fault::PeopleFault;
pub use look::{EntityView, LoginView, RoleOfEntity};

/// To manage entities and roles.
pub(super) const MANAGE: Need = Need::Permission(Permission::CoreAdministration, Level::Full);

/// To see them: also for who chooses a user and a role for a token.
pub(super) const SEE: Need = Need::OneOf(&[
    (Permission::CoreAdministration, Level::View),
    (Permission::AccessTokenManagement, Level::View),
]);

/// To see how they log in.
const SEE_LOGIN: Need = Need::Permission(Permission::CoreAdministration, Level::View);

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
            // Hashing is dear: who may not do this is told before it.
            Some(password) => {
                self.look(requester, MANAGE).await?;
                Some(self.hash(password).await?)
            }
            None => None,
        };
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
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

/// Numbers of roles, as the trail writes them; nothing where there are none.
fn role_numbers(roles: &BTreeSet<RoleId>) -> Option<String> {
    let numbers: Vec<_> = roles.iter().map(ToString::to_string).collect();
    (!numbers.is_empty()).then(|| numbers.join(" "))
}
