//! One change of the record.
//!
//! Only what the port says is here; the queries are with their aggregates.

use async_trait::async_trait;
use countersign_authority::{
    ChangeNumber, Event, Link, PasswordHash, Series, StoreFault, Transaction, WrappedDataKey,
};
use countersign_model::{
    AccessToken, Account, AccountId, AccountNumber, AssertionKey, AssertionKeyNumber, Email,
    Entity, EntityId, Installation, InstallationId, Integration, IntegrationId, PreviousSecret,
    Role, RoleId, Timestamp, TokenNumber,
};
use sea_orm::DatabaseTransaction;

use crate::fault::{Fault, during};
use crate::{
    access_tokens, accounts, assertion_keys, changes, data_keys, entities, installations,
    integrations, links, role_assignments, roles, series,
};

/// One change of the record.
pub(super) struct Change {
    tx: DatabaseTransaction,
    spoiled: bool,
}

impl Change {
    pub(super) fn new(tx: DatabaseTransaction) -> Self {
        Self { tx, spoiled: false }
    }

    /// The transaction, unless the database has said no in it: PostgreSQL does nothing more then,
    /// and neither do we on SQLite.
    fn open(&self) -> Result<&DatabaseTransaction, Fault> {
        if self.spoiled {
            let why = "this change has failed already".to_owned();
            return Err(StoreFault::Failed(why).into());
        }
        Ok(&self.tx)
    }

    fn done<T>(&mut self, result: Result<T, Fault>, what: &'static str) -> Result<T, StoreFault> {
        self.spoiled |= matches!(result, Err(Fault::Database(_)));
        result.map_err(during(what))
    }
}

/// Runs a query of an aggregate in the change and says what it was for.
macro_rules! run {
    ($change:ident, $what:literal, $aggregate:ident::$query:ident($($argument:expr),*)) => {{
        let result = match $change.open() {
            Ok(tx) => $aggregate::$query(tx, $($argument),*).await,
            Err(fault) => Err(fault),
        };
        $change.done(result, $what)
    }};
}

#[async_trait]
impl Transaction for Change {
    async fn next(&mut self, series: Series) -> Result<u32, StoreFault> {
        run!(self, "taking a number", series::next(series))
    }

    async fn account(&mut self, id: &AccountId) -> Result<Option<Account>, StoreFault> {
        run!(self, "finding an account", accounts::find(id))
    }

    async fn add_account(&mut self, account: &Account) -> Result<(), StoreFault> {
        run!(self, "adding an account", accounts::add(account))
    }

    async fn entity(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<Entity>, StoreFault> {
        run!(self, "finding an entity", entities::find(account, id))
    }

    async fn entity_by_email(
        &mut self,
        account: AccountNumber,
        email: &Email,
    ) -> Result<Option<Entity>, StoreFault> {
        run!(self, "finding an entity", entities::find_by_email(account, email))
    }

    async fn add_entity(&mut self, entity: &Entity) -> Result<(), StoreFault> {
        run!(self, "adding an entity", entities::add(entity))
    }

    async fn save_password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
        password: &PasswordHash,
    ) -> Result<(), StoreFault> {
        run!(self, "saving a password", entities::save_password(account, id, password))
    }

    async fn password(
        &mut self,
        account: AccountNumber,
        id: EntityId,
    ) -> Result<Option<PasswordHash>, StoreFault> {
        run!(self, "reading a password", entities::password(account, id))
    }

    async fn role(
        &mut self,
        account: AccountNumber,
        id: RoleId,
    ) -> Result<Option<Role>, StoreFault> {
        run!(self, "finding a role", roles::find(account, id))
    }

    async fn add_role(&mut self, role: &Role) -> Result<(), StoreFault> {
        run!(self, "adding a role", roles::add(role))
    }

    async fn roles_of(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
    ) -> Result<Vec<RoleId>, StoreFault> {
        run!(self, "finding an entity's roles", role_assignments::of_entity(account, entity))
    }

    async fn holders(
        &mut self,
        account: AccountNumber,
        role: RoleId,
    ) -> Result<Vec<EntityId>, StoreFault> {
        run!(self, "finding a role's holders", role_assignments::holders(account, role))
    }

    async fn assign_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault> {
        run!(self, "assigning a role", role_assignments::add(account, entity, role))
    }

    async fn remove_role(
        &mut self,
        account: AccountNumber,
        entity: EntityId,
        role: RoleId,
    ) -> Result<bool, StoreFault> {
        run!(self, "removing a role", role_assignments::remove(account, entity, role))
    }

    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault> {
        run!(self, "finding an integration", integrations::find(id))
    }

    async fn add_integration(&mut self, integration: &Integration) -> Result<(), StoreFault> {
        run!(self, "adding an integration", integrations::add(integration))
    }

    async fn save_consumer_pair(
        &mut self,
        integration: &Integration,
        previous: Option<&PreviousSecret>,
    ) -> Result<(), StoreFault> {
        run!(self, "saving a consumer pair", integrations::save_pair(integration, previous))
    }

    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault> {
        run!(self, "finding an installation", installations::find(account, id))
    }

    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "adding an installation", installations::add(installation))
    }

    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "saving an installation", installations::save(installation))
    }

    async fn token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<AccessToken>, StoreFault> {
        run!(self, "finding a token", access_tokens::find(account, number))
    }

    async fn add_token(&mut self, token: &AccessToken) -> Result<(), StoreFault> {
        run!(self, "adding a token", access_tokens::add(token))
    }

    async fn save_token(&mut self, token: &AccessToken) -> Result<(), StoreFault> {
        run!(self, "saving a token", access_tokens::save(token))
    }

    async fn add_link(&mut self, link: &Link) -> Result<(), StoreFault> {
        run!(self, "adding a link", links::add(link))
    }

    async fn link(
        &mut self,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Link>, StoreFault> {
        run!(self, "finding a link", links::find(digest, now))
    }

    async fn use_link(&mut self, digest: &[u8; 32], now: Timestamp) -> Result<bool, StoreFault> {
        run!(self, "using a link up", links::spend(digest, now))
    }

    async fn add_data_key(&mut self, key: &WrappedDataKey) -> Result<(), StoreFault> {
        run!(self, "adding a data key", data_keys::add(key))
    }

    async fn count_seal(&mut self, data_key: u32) -> Result<u64, StoreFault> {
        run!(self, "counting a seal", data_keys::count_seal(data_key))
    }

    async fn assertion_keys(&mut self) -> Result<Vec<AssertionKey>, StoreFault> {
        run!(self, "finding assertion keys", assertion_keys::all())
    }

    async fn add_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault> {
        run!(self, "adding an assertion key", assertion_keys::add(key))
    }

    async fn save_assertion_key(&mut self, key: &AssertionKey) -> Result<(), StoreFault> {
        run!(self, "saving an assertion key", assertion_keys::save(key))
    }

    async fn remove_assertion_key(&mut self, number: AssertionKeyNumber) -> Result<(), StoreFault> {
        run!(self, "removing an assertion key", assertion_keys::remove(number))
    }

    async fn commit(mut self: Box<Self>, event: &Event) -> Result<ChangeNumber, StoreFault> {
        let number = run!(self, "writing an event", changes::add(event))?;
        self.tx.commit().await.map_err(Fault::from).map_err(during("committing a change"))?;
        Ok(number)
    }
}
