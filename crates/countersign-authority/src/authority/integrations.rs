//! Integration records.

use countersign_model::{
    AccountNumber, Actor, AuthenticationSettings, Binding, ConsumerKey, ConsumerSecret,
    Installation, InstallationId, InstallationState, Integration, IntegrationId, Sealed,
};
use countersign_verify::{ConsumerFact, Fact, InstallationFact};

use super::{Authority, Change, UseCaseFault, found, name};
use crate::{Act, Series};

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
        by: Actor,
        account: AccountNumber,
        new: NewIntegration,
    ) -> Result<CreatedIntegration, UseCaseFault> {
        let name = name(&new.name)?;
        let mut change = self.begin().await?;
        let id = IntegrationId(change.tx.next(Series::Integrations).await?);
        let installation = Installation {
            account,
            id: InstallationId(change.tx.next(Series::Installations(account)).await?),
            integration: id,
            state: InstallationState::Enabled,
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
        };
        change.tx.add_integration(&integration).await?;
        change.tx.add_installation(&installation).await?;

        let consumer_key = integration.consumer_key;
        change.learns(consumer_fact(&integration));
        change.learns(installation_fact(&installation));
        let act =
            Act::IntegrationCreated { installation: installation.id.0, name: integration.name };
        change.commit(by, account, act).await?;
        Ok(CreatedIntegration { installation: installation.id, consumer_key, consumer_secret })
    }

    /// Blocks, or enables, an integration in an account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn set_installation_state(
        &self,
        by: Actor,
        account: AccountNumber,
        id: InstallationId,
        state: InstallationState,
    ) -> Result<(), UseCaseFault> {
        let mut change = self.begin().await?;
        let old = found(change.tx.installation(account, id).await?, "integration", id.0)?;
        if old.state == state {
            self.projection.learn(installation_fact(&old));
            return Ok(());
        }
        let new = Installation { state, ..old };
        change.tx.save_installation(&new).await?;
        change.learns(installation_fact(&new));
        let act = Act::InstallationStateChanged {
            installation: id.0,
            from: old.state.as_str(),
            to: state.as_str(),
        };
        change.commit(by, account, act).await?;
        Ok(())
    }
}

impl Change<'_> {
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
