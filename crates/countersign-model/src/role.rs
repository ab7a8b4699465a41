//! Roles: what somebody may do. A token acts with exactly one.

use thiserror::Error;

use crate::{AccountNumber, Level, Permission, Permissions, RoleId, Version};

/// A role of an account.
#[derive(Clone, Debug)]
pub struct Role {
    /// The account it belongs to.
    pub account: AccountNumber,
    /// Its number in the account.
    pub id: RoleId,
    /// What people call it.
    pub name: String,
    /// An inactive role can't be used to log in.
    pub active: bool,
    /// What it grants, and how far.
    pub permissions: Permissions,
    /// Whether a second factor is demanded, whatever the role grants.
    pub two_factor_required: bool,
    /// For SOAP and REST web services only: nobody logs in on pages with it.
    pub web_services_only: bool,
    /// Which edition of this row it is.
    pub version: Version,
}

impl Role {
    /// The built-in Administrator: the same number in every account, and every permission.
    pub const ADMINISTRATOR: RoleId = RoleId(3);

    /// The lowest number of a role that an account made itself.
    pub const FIRST_OWN: RoleId = RoleId(1000);

    /// Whether this is the built-in Administrator.
    pub fn is_administrator(&self) -> bool {
        self.id == Self::ADMINISTRATOR
    }

    /// Whether the role grants `permission` at `level` or above.
    pub fn grants(&self, permission: Permission, level: Level) -> bool {
        self.is_administrator()
            || self.permissions.level(permission).is_some_and(|granted| granted >= level)
    }

    /// Whether somebody in this role may log in with an access token. *User Access Tokens*
    /// includes it.
    pub fn may_log_in_with_tokens(&self) -> bool {
        self.grants(Permission::LogInUsingAccessTokens, Level::View)
            || self.grants(Permission::UserAccessTokens, Level::View)
    }

    /// Whether every account has it from the start.
    pub fn is_built_in(&self) -> bool {
        BUILT_IN_ROLES.iter().any(|built_in| built_in.id == self.id)
    }

    /// Whether it is a center: a built-in role for people outside of administration.
    pub fn is_center(&self) -> bool {
        self.is_built_in() && !self.is_administrator()
    }

    /// Whether it reaches far: Administrator, and roles that grant what demands a second factor.
    pub fn reaches_far(&self) -> bool {
        self.is_administrator() || self.permissions.demand_two_factors()
    }

    /// Whether who logs in with it on pages must prove a second factor: it says so, or what it
    /// grants reaches far.
    pub fn demands_two_factors(&self) -> bool {
        self.two_factor_required || self.reaches_far()
    }

    /// Whether somebody who has it can log in with it on pages.
    pub fn may_log_in_on_pages(&self) -> bool {
        self.active && !self.web_services_only
    }

    /// The role after `edit`.
    ///
    /// # Errors
    /// [`RoleFault`]: what can't be changed of a built-in role.
    pub fn edit(self, edit: RoleEdit) -> Result<Self, RoleFault> {
        let edited = Self {
            name: edit.name.unwrap_or_else(|| self.name.clone()),
            active: edit.active.unwrap_or(self.active),
            permissions: edit.permissions.unwrap_or_else(|| self.permissions.clone()),
            two_factor_required: edit.two_factor_required.unwrap_or(self.two_factor_required),
            web_services_only: edit.web_services_only.unwrap_or(self.web_services_only),
            ..self
        };
        if self.is_administrator() {
            return Err(RoleFault::Administrator);
        }
        if edited.is_built_in() && edited.name != self.name {
            return Err(RoleFault::NameOfBuiltIn);
        }
        if edited.is_center() && edited.web_services_only {
            return Err(RoleFault::CenterForWebServices);
        }
        Ok(edited)
    }
}

/// What is to be changed of a role; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct RoleEdit {
    /// What people call it.
    pub name: Option<String>,
    /// Whether it can be used to log in.
    pub active: Option<bool>,
    /// All that it grants.
    pub permissions: Option<Permissions>,
    /// Whether a second factor is demanded, whatever the role grants.
    pub two_factor_required: Option<bool>,
    /// Whether it is for web services only.
    pub web_services_only: Option<bool>,
}

