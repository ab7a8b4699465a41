//! Installing an integration that another account owns.

use countersign_model::{
    ApplicationId, Created, Installation, InstallationId, InstallationState, Integration, Version,
};

use super::{Authority, CONFIGURE, Change, Requester, UseCaseFault, installation_fact};
use crate::{Act, Series};

impl Authority {
    /// Installs the application of that ID, enabled, in the requester's account. Who knows the ID
    /// has it from its owner.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuchApplication`], [`UseCaseFault::InstalledAlready`].
    pub async fn install_integration(
        &self,
        requester: &Requester,
        application: &ApplicationId,
    ) -> Result<InstallationId, UseCaseFault> {
        let mut change = self.begin(requester, CONFIGURE).await?;
        let integration = change.tx.integration_of_application(application).await?;
        let integration = integration.ok_or(UseCaseFault::NoSuchApplication)?;
        let installed = change.tx.installation_of(requester.account, integration.id).await?;
        if let Some(installed) = installed {
            return Err(UseCaseFault::InstalledAlready(installed.id.0));
        }
        let installation = change.install(&integration, InstallationState::Enabled).await?;
        let act = Act::IntegrationInstalled {
            installation: installation.id.0,
            name: installation.name,
            owner: integration.owner.0,
        };
        change.commit(act).await?;
        Ok(installation.id)
    }
}

impl Change<'_> {
    /// Installs a definition in the requester's account, and has the directory learn it.
    pub(in crate::authority) async fn install(
        &mut self,
        integration: &Integration,
        state: InstallationState,
    ) -> Result<Installation, UseCaseFault> {
        let installation = self.installation_of(integration, state).await?;
        self.tx.add_installation(&installation).await?;
        self.learns(installation_fact(&installation));
        Ok(installation)
    }

    /// A definition as it is in an account at first: with today's name, and nothing of what other
    /// accounts have decided about it.
    pub(super) async fn installation_of(
        &mut self,
        integration: &Integration,
        state: InstallationState,
    ) -> Result<Installation, UseCaseFault> {
        let account = self.requester.account;
        let now = self.authority.clock.now();
        Ok(Installation {
            account,
            id: InstallationId(self.tx.next(Series::Installations(account)).await?),
            integration: integration.id,
            name: integration.name.clone(),
            state,
            last_state_change: Some(now.into()),
            note: None,
            concurrency_limit: None,
            api_access: false,
            created: Some(Created { by: self.requester.actor, at: now }),
            version: Version::FIRST,
        })
    }
}
