//! What an account sees of its integrations.

use countersign_model::{Actor, EntityId, InstallationId};

use super::{Authority, LOOK, Requester, UseCaseFault, found};
use crate::{InstalledIn, InstalledIntegration, IntegrationFilter, Part, Slice};

/// An integration's page.
#[derive(Clone, Debug)]
pub struct IntegrationView {
    /// The record. Its version is what a change is made to.
    pub integration: InstalledIntegration,
    /// The name of the entity that made it here.
    pub created_by: Option<(EntityId, String)>,
}

impl Authority {
    /// An integration of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`].
    pub async fn get_integration(
        &self,
        requester: &Requester,
        id: InstallationId,
    ) -> Result<IntegrationView, UseCaseFault> {
        let mut look = self.look(requester, LOOK).await?;
        let integration = look.record.installed_integration(requester.account, id).await?;
        let integration = shown(found(integration, "integration", id.0)?);
        let by = integration.installation.created.map(|created| created.by);
        let created_by = match by {
            Some(Actor::Entity { entity, .. }) => {
                let entity = look.record.entity(requester.account, entity).await?;
                entity.map(|entity| (entity.id, entity.name))
            }
            Some(Actor::LocalUser(_) | Actor::Schedule) | None => None,
        };
        Ok(IntegrationView { integration, created_by })
    }

    /// The integrations of the account.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_integrations(
        &self,
        requester: &Requester,
        filter: &IntegrationFilter,
        slice: Slice,
    ) -> Result<Part<InstalledIntegration>, UseCaseFault> {
        let mut look = self.look(requester, LOOK).await?;
        let account = requester.account;
        let part = look.record.installed_integrations(account, filter, slice).await?;
        Ok(Part { rows: part.rows.into_iter().map(shown).collect(), ..part })
    }

    /// The accounts that have an integration, as its owner sees them.
    ///
    /// # Errors
    /// [`UseCaseFault::NoSuch`], [`UseCaseFault::NotItsOwner`].
    pub async fn list_installations(
        &self,
        requester: &Requester,
        id: InstallationId,
        slice: Slice,
    ) -> Result<Part<InstalledIn>, UseCaseFault> {
        let mut look = self.look(requester, LOOK).await?;
        let integration = look.record.installed_integration(requester.account, id).await?;
        let integration = found(integration, "integration", id.0)?;
        if !integration.is_owned() {
            return Err(UseCaseFault::NotItsOwner(id.0));
        }
        Ok(look.record.installed_in(integration.installation.integration, slice).await?)
    }
}

/// The application ID is for the owner account.
fn shown(integration: InstalledIntegration) -> InstalledIntegration {
    let application_id = integration.application_id.filter(|_| integration.is_owned());
    InstalledIntegration { application_id, ..integration }
}
