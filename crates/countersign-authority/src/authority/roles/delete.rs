//! Deleting a role.

use countersign_model::{RoleId, Version};
use countersign_verify::Fact;

use crate::authority::entities::MANAGE;
use crate::authority::{Authority, PeopleFault, Requester, UseCaseFault, found, unchanged};
use crate::{Act, RoleUse};

impl Authority {
    /// Deletes a role that the account made itself, that nobody has and no token names.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`PeopleFault::BuiltInRole`],
    /// [`PeopleFault::RoleInUse`].
    pub async fn delete_role(
        &self,
        requester: &Requester,
        id: RoleId,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let role = found(change.tx.role(account, id).await?, "role", id.0)?;
        unchanged("role", id.0, if_version, role.version)?;
        if role.is_built_in() {
            return Err(PeopleFault::BuiltInRole(id.0).into());
        }
        let RoleUse { holders, tokens } = change.tx.role_use(account, id).await?;
        if holders + tokens > 0 {
            return Err(PeopleFault::RoleInUse { role: id.0, holders, tokens }.into());
        }
        change.tx.delete_role(account, id).await?;
        change.learns(Fact::RoleGone { account, role: id });
        change.commit(Act::RoleDeleted { role: id.0, name: role.name }).await?;
        Ok(())
    }
}
