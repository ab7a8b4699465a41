//! What somebody who is logged in sees of the own login.

use countersign_model::{Account, Entity, Role, RoleId};

use crate::authority::{Authority, Need, Requester, UseCaseFault, found};

/// The own login: who one is, and what one can be.
#[derive(Clone, Debug)]
pub struct OwnLogin {
    /// The account.
    pub account: Account,
    /// Who is logged in.
    pub entity: Entity,
    /// The roles that it has, by number.
    pub roles: Vec<OwnRole>,
    /// Whether a second factor is asked for.
    pub two_factor: bool,
    /// How many recovery codes are left.
    pub recovery_codes: u64,
}

/// One of the own roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnRole {
    /// Its number in the account.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// Whether it is hidden: nothing can be done with it until it is shown again.
    pub hidden: bool,
    /// Whether one can change to it.
    pub usable: bool,
}

impl Authority {
    /// The requester's own login; also for who has yet to enrol a second factor.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`], [`super::LogInFault::NotWithToken`],
    /// [`super::LogInFault::SessionEnded`].
    pub async fn look_at_own_login(&self, requester: &Requester) -> Result<OwnLogin, UseCaseFault> {
        let number = requester.account;
        let mut look = self.look(requester, Need::Enrolment).await?;
        let id = look.standing.oneself(requester)?;
        let record = &mut *look.record;
        let account = found(record.account_of(number).await?, "account", number.0)?;
        let entity = found(record.entity(number, id).await?, "entity", id.0)?;
        let mut roles = Vec::new();
        for has in record.assignments(number, id).await? {
            let role = found(record.role(number, has.role).await?, "role", has.role.0)?;
            let usable = !has.hidden && role.may_log_in_on_pages();
            let Role { id, name, .. } = role;
            roles.push(OwnRole { id, name, hidden: has.hidden, usable });
        }
        let factor = record.second_factor(number, id).await?;
        let two_factor = factor.is_some_and(|factor| factor.is_confirmed());
        let recovery_codes = record.recovery_codes(number, id).await?;
        Ok(OwnLogin { account, entity, roles, two_factor, recovery_codes })
    }
}
