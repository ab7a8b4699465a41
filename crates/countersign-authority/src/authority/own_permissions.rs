//! Permissions that an account defines for its own API: roles grant them, routes ask for them, and
//! upstreams are told of them.

use countersign_model::{
    AccountNumber, Level, OwnPermission, PermissionName, Role, RoleId, Version,
};

use super::entities::{MANAGE, SEE};
use super::{Authority, Change, PeopleFault, Requester, UseCaseFault, found};
use crate::{Act, Edit};

const MAX_DESCRIPTION: usize = 1000;

impl Authority {
    /// Defines a permission. The Administrator has it from then on.
    ///
    /// # Errors
    /// [`PeopleFault::Description`]; [`crate::StoreFault::Taken`] where it is defined.
    pub async fn define_permission(
        &self,
        requester: &Requester,
        name: PermissionName,
        description: &str,
    ) -> Result<(), UseCaseFault> {
        let description = check_description(description)?;
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let version = Version::FIRST;
        let permission = OwnPermission { account, name: name.clone(), description, version };
        change.tx.add_own_permission(&permission).await?;
        change
            .edit_administrator(|role| role.permissions.insert_own(name.clone(), Level::Full))
            .await?;
        let act = Act::PermissionDefined {
            permission: name.to_string(),
            description: permission.description,
        };
        change.commit(act).await?;
        Ok(())
    }

    /// Describes an own permission anew. Gives the version after it.
    ///
    /// # Errors
    /// [`PeopleFault::NotDefined`], [`UseCaseFault::Changed`], [`PeopleFault::Description`].
    pub async fn edit_permission(
        &self,
        requester: &Requester,
        name: &PermissionName,
        if_version: Option<Version>,
        description: &str,
    ) -> Result<Version, UseCaseFault> {
        let description = check_description(description)?;
        let mut change = self.begin(requester, MANAGE).await?;
        let old = change.own_permission(requester.account, name).await?;
        unchanged_permission(&old, if_version)?;
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let edit = Edit::of("description", text(&old.description), text(&description));
        let Some(edit) = edit else { return Ok(old.version) };
        let new = OwnPermission { description, version: old.version.next(), ..old };
        change.tx.save_own_permission(&new).await?;
        let permission = name.to_string();
        change.commit(Act::PermissionEdited { permission, changes: vec![edit] }).await?;
        Ok(new.version)
    }

    /// The permissions that the account defines, by name.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_permissions(
        &self,
        requester: &Requester,
    ) -> Result<Vec<OwnPermission>, UseCaseFault> {
        let mut record = self.look(requester, SEE).await?.record;
        Ok(record.own_permissions(requester.account).await?)
    }

    /// A permission that the account defines.
    ///
    /// # Errors
    /// [`PeopleFault::NotDefined`].
    pub async fn get_permission(
        &self,
        requester: &Requester,
        name: &PermissionName,
    ) -> Result<OwnPermission, UseCaseFault> {
        let mut record = self.look(requester, SEE).await?.record;
        defined(record.own_permissions(requester.account).await?, name)
    }

    /// Removes an own permission. One that a role grants is not removed: what upstreams let through
    /// changes role by role, each with its event.
    ///
    /// # Errors
    /// [`PeopleFault::NotDefined`], [`UseCaseFault::Changed`], [`PeopleFault::PermissionGranted`].
    pub async fn remove_permission(
        &self,
        requester: &Requester,
        name: &PermissionName,
        if_version: Option<Version>,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, MANAGE).await?;
        change.standing.is_proven_lately()?;
        let old = change.own_permission(account, name).await?;
        unchanged_permission(&old, if_version)?;
        let others = |role: &RoleId| *role != Role::ADMINISTRATOR;
        let granting = change.tx.roles_granting(account, name).await?;
        let roles = granting.into_iter().filter(others).count();
        if roles > 0 {
            return Err(PeopleFault::PermissionGranted { name: name.to_string(), roles }.into());
        }
        change.edit_administrator(|role| role.permissions.remove_own(name)).await?;
        change.tx.remove_own_permission(account, name).await?;
        change.commit(Act::PermissionRemoved { permission: name.to_string() }).await?;
        Ok(())
    }
}

impl Change<'_> {
    async fn own_permission(
        &mut self,
        account: AccountNumber,
        name: &PermissionName,
    ) -> Result<OwnPermission, UseCaseFault> {
        defined(self.tx.own_permissions(account).await?, name)
    }

    /// The Administrator has every permission that there is, and upstreams are told so by name.
    async fn edit_administrator(&mut self, edit: impl Fn(&mut Role)) -> Result<(), UseCaseFault> {
        let id = Role::ADMINISTRATOR;
        let old = found(self.tx.role(self.requester.account, id).await?, "role", id.0)?;
        let mut new = Role { version: old.version.next(), ..old.clone() };
        edit(&mut new);
        self.save_role(&old, &new).await
    }
}

fn defined(
    permissions: Vec<OwnPermission>,
    name: &PermissionName,
) -> Result<OwnPermission, UseCaseFault> {
    let found = permissions.into_iter().find(|permission| permission.name == *name);
    Ok(found.ok_or_else(|| PeopleFault::NotDefined(name.to_string()))?)
}

fn unchanged_permission(old: &OwnPermission, seen: Option<Version>) -> Result<(), UseCaseFault> {
    match seen {
        Some(seen) if seen != old.version => {
            Err(PeopleFault::PermissionChanged(old.name.to_string()).into())
        }
        _ => Ok(()),
    }
}

fn check_description(text: &str) -> Result<String, UseCaseFault> {
    let text = text.trim();
    if text.chars().count() > MAX_DESCRIPTION || text.chars().any(char::is_control) {
        return Err(PeopleFault::Description.into());
    }
    Ok(text.to_owned())
}
