//! Who may see the explanation of a refusal.

use countersign_model::{AccountNumber, EntityId};

use countersign_authority::Owner;

/// Somebody who asks about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Who runs the program: the owner of the data folder.
    Operator,
    /// Who is logged in.
    Entity {
        /// The account.
        account: AccountNumber,
        /// The entity.
        entity: EntityId,
        /// Whether the role that it is logged in with may view the login audit trail.
        may_view_login_audit_trail: bool,
    },
}

impl Viewer {
    /// The owner may, and so may who may view the login audit trail of the owner's account.
    pub fn may_see(self, owner: Owner) -> bool {
        match self {
            Self::Operator => true,
            Self::Entity { account, entity, may_view_login_audit_trail } => {
                let own = Owner::Entity { account, entity };
                owner == own || (may_view_login_audit_trail && owner.account() == Some(account))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(account: u32, entity: u32, may_view_login_audit_trail: bool) -> Viewer {
        let (account, entity) = (AccountNumber(account), EntityId(entity));
        Viewer::Entity { account, entity, may_view_login_audit_trail }
    }

    #[test]
    fn the_owner_sees_it_and_who_views_the_login_audit_trail_of_that_account() {
        let of_entity = Owner::Entity { account: AccountNumber(1), entity: EntityId(7) };
        let of_account = Owner::Account(AccountNumber(1));
        for (viewer, entity, account, nobody) in [
            (Viewer::Operator, true, true, true),
            (viewer(1, 7, false), true, false, false),
            (viewer(1, 7, true), true, true, false),
            (viewer(1, 8, false), false, false, false),
            (viewer(1, 8, true), true, true, false),
            (viewer(2, 7, false), false, false, false),
            (viewer(2, 7, true), false, false, false),
        ] {
            assert_eq!(viewer.may_see(of_entity), entity, "{viewer:?}");
            assert_eq!(viewer.may_see(of_account), account, "{viewer:?}");
            assert_eq!(viewer.may_see(Owner::Nobody), nobody, "{viewer:?}");
        }
    }
}
