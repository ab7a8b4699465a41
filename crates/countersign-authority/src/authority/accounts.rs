//! Accounts: founding one with its built-in roles and first administrator.

mod settings;

use countersign_model::{
    Account, AccountId, AccountNumber, Actor, Assigned, BUILT_IN_ROLES, Email, Entity, EntityId,
    EntityKind, EnvironmentRule, Level, Permission, Permissions, Role, RoleId, Timestamp,
    TokenPolicy, Version,
};
use countersign_verify::{Fact, RoleFact};
use zeroize::Zeroizing;

use super::passwords::{LINK, secret};
use super::{Authority, Change, Need, Requester, UseCaseFault, found};
use settings::account_fact;

pub use settings::AccountEdit;

use crate::{Act, Link, Part, Password, Series, Slice, WrappedDataKey};

/// How long a set-up link works.
const SET_UP_SECONDS: i64 = 24 * 60 * 60;

/// A new account.
pub struct Founding {
    /// Its public id.
    pub id: AccountId,
    /// The login of its first administrator.
    pub admin_email: Email,
    /// The administrator's password; without one, a set-up link is made.
    pub password: Option<Password>,
    /// The store's first data key, where the store is new.
    pub data_key: Option<WrappedDataKey>,
}

/// The secret of a one-time link, shown once.
pub struct SetUpLink {
    /// The secret that goes into the link.
    pub secret: Zeroizing<String>,
    /// Until when it works.
    pub expires: Timestamp,
}

impl Authority {
    /// An account by its public id.
    ///
    /// # Errors
    /// [`UseCaseFault::NoAccount`].
    pub async fn account(&self, id: &AccountId) -> Result<Account, UseCaseFault> {
        let mut record = self.store.look().await?;
        record.account(id).await?.ok_or_else(|| UseCaseFault::NoAccount(id.to_string()))
    }

    /// A part of the list of the accounts that the requester may know: all for the operator, for
    /// anybody else the one they act in.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`].
    pub async fn list_accounts(
        &self,
        requester: &Requester,
        slice: Slice,
    ) -> Result<Part<Account>, UseCaseFault> {
        let mut look = self.look(requester, Need::Login).await?;
        if look.standing.in_role().is_none() {
            return Ok(look.record.account_list(slice).await?);
        }
        let own = look.record.account_of(requester.account).await?;
        let behind =
            |own: &Account| slice.after.is_none_or(|after| slice.is_behind(own.number.0, after));
        Ok(Part { rows: own.filter(behind).into_iter().collect(), more: false })
    }

    /// An account, for somebody who acts in it.
    ///
    /// # Errors
    /// [`UseCaseFault::NotLoggedIn`].
    pub async fn get_account(&self, requester: &Requester) -> Result<Account, UseCaseFault> {
        let mut look = self.look(requester, Need::Login).await?;
        let number = requester.account;
        found(look.record.account_of(number).await?, "account", number.0)
    }

    /// Makes an account with its built-in roles and first administrator.
    ///
    /// # Errors
    /// [`crate::StoreFault::Taken`] where the account exists; [`UseCaseFault::Environment`] where
    /// it would be an environment of one that is here.
    pub async fn found_account(
        &self,
        by: Actor,
        founding: Founding,
    ) -> Result<(Account, EntityId, Option<SetUpLink>), UseCaseFault> {
        let hash = match founding.password {
            Some(password) => Some(self.hash(password).await?),
            None => None,
        };
        let requester = Requester { account: AccountNumber::NONE, actor: by, origin: None };
        let mut change = self.begin(&requester, Need::Operator).await?;
        if let Some(data_key) = &founding.data_key {
            change.tx.add_data_key(data_key).await?;
        }
        if let Some((_, production)) = founding.id.as_environment()
            && change.tx.account(&production).await?.is_some()
        {
            return Err(EnvironmentRule::FoundAlone { id: founding.id, production }.into());
        }
        let number = AccountNumber(change.tx.next(Series::Accounts).await?);
        let account = Account {
            number,
            name: founding.id.to_string(),
            id: founding.id,
            environment: None,
            token_based_authentication: true,
            policy: TokenPolicy::default(),
            warned_at: None,
            version: Version::FIRST,
        };
        change.requester.account = number;
        change.tx.add_account(&account).await?;
        change.add_built_in_roles(number).await?;
        let administrator = change.add_administrator(number, founding.admin_email).await?;
        let link = match hash {
            Some(hash) => {
                change.tx.save_password(number, administrator, &hash).await?;
                None
            }
            None => Some(change.add_set_up_link(number, administrator).await?),
        };

        change.learns(account_fact(&account));
        let act =
            Act::AccountFounded { id: account.id.to_string(), administrator: administrator.0 };
        change.commit(act).await?;
        Ok((account, administrator, link))
    }
}

impl Change<'_> {
    async fn add_built_in_roles(&mut self, account: AccountNumber) -> Result<(), UseCaseFault> {
        for built_in in BUILT_IN_ROLES {
            let permissions = if built_in.id == Role::ADMINISTRATOR {
                Permission::ALL.into_iter().map(|p| (p, Level::Full)).collect()
            } else {
                Permissions::default()
            };
            let role = Role {
                account,
                id: built_in.id,
                name: built_in.name.to_owned(),
                active: true,
                permissions,
                two_factor_required: false,
                web_services_only: false,
                version: Version::FIRST,
            };
            self.tx.add_role(&role).await?;
            self.learns(Fact::Role(RoleFact::from(&role)));
        }
        Ok(())
    }

    async fn add_administrator(
        &mut self,
        account: AccountNumber,
        email: Email,
    ) -> Result<EntityId, UseCaseFault> {
        let id = EntityId(self.tx.next(Series::Entities(account)).await?);
        let entity = Entity {
            account,
            id,
            kind: EntityKind::Employee,
            name: "Administrator".to_owned(),
            email,
            active: true,
            version: Version::FIRST,
        };
        self.tx.add_entity(&entity).await?;
        let role: RoleId = Role::ADMINISTRATOR;
        self.tx.assign_role(account, id, role).await?;
        self.learns_login(&entity, role, Assigned::Yes).await?;
        Ok(id)
    }

    pub(super) async fn add_set_up_link(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<SetUpLink, UseCaseFault> {
        let (secret, digest) = secret(LINK, &*self.authority.chance);
        let expires = self.authority.clock.now().plus_seconds(SET_UP_SECONDS);
        self.tx.add_link(&Link { digest, account, entity, expires }).await?;
        Ok(SetUpLink { secret, expires })
    }
}
