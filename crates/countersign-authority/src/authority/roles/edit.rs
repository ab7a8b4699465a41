//! Editing a role.

use countersign_model::{Login, Permissions, Role, RoleEdit, RoleId, Version};
use countersign_verify::{Fact, RoleFact};

use crate::authority::entities::MANAGE;
use crate::authority::entities::rules::{assigned, login_fact};
use crate::authority::{
    Authority, Change, PeopleFault, Requester, UseCaseFault, found, name, unchanged,
};
use crate::{Act, Edit, Holder};

/// What is to be changed of a role; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct RoleChanges {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it can be used to log in.
    pub active: Option<bool>,
    /// All that it grants.
    pub permissions: Option<Permissions>,
    /// Whether a second factor is demanded, whatever it grants.
    pub two_factor_required: Option<bool>,
    /// Whether it is for web services only.
    pub web_services_only: Option<bool>,
}

impl Authority {
    /// Edits a role; what it grants, and whether its holders' tokens log in, holds from the next
    /// request on. Where it comes to reach far, open password links of its holders end, as with
    /// the assignment of one that does. Gives the version after it.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::Name`];
    /// [`crate::StoreFault::Taken`] where the name is in use; [`PeopleFault::Role`],
    /// [`PeopleFault::UnknownPermission`].
    pub async fn edit_role(
        &self,
        requester: &Requester,
        id: RoleId,
        if_version: Option<Version>,
        changes: RoleChanges,
    ) -> Result<Version, UseCaseFault> {
        let mut change = self.begin(requester, MANAGE).await?;
        let old = found(change.tx.role(requester.account, id).await?, "role", id.0)?;
        unchanged("role", id.0, if_version, old.version)?;
        let RoleChanges {
            name: called,
            active,
            permissions,
            two_factor_required,
            web_services_only,
        } = changes;
        if let Some(permissions) = &permissions {
            change.check_defined(permissions).await?;
        }
        let called = called.map(|text| name(&text)).transpose()?;
        let edit =
            RoleEdit { name: called, active, permissions, two_factor_required, web_services_only };
        let new = old.clone().edit(edit).map_err(PeopleFault::from)?;
        let edits = edits(&old, &new);
        if edits.is_empty() {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            change.learns_role(&new, None).await?;
            change.heal();
            return Ok(new.version);
        }
        if old.demands_two_factors() || new.demands_two_factors() {
            change.standing.is_proven_lately()?;
        }
        if new.reaches_far() && !old.reaches_far() {
            // Sessions are asked for a second factor from now on; who made a link is not.
            for Holder { entity, .. } in change.tx.holders_of(new.account, id).await? {
                change.tx.remove_links(new.account, entity.id).await?;
            }
        }
        let new = Role { version: old.version.next(), ..new };
        change.save_role(&old, &new).await?;
        change.commit(Act::RoleEdited { role: id.0, changes: edits }).await?;
        Ok(new.version)
    }
}

impl Change<'_> {
    /// Saves a role, and has the directory learn what it grants and whose answer changes with it.
    pub(in crate::authority) async fn save_role(
        &mut self,
        old: &Role,
        new: &Role,
    ) -> Result<(), UseCaseFault> {
        self.tx.save_role(new).await?;
        self.learns_role(new, Some(old)).await
    }

    /// Has the directory learn what a role grants, and what stands between it and its holders:
    /// those whose answer is another one than with `old`, or all of them.
    async fn learns_role(&mut self, role: &Role, old: Option<&Role>) -> Result<(), UseCaseFault> {
        self.learns(Fact::Role(RoleFact::from(role)));
        for Holder { entity, hidden } in self.tx.holders_of(role.account, role.id).await? {
            let login = |role| Login::of(&entity, role, assigned(hidden));
            if old.is_none_or(|old| login(old) != login(role)) {
                self.learns(login_fact(&entity, role.id, login(role)));
            }
        }
        Ok(())
    }
}

fn edits(old: &Role, new: &Role) -> Vec<Edit> {
    let granted = |role: &Role| Some(role.permissions.to_text()).filter(|text| !text.is_empty());
    let flag = |field, old: bool, new: bool| Edit::of(field, old.to_string(), new.to_string());
    [
        Edit::of("name", old.name.clone(), new.name.clone()),
        flag("active", old.active, new.active),
        Edit::of("permissions", granted(old), granted(new)),
        flag("two_factor_required", old.two_factor_required, new.two_factor_required),
        flag("web_services_only", old.web_services_only, new.web_services_only),
    ]
    .into_iter()
    .flatten()
    .collect()
}
