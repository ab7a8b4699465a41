//! Integration records.

mod api_access;
mod delete;
mod edit;
mod install;
mod list;
mod pairs;
mod rotation;

use countersign_model::{
    AccountNumber, ApplicationId, AuthenticationSettings, Binding, ConcurrencyLimit, ConsumerKey,
    ConsumerSecret, Installation, InstallationId, InstallationState, Integration, IntegrationId,
    Level, Permission, Sealed, Version,
};
use countersign_verify::{ConsumerFact, Fact, InstallationFact};

use super::{
    Authority, Change, Need, Requester, UseCaseFault, found, name, optional_text, unchanged,
};
use crate::{Act, Series};

pub use edit::{IntegrationEdit, Patch};
pub use list::IntegrationView;
pub use rotation::Rotation;

const CONFIGURE: Need = Need::Permission(Permission::IntegrationApplication, Level::Full);
const LOOK: Need = Need::Permission(Permission::IntegrationApplication, Level::View);
/// To choose one for a token.
const CHOOSE: Need = Need::OneOf(&[
    (Permission::IntegrationApplication, Level::View),
    (Permission::AccessTokenManagement, Level::Full),
    (Permission::UserAccessTokens, Level::Full),
]);

/// The longest description and note, in characters.
const MAX_DESCRIPTION: usize = 1_000;
const MAX_NOTE: usize = 4_000;

/// A new integration record.
#[derive(Clone, Debug)]
pub struct NewIntegration {
    /// What people call it.
    pub name: String,
    /// What it is for; empty or not.
    pub description: String,
    /// Enabled or blocked.
    pub state: InstallationState,
    /// What the account's administrators note about it; empty or not.
    pub note: String,
    /// The most requests at a time.
    pub concurrency_limit: Option<ConcurrencyLimit>,
    /// How its applications authenticate.
    pub authentication: AuthenticationSettings,
}

impl NewIntegration {
    /// As the form of a new record has it: enabled, with Token-Based Authentication checked.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            state: InstallationState::Enabled,
            note: String::new(),
            concurrency_limit: None,
            authentication: AuthenticationSettings::default(),
        }
    }
}

/// A record, and its pair: the one time that the secret is shown.
pub struct CreatedIntegration {
    /// Its number in the account.
    pub installation: InstallationId,
    /// The consumer key.
    pub consumer_key: ConsumerKey,
    /// The consumer secret.
    pub consumer_secret: ConsumerSecret,
}

impl Authority {
    /// Creates a record and installs it in its owner account.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`], [`UseCaseFault::Text`], [`UseCaseFault::StateNotChosen`].
    pub async fn create_integration(
        &self,
        requester: &Requester,
        new: NewIntegration,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let mut change = self.begin(requester, CONFIGURE).await?;
        change.standing.is_proven_lately()?;
        let name = name(&new.name)?;
        let description = optional_text("description", &new.description, MAX_DESCRIPTION)?;
        let note = optional_text("note", &new.note, MAX_NOTE)?;
        if !new.state.can_be_chosen() {
            return Err(UseCaseFault::StateNotChosen);
        }
        let id = IntegrationId(change.tx.next(Series::Integrations).await?);
        let consumer_secret = ConsumerSecret::generate(&*self.chance);
        let secret_version = 1;
        let binding = Integration::binding(id, secret_version);
        let integration = Integration {
            id,
            owner: requester.account,
            name,
            description,
            application_id: ApplicationId::generate(&*self.chance),
            consumer_key: ConsumerKey::generate(&*self.chance),
            consumer_secret: change.seal(consumer_secret.expose_bytes(), &binding).await?,
            secret_version,
            authentication: new.authentication.settled(),
            version: Version::FIRST,
        };
        change.tx.add_integration(&integration).await?;
        let installation = change.installation_of(&integration, new.state).await?;
        let concurrency_limit = new.concurrency_limit;
        let installation = Installation { note, concurrency_limit, ..installation };
        change.tx.add_installation(&installation).await?;

        let consumer_key = integration.consumer_key;
        change.learns_consumer(&integration).await?;
        change.learns(installation_fact(&installation));
        let act =
            Act::IntegrationCreated { installation: installation.id.0, name: integration.name };
        change.commit(act).await?;
        Ok(CreatedIntegration { installation: installation.id, consumer_key, consumer_secret })
    }
}

impl Change<'_> {
    /// The integration of that number in `account`, unchanged since somebody has seen it.
    async fn seen_installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<(Installation, Integration), UseCaseFault> {
        let installation = self.tx.installation(account, id).await?;
        let installation = found(installation, "integration", id.0)?;
        unchanged("integration", id.0, if_version, installation.version)?;
        let integration = self.tx.integration(installation.integration).await?;
        Ok((installation, found(integration, "integration", id.0)?))
    }

    /// The same, where `account` owns the definition.
    async fn owned_integration(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<(Installation, Integration), UseCaseFault> {
        let (installation, integration) = self.seen_installation(account, id, if_version).await?;
        if integration.owner != account {
            return Err(UseCaseFault::NotItsOwner(id.0));
        }
        Ok((installation, integration))
    }

    /// Has the directory learn a definition, with the pair that retires.
    async fn learns_consumer(&mut self, integration: &Integration) -> Result<(), UseCaseFault> {
        let retiring = self.tx.retiring_pair(integration.id).await?;
        self.learns(Fact::Consumer(ConsumerFact {
            consumer_key: integration.consumer_key,
            integration: integration.id,
            secret: integration.consumer_secret,
            secret_version: integration.secret_version,
            token_based: integration.authentication.token_based,
            retiring,
        }));
        Ok(())
    }

    /// Seals a secret under the current data key, and counts it.
    pub(super) async fn seal(
        &mut self,
        secret: &[u8; 32],
        binding: &Binding,
    ) -> Result<Sealed, UseCaseFault> {
        let Authority { vault, chance, .. } = self.authority;
        let seals = self.tx.count_seal(vault.current()).await?;
        Ok(vault.seal(secret, binding, seals, &**chance)?)
    }
}

fn installation_fact(installation: &Installation) -> Fact {
    Fact::Installation(InstallationFact {
        account: installation.account,
        integration: installation.integration,
        id: installation.id,
        state: installation.state,
        concurrency_limit: installation.concurrency_limit,
    })
}
