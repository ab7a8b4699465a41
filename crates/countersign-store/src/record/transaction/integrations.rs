//! Integrations and their installations.

use async_trait::async_trait;
use countersign_authority::{
    InstalledIn, InstalledIntegration, IntegrationFilter, Part, ReadIntegrations, Slice,
    StoreFault, WriteIntegrations,
};
use countersign_model::{
    AccountNumber, ApplicationId, Installation, InstallationId, Integration, IntegrationId,
    PreviousSecret, RetiringPair, Stamp, Timestamp,
};

use super::{RecordTransaction, run};
use crate::{
    installations, installed_integrations, integrations, previous_secrets, retiring_pairs,
};

#[async_trait]
impl ReadIntegrations for RecordTransaction {
    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault> {
        run!(self, "finding an integration", integrations::find(id))
    }

    async fn integration_of_application(
        &mut self,
        id: &ApplicationId,
    ) -> Result<Option<Integration>, StoreFault> {
        run!(self, "finding an application", integrations::find_by_application(id))
    }

    async fn retiring_pair(
        &mut self,
        id: IntegrationId,
    ) -> Result<Option<RetiringPair>, StoreFault> {
        run!(self, "finding a retiring pair", retiring_pairs::find(id))
    }

    async fn rotations_over(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<(AccountNumber, IntegrationId)>, StoreFault> {
        run!(self, "finding rotations that are over", retiring_pairs::over(now))
    }

    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault> {
        run!(self, "finding an installation", installations::find(account, id))
    }

    async fn installation_of(
        &mut self,
        account: AccountNumber,
        integration: IntegrationId,
    ) -> Result<Option<Installation>, StoreFault> {
        run!(self, "finding an installation", installations::find_of(account, integration))
    }

    async fn installed_integration(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<InstalledIntegration>, StoreFault> {
        run!(self, "finding an integration", installed_integrations::find(account, id))
    }

    async fn installed_integrations(
        &mut self,
        account: AccountNumber,
        filter: &IntegrationFilter,
        slice: Slice,
    ) -> Result<Part<InstalledIntegration>, StoreFault> {
        run!(self, "listing integrations", installed_integrations::list(account, filter, slice))
    }

    async fn installed_in(
        &mut self,
        integration: IntegrationId,
        slice: Slice,
    ) -> Result<Part<InstalledIn>, StoreFault> {
        run!(self, "listing installations", installed_integrations::places(integration, slice))
    }
}

#[async_trait]
impl WriteIntegrations for RecordTransaction {
    async fn add_integration(&mut self, integration: &Integration) -> Result<(), StoreFault> {
        run!(self, "adding an integration", integrations::add(integration))
    }

    async fn save_integration(&mut self, integration: &Integration) -> Result<(), StoreFault> {
        run!(self, "saving an integration", integrations::save(integration))
    }

    async fn save_consumer_pair(&mut self, integration: &Integration) -> Result<(), StoreFault> {
        run!(self, "saving a consumer pair", integrations::save_pair(integration))
    }

    async fn save_retiring_pair(
        &mut self,
        id: IntegrationId,
        retiring: Option<&RetiringPair>,
    ) -> Result<(), StoreFault> {
        run!(self, "saving a retiring pair", retiring_pairs::replace(id, retiring))
    }

    async fn save_previous_secret(
        &mut self,
        id: IntegrationId,
        previous: Option<&PreviousSecret>,
    ) -> Result<(), StoreFault> {
        run!(self, "keeping a secret", previous_secrets::replace(id, previous))
    }

    async fn delete_integration(
        &mut self,
        id: IntegrationId,
        stamp: Stamp,
    ) -> Result<u64, StoreFault> {
        run!(self, "deleting an integration", integrations::delete(id, stamp))
    }

    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "adding an installation", installations::add(installation))
    }

    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "saving an installation", installations::save(installation))
    }
}
