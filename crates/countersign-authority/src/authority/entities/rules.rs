//! What binds whoever changes an entity: Administrators are changed by Administrators, and one
//! stays.

use countersign_model::{Assigned, Entity, EntityId, Login, Role, RoleId};
use countersign_verify::{Fact, LoginFact};

use super::PeopleFault;
use crate::Holder;
use crate::authority::{Change, UseCaseFault, found};

impl Change<'_> {
    /// An entity of the account that the requester may change: one that holds Administrator is
    /// changed by Administrators only.
    pub(in crate::authority) async fn entity_to_change(
        &mut self,
        id: EntityId,
    ) -> Result<Entity, UseCaseFault> {
        let account = self.requester.account;
        let entity = found(self.tx.entity(account, id).await?, "entity", id.0)?;
        let is_administrator = self.tx.roles_of(account, id).await?.contains(&Role::ADMINISTRATOR);
        if is_administrator && !self.standing.is_administrator() {
            return Err(PeopleFault::OfAdministrator(id.0).into());
        }
        Ok(entity)
    }

    /// Refuses what would leave the account without an active Administrator but `entity`.
    pub(in crate::authority) async fn check_administrators_besides(
        &mut self,
        entity: EntityId,
    ) -> Result<(), UseCaseFault> {
        let account = self.requester.account;
        let holders = self.tx.holders_of(account, Role::ADMINISTRATOR).await?;
        let holds = holders.iter().any(|holder| holder.entity.id == entity);
        let able = |it: &Holder| it.entity.active && !it.hidden;
        let other = holders.iter().any(|it| it.entity.id != entity && able(it));
        if holds && !other { Err(UseCaseFault::LastAdministrator(entity.0)) } else { Ok(()) }
    }

    /// Has the directory learn what now stands between an entity and a role.
    pub(in crate::authority) async fn learns_login(
        &mut self,
        entity: &Entity,
        role: RoleId,
        assigned: Assigned,
    ) -> Result<(), UseCaseFault> {
        let role = found(self.tx.role(entity.account, role).await?, "role", role.0)?;
        self.learns(login_fact(entity, role.id, Login::of(entity, &role, assigned)));
        Ok(())
    }
}

pub(in crate::authority) fn login_fact(entity: &Entity, role: RoleId, login: Login) -> Fact {
    Fact::Login(LoginFact { account: entity.account, entity: entity.id, role, login })
}

pub(in crate::authority) fn assigned(hidden: bool) -> Assigned {
    if hidden { Assigned::Hidden } else { Assigned::Yes }
}
