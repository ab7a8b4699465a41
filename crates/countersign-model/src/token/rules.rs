//! Who may do what with whose token.
//!
//! Somebody with *Access Token Management* makes and changes tokens of others, but none of the
//! Administrator role; somebody with *User Access Tokens* makes and ends tokens of their own, in
//! the role that they act in. A token of the Administrator role is made by that administrator
//! alone, and nobody hands out core administration who has not got it.

use thiserror::Error;

use crate::{EntityId, Level, Permission, Role, RoleId};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'r> {
    /// Whoever owns the data folder, or Countersign itself.
    Above,
    /// An entity, in a role.
    InRole(EntityId, &'r Role),
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// To see the token.
    See,
    /// To end it for good.
    Revoke,
    /// To change what bounds it, and whether it works.
    Edit,
    /// To be given a secret of it: a new token, or a new secret of one.
    Mint,
}

/// The rule that is in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TokenRule {
    /// Tokens of the Administrator role are made by that administrator, logged in.
    #[error("a token of the Administrator role is made by that administrator alone")]
    AdministratorsOwn,
    /// Tokens of the Administrator role are changed by Administrators.
    #[error("a token of the Administrator role is changed by Administrators only")]
    AdministratorOnly,
    /// Access Token Management is for the tokens of others.
    #[error("access-token-management is for tokens of others")]
    OthersOnly,
    /// A token of a role with core administration is for those to make who have it themselves.
    #[error("a token of a role with core-administration is made by a role that has it, too")]
    CoreAdministration,
    /// The token is somebody else's.
    #[error("the token is somebody else's")]
    NotTheirs,
}

