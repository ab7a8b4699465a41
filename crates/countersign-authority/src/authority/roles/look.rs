//! Looking at roles.

use countersign_model::{Role, RoleId};

use crate::authority::entities::SEE;
use crate::authority::{Authority, Requester, UseCaseFault, found};
use crate::{Part, RoleFilter, Slice};

/// A role, and what is asked about it.
#[derive(Clone, Debug)]
pub struct RoleView {
    /// The role.
    pub role: Role,
    /// How many entities have it.
    pub holders: u64,
    /// Whether who logs in with it must prove a second factor, by its flag or by what it grants.
    pub demands_two_factors: bool,
}

impl RoleView {
    fn of(role: Role, holders: u64) -> Self {
        Self { holders, demands_two_factors: role.demands_two_factors(), role }
    }
}

impl Authority {
    /// A role.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn get_role(
        &self,
        requester: &Requester,
        id: RoleId,
    ) -> Result<RoleView, UseCaseFault> {
        let account = requester.account;
        let mut record = self.look(requester, SEE).await?.record;
        let role = found(record.role(account, id).await?, "role", id.0)?;
        Ok(RoleView::of(role, record.role_use(account, id).await?.holders))
    }

    /// A part of the account's roles.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_roles(
        &self,
        requester: &Requester,
        filter: &RoleFilter,
        slice: Slice,
    ) -> Result<Part<RoleView>, UseCaseFault> {
        let mut record = self.look(requester, SEE).await?.record;
        let Part { rows, more } = record.roles(requester.account, filter, slice).await?;
        let rows = rows.into_iter().map(|(role, holders)| RoleView::of(role, holders)).collect();
        Ok(Part { rows, more })
    }
}
