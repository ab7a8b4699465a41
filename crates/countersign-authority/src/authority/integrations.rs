//! Integration records.

use countersign_model::{
    AuthenticationSettings, Binding, ConsumerKey, ConsumerSecret, Installation, InstallationId,
    InstallationState, Integration, IntegrationId, Level, Permission, PreviousSecret, Sealed,
    Version,
};
use countersign_verify::{ConsumerFact, Fact, InstallationFact, SecretOpener};

use super::{Authority, Change, Need, Requester, UseCaseFault, found, name};
use crate::{Act, Series};

const CONFIGURE: Need = Need::Permission(Permission::IntegrationApplication, Level::Full);

/// A new integration record.
pub struct NewIntegration {
    /// What people call it.
    pub name: String,
    /// How its applications authenticate.
    pub authentication: AuthenticationSettings,
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
    /// Creates a record and installs it, enabled, in its owner account.
    ///
    /// # Errors
    /// [`UseCaseFault::Name`].
    pub async fn create_integration(
        &self,
        requester: &Requester,
        new: NewIntegration,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let name = name(&new.name)?;
        let account = requester.account;
        let mut change = self.begin(requester, CONFIGURE).await?;
        let id = IntegrationId(change.tx.next(Series::Integrations).await?);
        let installation = Installation {
            account,
            id: InstallationId(change.tx.next(Series::Installations(account)).await?),
            integration: id,
            state: InstallationState::Enabled,
            version: Version::FIRST,
        };
        let consumer_secret = ConsumerSecret::generate(&*self.chance);
        let version = 1;
        let binding = Integration::binding(id, version);
        let integration = Integration {
            id,
            owner: account,
            name,
            consumer_key: ConsumerKey::generate(&*self.chance),
            consumer_secret: change.seal(consumer_secret.expose_bytes(), &binding).await?,
            secret_version: version,
            authentication: new.authentication,
            version: Version::FIRST,
        };
        change.tx.add_integration(&integration).await?;
        change.tx.add_installation(&installation).await?;

        let consumer_key = integration.consumer_key;
        change.learns(consumer_fact(&integration));
        change.learns(installation_fact(&installation));
        let act =
            Act::IntegrationCreated { installation: installation.id.0, name: integration.name };
        change.commit(act).await?;
        Ok(CreatedIntegration { installation: installation.id, consumer_key, consumer_secret })
    }

    /// Blocks, or enables, an integration in an account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn set_installation_state(
        &self,
        requester: &Requester,
        id: InstallationId,
        state: InstallationState,
    ) -> Result<(), UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, CONFIGURE).await?;
        let old = found(change.tx.installation(account, id).await?, "integration", id.0)?;
        if old.state == state {
            self.projection.learn(installation_fact(&old));
            return Ok(());
        }
        let new = Installation { state, version: old.version.next(), ..old };
        change.tx.save_installation(&new).await?;
        change.learns(installation_fact(&new));
        let act = Act::InstallationStateChanged {
            installation: id.0,
            from: old.state.as_str(),
            to: state.as_str(),
        };
        change.commit(act).await?;
        Ok(())
    }
}

impl Authority {
    /// Replaces the consumer pair: the old one is dead at once, tokens survive and go with the new
    /// one. The old secret is kept sealed for [`PreviousSecret::KEPT_SECONDS`], to explain who
    /// signs with it still.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::NotItsOwner`], [`UseCaseFault::TokenBasedOff`].
    pub async fn reset_credentials(
        &self,
        requester: &Requester,
        id: InstallationId,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let account = requester.account;
        let mut change = self.begin(requester, Need::Administrator).await?;
        let installation = found(change.tx.installation(account, id).await?, "integration", id.0)?;
        let old = change.tx.integration(installation.integration).await?;
        let old = found(old, "integration", id.0)?;
        if old.owner != account {
            return Err(UseCaseFault::NotItsOwner(id.0));
        }
        if !old.authentication.token_based {
            return Err(UseCaseFault::TokenBasedOff);
        }
        let previous = change.previous_secret(&old).await?;
        let consumer_secret = ConsumerSecret::generate(&*self.chance);
        let secret_version = old.secret_version + 1;
        let binding = Integration::binding(old.id, secret_version);
        let new = Integration {
            consumer_key: ConsumerKey::generate(&*self.chance),
            consumer_secret: change.seal(consumer_secret.expose_bytes(), &binding).await?,
            secret_version,
            version: old.version.next(),
            ..old
        };
        change.tx.save_consumer_pair(&new, previous.as_ref()).await?;
        change.learns(consumer_fact(&new));
        change.commit(Act::CredentialsReset { installation: id.0 }).await?;
        let consumer_key = new.consumer_key;
        Ok(CreatedIntegration { installation: id, consumer_key, consumer_secret })
    }

    /// Erases secrets from before a reset whose time is over. Nothing that anybody sees changes, so
    /// it is no event.
    ///
    /// # Errors
    /// [`UseCaseFault::Store`].
    pub async fn erase_previous_secrets(&self) -> Result<u64, UseCaseFault> {
        Ok(self.store.erase_previous_secrets(self.clock.now()).await?)
    }
}

impl Change<'_> {
    /// What is kept of a secret that is about to be replaced: itself under another binding.
    /// Nothing, where it can't be opened: a reset is how one gets rid of such a secret.
    async fn previous_secret(
        &mut self,
        old: &Integration,
    ) -> Result<Option<PreviousSecret>, UseCaseFault> {
        let version = old.secret_version;
        let binding = Integration::binding(old.id, version);
        let Some(opened) = self.authority.vault.open(&old.consumer_secret, &binding) else {
            return Ok(None);
        };
        let secret = self.seal(&opened, &Integration::previous_binding(old.id, version)).await?;
        let until = self.authority.clock.now().plus_seconds(PreviousSecret::KEPT_SECONDS);
        Ok(Some(PreviousSecret { secret, version, until }))
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

fn consumer_fact(integration: &Integration) -> Fact {
    Fact::Consumer(ConsumerFact {
        consumer_key: integration.consumer_key,
        integration: integration.id,
        secret: integration.consumer_secret,
        secret_version: integration.secret_version,
        token_based: integration.authentication.token_based,
    })
}

fn installation_fact(installation: &Installation) -> Fact {
    Fact::Installation(InstallationFact {
        account: installation.account,
        integration: installation.integration,
        id: installation.id,
        state: installation.state,
    })
}
