//! Deleting an integration.

use countersign_model::{InstallationId, Version};
use countersign_verify::Fact;

use super::{Authority, CONFIGURE, Requester, UseCaseFault};
use crate::Act;

impl Authority {
    /// Deletes an integration in all accounts: its keys are unknown and all its tokens revoked,
    /// in the same moment. The tokens stay visible. Gives how many were revoked.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::Changed`], [`UseCaseFault::NotItsOwner`].
    pub async fn delete_integration(
        &self,
        requester: &Requester,
        id: InstallationId,
        if_version: Option<Version>,
    ) -> Result<u64, UseCaseFault> {
        let mut change = self.begin(requester, CONFIGURE).await?;
        change.standing.is_proven_lately()?;
        let (installation, integration) =
            change.owned_integration(requester.account, id, if_version).await?;
        let stamp = change.stamp();
        let tokens = change.tx.delete_integration(integration.id, stamp).await?;
        change.learns(Fact::IntegrationGone { integration: integration.id });
        let name = installation.name;
        change.commit(Act::IntegrationDeleted { installation: id.0, name, tokens }).await?;
        Ok(tokens)
    }
}