impl Asker<'_> {
    /// Whether the asker may be given a secret that acts in `role`, as far as what that grants is
    /// concerned. The original leaves core administration out here; whoever could make such a token
    /// would give themselves nearly all of what an Administrator has.
    ///
    /// # Errors
    /// [`TokenRule::CoreAdministration`].
    pub fn may_hand_out(self, role: &Role) -> Result<(), TokenRule> {
        let has = |role: &Role| role.grants(Permission::CoreAdministration, Level::Full);
        match self {
            Self::InRole(_, acting) if has(role) && !has(acting) => {
                Err(TokenRule::CoreAdministration)
            }
            _ => Ok(()),
        }
    }

    /// Whether the asker may do that with a token of `entity` in `role`.
    ///
    /// # Errors
    /// The [`TokenRule`] that is in the way.
    pub fn may(self, touch: Touch, entity: EntityId, role: RoleId) -> Result<(), TokenRule> {
        let is_administrators = role == Role::ADMINISTRATOR;
        let Self::InRole(asker, acting) = self else {
            let is_minted = is_administrators && touch == Touch::Mint;
            return if is_minted { Err(TokenRule::AdministratorsOwn) } else { Ok(()) };
        };
        let is_own = asker == entity;
        let has = |permission, level| acting.grants(permission, level);
        let is_of_login = is_own && role == acting.id;
        if is_of_login && !acting.is_administrator() && touch != Touch::Edit {
            let level = if touch == Touch::See { Level::View } else { Level::Full };
            if has(Permission::UserAccessTokens, level) {
                return Ok(());
            }
        }
        let level = if touch == Touch::See { Level::View } else { Level::Full };
        if !has(Permission::AccessTokenManagement, level) {
            return Err(TokenRule::NotTheirs);
        }
        match touch {
            Touch::See => Ok(()),
            Touch::Mint if is_administrators => {
                let is_for_oneself = is_own && acting.is_administrator();
                if is_for_oneself { Ok(()) } else { Err(TokenRule::AdministratorsOwn) }
            }
            _ if acting.is_administrator() => Ok(()),
            _ if is_administrators => Err(TokenRule::AdministratorOnly),
            Touch::Revoke => Ok(()),
            Touch::Edit | Touch::Mint if is_own => Err(TokenRule::OthersOnly),
            Touch::Edit | Touch::Mint => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountNumber, Version};

    const ME: EntityId = EntityId(1);
    const OTHER: EntityId = EntityId(2);
    const MINE: RoleId = RoleId(1000);
    const ANOTHER: RoleId = RoleId(1001);
    const ADMINISTRATOR: RoleId = Role::ADMINISTRATOR;

    fn role(id: RoleId, permission: Option<Permission>) -> Role {
        Role {
            account: AccountNumber(1),
            id,
            name: "r".into(),
            active: true,
            permissions: permission.into_iter().map(|it| (it, Level::Full)).collect(),
            version: Version::FIRST,
            web_services_only: false,
            two_factor_required: false,
        }
    }

    /// What may be done: see, revoke, edit, mint.
    fn may(asker: Asker<'_>, entity: EntityId, role: RoleId) -> String {
        let touches = [Touch::See, Touch::Revoke, Touch::Edit, Touch::Mint];
        let letters = touches.into_iter().zip("SREM".chars());
        letters
            .filter(|(touch, _)| asker.may(*touch, entity, role).is_ok())
            .map(|it| it.1)
            .collect()
    }

    #[test]
    fn the_owner_of_the_folder_may_do_all_but_be_given_an_administrators_token() {
        assert_eq!(may(Asker::Above, OTHER, MINE), "SREM");
        assert_eq!(may(Asker::Above, OTHER, ADMINISTRATOR), "SRE");
    }

    #[test]
    fn an_administrator_may_do_all_but_be_given_another_administrators_token() {
        let role = role(ADMINISTRATOR, None);
        let asker = Asker::InRole(ME, &role);
        assert_eq!(may(asker, ME, ADMINISTRATOR), "SREM");
        assert_eq!(may(asker, OTHER, ADMINISTRATOR), "SRE");
        assert_eq!(may(asker, OTHER, MINE), "SREM");
        assert_eq!(may(asker, ME, MINE), "SREM");
        let refused = asker.may(Touch::Mint, OTHER, ADMINISTRATOR);
        assert_eq!(refused, Err(TokenRule::AdministratorsOwn));
    }

    #[test]
    fn a_manager_of_tokens_has_others_tokens_but_no_administrators_and_none_for_oneself() {
        let role = role(MINE, Some(Permission::AccessTokenManagement));
        let asker = Asker::InRole(ME, &role);
        assert_eq!(may(asker, OTHER, ANOTHER), "SREM");
        assert_eq!(may(asker, OTHER, ADMINISTRATOR), "S");
        assert_eq!(may(asker, ME, ANOTHER), "SR");
        assert_eq!(may(asker, ME, ADMINISTRATOR), "S");
        assert_eq!(asker.may(Touch::Mint, ME, ANOTHER), Err(TokenRule::OthersOnly));
        let edit = asker.may(Touch::Edit, OTHER, ADMINISTRATOR);
        assert_eq!(edit, Err(TokenRule::AdministratorOnly));
    }

    #[test]
    fn a_user_has_the_own_tokens_of_the_current_role() {
        let role = role(MINE, Some(Permission::UserAccessTokens));
        let asker = Asker::InRole(ME, &role);
        assert_eq!(may(asker, ME, MINE), "SRM");
        assert_eq!(may(asker, ME, ANOTHER), "");
        assert_eq!(may(asker, OTHER, MINE), "");
        assert_eq!(may(asker, ME, ADMINISTRATOR), "");
        assert_eq!(asker.may(Touch::See, OTHER, MINE), Err(TokenRule::NotTheirs));
    }

    #[test]
    fn who_may_only_log_in_with_tokens_has_none() {
        let role = role(MINE, Some(Permission::LogInUsingAccessTokens));
        assert_eq!(may(Asker::InRole(ME, &role), ME, MINE), "");
    }

    #[test]
    fn core_administration_is_handed_out_by_those_who_have_it() {
        let (manages, core) = (Permission::AccessTokenManagement, Permission::CoreAdministration);
        let far = role(MINE, Some(core));
        let refused = Err(TokenRule::CoreAdministration);
        let manager = role(ANOTHER, Some(manages));
        assert_eq!(Asker::InRole(ME, &manager).may_hand_out(&far), refused);
        assert_eq!(Asker::InRole(ME, &manager).may_hand_out(&manager), Ok(()));
        assert_eq!(Asker::InRole(ME, &far).may_hand_out(&far), Ok(()));
        assert_eq!(Asker::InRole(ME, &role(ADMINISTRATOR, None)).may_hand_out(&far), Ok(()));
        assert_eq!(Asker::Above.may_hand_out(&far), Ok(()));
    }
}
