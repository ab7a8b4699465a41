//! Integrations: definitions, and their installations in accounts.

use async_trait::async_trait;
use countersign_model::{
    AccountNumber, Installation, InstallationId, Integration, IntegrationId, PreviousSecret,
};

use super::StoreFault;

/// What can be asked about integrations.
#[async_trait]
pub trait ReadIntegrations {
    /// An integration's definition.
    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault>;
    /// An integration in an account.
    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault>;
}

/// How integrations are changed.
#[async_trait]
pub trait WriteIntegrations {
    /// Adds a definition.
    async fn add_integration(&mut self, integration: &Integration) -> Result<(), StoreFault>;
    /// Saves the consumer pair of an integration and its version, and what is kept of the one
    /// before; what was kept until now is erased.
    async fn save_consumer_pair(
        &mut self,
        integration: &Integration,
        previous: Option<&PreviousSecret>,
    ) -> Result<(), StoreFault>;
    /// Installs a definition in an account.
    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;
    /// Saves an installation's state.
    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;
}
