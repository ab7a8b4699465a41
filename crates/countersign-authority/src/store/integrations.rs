//! Integrations: definitions, and their installations in accounts.
//!
//! A definition that was deleted is found by nobody any more, nor are its installations; their
//! rows stay for the sake of the tokens.

use async_trait::async_trait;
use countersign_model::{
    AccountId, AccountNumber, ApplicationId, AuthenticationSettings, Installation, InstallationId,
    InstallationState, Integration, IntegrationId, PreviousSecret, RetiringPair, Stamp, Timestamp,
};

use super::{Part, Slice, StoreFault};

/// An integration as an account sees it.
#[derive(Clone, Debug)]
pub struct InstalledIntegration {
    /// What the account decides about it.
    pub installation: Installation,
    /// The account that owns the definition.
    pub owner: AccountNumber,
    /// Its public id.
    pub owner_id: AccountId,
    /// What it is for.
    pub description: Option<String>,
    /// Where it may be shown: in the owner account.
    pub application_id: Option<ApplicationId>,
    /// How applications may authenticate.
    pub authentication: AuthenticationSettings,
    /// Until when the consumer pair before works beside the one there is.
    pub retiring_until: Option<Timestamp>,
}

impl InstalledIntegration {
    /// Whether the account owns the definition.
    pub fn is_owned(&self) -> bool {
        self.owner == self.installation.account
    }

    /// Whether tokens can be made for it.
    pub fn offers_tokens(&self) -> bool {
        self.installation.state == InstallationState::Enabled && self.authentication.token_based
    }
}

/// Which integrations of an account are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrationFilter {
    /// In this state.
    pub state: Option<InstallationState>,
    /// Whose name has this in it, in upper or lower case.
    pub name: Option<String>,
    /// Only those that the account owns, or only those that it doesn't.
    pub owned: Option<bool>,
    /// Blocked ones as well. Not asked where a state is.
    pub show_blocked: bool,
}

/// Where an integration is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledIn {
    /// The account.
    pub account: AccountNumber,
    /// Its public id.
    pub account_id: AccountId,
    /// What people call it.
    pub account_name: String,
    /// The number of the integration there.
    pub installation: InstallationId,
    /// Its state there.
    pub state: InstallationState,
}

/// What can be asked about integrations.
#[async_trait]
pub trait ReadIntegrations {
    /// An integration's definition.
    async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, StoreFault>;
    /// The definition of that application ID.
    async fn integration_of_application(
        &mut self,
        id: &ApplicationId,
    ) -> Result<Option<Integration>, StoreFault>;
    /// The pair before a rotation, also where its time is over and nobody has taken it away yet.
    async fn retiring_pair(
        &mut self,
        id: IntegrationId,
    ) -> Result<Option<RetiringPair>, StoreFault>;
    /// The integrations whose rotation is over at `now`, each with its owner.
    async fn rotations_over(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<(AccountNumber, IntegrationId)>, StoreFault>;
    /// An integration in an account.
    async fn installation(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<Installation>, StoreFault>;
    /// A definition in an account.
    async fn installation_of(
        &mut self,
        account: AccountNumber,
        integration: IntegrationId,
    ) -> Result<Option<Installation>, StoreFault>;
    /// An integration as its account sees it.
    async fn installed_integration(
        &mut self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Result<Option<InstalledIntegration>, StoreFault>;
    /// The integrations of an account, by number.
    async fn installed_integrations(
        &mut self,
        account: AccountNumber,
        filter: &IntegrationFilter,
        slice: Slice,
    ) -> Result<Part<InstalledIntegration>, StoreFault>;
    /// Where a definition is installed, by the numbers of the accounts.
    async fn installed_in(
        &mut self,
        integration: IntegrationId,
        slice: Slice,
    ) -> Result<Part<InstalledIn>, StoreFault>;
}

/// How integrations are changed.
#[async_trait]
pub trait WriteIntegrations {
    /// Adds a definition.
    async fn add_integration(&mut self, integration: &Integration) -> Result<(), StoreFault>;
    /// Saves what an owner edits of a definition: name, description, authentication, version.
    async fn save_integration(&mut self, integration: &Integration) -> Result<(), StoreFault>;
    /// Saves the consumer pair of an integration and its version.
    async fn save_consumer_pair(&mut self, integration: &Integration) -> Result<(), StoreFault>;
    /// Saves the pair that works beside the one there is, or takes it away.
    async fn save_retiring_pair(
        &mut self,
        id: IntegrationId,
        retiring: Option<&RetiringPair>,
    ) -> Result<(), StoreFault>;
    /// Saves what is kept of a secret that works no more; what was kept until now is erased.
    async fn save_previous_secret(
        &mut self,
        id: IntegrationId,
        previous: Option<&PreviousSecret>,
    ) -> Result<(), StoreFault>;
    /// Deletes a definition: its secrets are erased, its tokens in all accounts revoked. Gives how
    /// many that were.
    async fn delete_integration(
        &mut self,
        id: IntegrationId,
        stamp: Stamp,
    ) -> Result<u64, StoreFault>;
    /// Installs a definition in an account.
    async fn add_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;
    /// Saves what an account decides about an integration: all but who made it.
    async fn save_installation(&mut self, installation: &Installation) -> Result<(), StoreFault>;
}