/// What can't be changed of a built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RoleFault {
    /// The Administrator stays as it is.
    #[error("the Administrator role can't be edited: make a role of your own")]
    Administrator,
    /// A built-in role keeps its name.
    #[error("a built-in role keeps its name: make a role of your own")]
    NameOfBuiltIn,
    /// A center is for people.
    #[error("a center is for people on pages, so it can't be for web services only")]
    CenterForWebServices,
}

/// A role that every account has from the start.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInRole {
    /// Its number, the same in every account.
    pub id: RoleId,
    /// Its name.
    pub name: &'static str,
}

/// The roles that every account has. The centers grant nothing until somebody gives them a
/// permission.
pub const BUILT_IN_ROLES: [BuiltInRole; 4] = [
    BuiltInRole { id: Role::ADMINISTRATOR, name: "Administrator" },
    BuiltInRole { id: RoleId(14), name: "Customer Center" },
    BuiltInRole { id: RoleId(15), name: "Employee Center" },
    BuiltInRole { id: RoleId(16), name: "Vendor Center" },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn role(id: u32, permissions: &[(Permission, Level)]) -> Role {
        Role {
            account: AccountNumber(1),
            id: RoleId(id),
            name: "r".into(),
            active: true,
            permissions: permissions.iter().copied().collect(),
            two_factor_required: false,
            web_services_only: false,
            version: Version::FIRST,
        }
    }

    #[test]
    fn either_of_two_permissions_lets_a_token_log_in() {
        for permission in [Permission::LogInUsingAccessTokens, Permission::UserAccessTokens] {
            assert!(role(1000, &[(permission, Level::Full)]).may_log_in_with_tokens());
        }
        let manager = role(1000, &[(Permission::AccessTokenManagement, Level::Full)]);
        assert!(!manager.may_log_in_with_tokens());
    }

    #[test]
    fn the_administrator_needs_no_list_and_others_need_the_level() {
        assert!(role(3, &[]).grants(Permission::IntegrationApplication, Level::Full));
        let viewer = role(1000, &[(Permission::IntegrationApplication, Level::View)]);
        assert!(!viewer.grants(Permission::IntegrationApplication, Level::Full));
    }

    #[test]
    fn a_second_factor_is_demanded_by_what_reaches_far_and_by_who_says_so() {
        for permission in Permission::ALL {
            let demanding = Permission::DEMANDING_TWO_FACTORS.contains(&permission);
            let role = role(1000, &[(permission, Level::View)]);
            assert_eq!(role.demands_two_factors(), demanding, "{permission:?}");
            assert!(Role { two_factor_required: true, ..role }.demands_two_factors());
        }
        assert!(role(3, &[]).demands_two_factors());
    }

    #[test]
    fn of_built_in_roles_only_centers_are_edited_and_keep_their_names() {
        let rename = || RoleEdit { name: Some("x".into()), ..RoleEdit::default() };
        let grant = || RoleEdit {
            permissions: Some([(Permission::UserAccessTokens, Level::Full)].into()),
            ..RoleEdit::default()
        };
        let services = || RoleEdit { web_services_only: Some(true), ..RoleEdit::default() };
        let fault = |id, edit| role(id, &[]).edit(edit).err();
        assert_eq!(fault(3, grant()), Some(RoleFault::Administrator));
        assert_eq!(fault(14, rename()), Some(RoleFault::NameOfBuiltIn));
        assert_eq!(fault(14, services()), Some(RoleFault::CenterForWebServices));
        assert!(role(14, &[]).edit(grant()).unwrap().may_log_in_with_tokens());
        assert_eq!(role(1000, &[]).edit(rename()).unwrap().name, "x");
        assert!(!role(1000, &[]).edit(services()).unwrap().may_log_in_on_pages());
    }
}
