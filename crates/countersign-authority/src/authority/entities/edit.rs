//! Editing an entity.

use std::collections::BTreeSet;

use countersign_model::{
    Email, Entity, EntityEdit, EntityId, EntityKind, Login, Role, RoleId, Version,
};

use super::rules::{assigned, login_fact};
use super::{MANAGE, PeopleFault, role_numbers};
use crate::authority::{Authority, Change, Need, Requester, UseCaseFault, found, name, unchanged};
use crate::{Act, Assignment, Edit, Sessions};

/// What is to be changed of an entity; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct EntityChanges {
    /// What it is to the account.
    pub kind: Option<EntityKind>,
    /// What people call it.
    pub name: Option<String>,
    /// Its login.
    pub email: Option<Email>,
    /// Whether it can log in.
    pub active: Option<bool>,
    /// All roles that it hides.
    pub hidden_roles: Option<BTreeSet<RoleId>>,
}

impl Authority {
    /// Edits an entity. An inactive one can't log in by any way, and its sessions end; a role that
    /// is hidden can't be used to log in, and its tokens sleep until it is shown again. Gives the
    /// version after it.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::Name`];
    /// [`crate::StoreFault::Taken`] where the email is in use;
    /// [`PeopleFault::OfAdministrator`], [`UseCaseFault::LastAdministrator`],
    /// [`UseCaseFault::RoleNotAssigned`] of a hidden role.
    pub async fn edit_entity(
        &self,
        requester: &Requester,
        id: EntityId,
        if_version: Option<Version>,
        changes: EntityChanges,
    ) -> Result<Version, UseCaseFault> {
        let mut change = self.begin(requester, MANAGE).await?;
        let old = change.entity_to_change(id).await?;
        unchanged("entity", id.0, if_version, old.version)?;
        let EntityChanges { kind, name: called, email, active, hidden_roles } = changes;
        let called = called.map(|text| name(&text)).transpose()?;
        let edit = EntityEdit { kind, name: called, email, active };
        change.edit_entity(old, edit, hidden_roles).await
    }

    /// Has the requester hide these of its own roles, and no others.
    ///
    /// # Errors
    /// [`UseCaseFault::RoleNotAssigned`]; [`PeopleFault::CurrentRole`] of the role it acts in.
    pub async fn hide_own_roles(
        &self,
        requester: &Requester,
        if_version: Option<Version>,
        hidden: BTreeSet<RoleId>,
    ) -> Result<Version, UseCaseFault> {
        let mut change = self.begin(requester, Need::Login).await?;
        change.standing.oneself(requester)?;
        let (id, role) = change.standing.in_role().ok_or(UseCaseFault::NotLoggedIn)?;
        if hidden.contains(&role.id) {
            return Err(PeopleFault::CurrentRole(role.id.0).into());
        }
        let old = found(change.tx.entity(requester.account, id).await?, "entity", id.0)?;
        unchanged("entity", id.0, if_version, old.version)?;
        change.edit_entity(old, EntityEdit::default(), Some(hidden)).await
    }
}

impl Change<'_> {
    async fn edit_entity(
        mut self,
        old: Entity,
        edit: EntityEdit,
        hidden: Option<BTreeSet<RoleId>>,
    ) -> Result<Version, UseCaseFault> {
        let (account, id) = (old.account, old.id);
        let has = self.tx.assignments(account, id).await?;
        let hidden_before: BTreeSet<_> =
            has.iter().filter(|it| it.hidden).map(|it| it.role).collect();
        let hidden = hidden.unwrap_or_else(|| hidden_before.clone());
        if let Some(role) = hidden.iter().find(|role| !has.iter().any(|it| it.role == **role)) {
            return Err(UseCaseFault::RoleNotAssigned { entity: id.0, role: role.0 });
        }
        let new = old.clone().edit(edit);
        let changes = edits(&old, &new, &hidden_before, &hidden);
        if changes.is_empty() {
            // Heals a directory that an earlier change, whose outcome was lost, has not reached.
            self.learns_logins(&new, &has, &hidden).await?;
            self.heal();
            return Ok(old.version);
        }
        let hides = |role| hidden.contains(&role) && !hidden_before.contains(&role);
        if hides(Role::ADMINISTRATOR) {
            self.check_administrators_besides(id).await?;
        }
        if old.active && !new.active {
            self.check_administrators_besides(id).await?;
            self.tx.end_sessions(account, id, Sessions::All).await?;
        }
        let new = Entity { version: old.version.next(), ..new };
        self.tx.save_entity(&new).await?;
        if hidden != hidden_before {
            self.tx.hide_roles(account, id, &hidden).await?;
        }
        for role in hidden.difference(&hidden_before) {
            self.tx.end_sessions(account, id, Sessions::InRole(*role)).await?;
        }
        self.learns_what_changed(&old, &new, &has, &hidden).await?;
        let version = new.version;
        self.commit(Act::EntityEdited { entity: id.0, changes }).await?;
        Ok(version)
    }

    async fn learns_logins(
        &mut self,
        entity: &Entity,
        has: &[Assignment],
        hidden: &BTreeSet<RoleId>,
    ) -> Result<(), UseCaseFault> {
        for it in has {
            self.learns_login(entity, it.role, assigned(hidden.contains(&it.role))).await?;
        }
        Ok(())
    }

    async fn learns_what_changed(
        &mut self,
        old: &Entity,
        new: &Entity,
        has: &[Assignment],
        hidden: &BTreeSet<RoleId>,
    ) -> Result<(), UseCaseFault> {
        for it in has {
            let role = found(self.tx.role(old.account, it.role).await?, "role", it.role.0)?;
            let before = Login::of(old, &role, assigned(it.hidden));
            let now = Login::of(new, &role, assigned(hidden.contains(&it.role)));
            if before != now {
                self.learns(login_fact(new, role.id, now));
            }
        }
        Ok(())
    }
}

fn edits(
    old: &Entity,
    new: &Entity,
    hidden_before: &BTreeSet<RoleId>,
    hidden: &BTreeSet<RoleId>,
) -> Vec<Edit> {
    let kind = |it: &Entity| it.kind.as_str().to_owned();
    [
        Edit::of("kind", kind(old), kind(new)),
        Edit::of("name", old.name.clone(), new.name.clone()),
        Edit::of("email", old.email.to_string(), new.email.to_string()),
        Edit::of("active", old.active.to_string(), new.active.to_string()),
        Edit::of("hidden_roles", role_numbers(hidden_before), role_numbers(hidden)),
    ]
    .into_iter()
    .flatten()
    .collect()
}
