//! What an account sees of its integrations.

use countersign_model::{Actor, EntityId, InstallationId, InstallationState};

use super::{Authority, CHOOSE, LOOK, Requester, UseCaseFault, found};
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

    /// The integrations that are enabled in the account, for whoever makes a token, without what
    /// its administrators alone see. Which of them offer tokens, each row says.
    ///
    /// # Errors
    /// [`UseCaseFault::PermissionMissing`].
    pub async fn list_offered_integrations(
        &self,
        requester: &Requester,
        slice: Slice,
    ) -> Result<Part<InstalledIntegration>, UseCaseFault> {
        let mut look = self.look(requester, CHOOSE).await?;
        let state = Some(InstallationState::Enabled);
        let filter = IntegrationFilter { state, ..IntegrationFilter::default() };
        let account = requester.account;
        let mut part = look.record.installed_integrations(account, &filter, slice).await?;
        for row in &mut part.rows {
            (row.application_id, row.installation.note) = (None, None);
        }
        Ok(part)
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
