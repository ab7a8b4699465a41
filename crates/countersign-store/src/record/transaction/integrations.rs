//! Integrations and their installations.

use async_trait::async_trait;
use countersign_authority::{ReadIntegrations, StoreFault, WriteIntegrations};
use countersign_model::{
    AccountNumber, Installation, InstallationId, Integration, IntegrationId, PreviousSecret,
};

use super::{RecordTransaction, run};
use crate::{installations, integrations};

#[async_trait]
impl ReadIntegrations for RecordTransaction {
    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault> {
        run!(self, "finding an integration", integrations::find(id))
    }

    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault> {
        run!(self, "finding an installation", installations::find(account, id))
    }
}

#[async_trait]
impl WriteIntegrations for RecordTransaction {
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

    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "adding an installation", installations::add(installation))
    }

    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault> {
        run!(self, "saving an installation", installations::save(installation))
    }
}
