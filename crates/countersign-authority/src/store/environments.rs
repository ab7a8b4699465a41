//! Environments of production accounts: what they take over, and the tokens that they had.

use async_trait::async_trait;
use countersign_model::{
    Account, AccountNumber, Email, EntityId, IntegrationId, RoleId, SecondFactor, Stamp, Timestamp,
    TokenLimits, TokenNumber,
};
use countersign_verify::Fact;

use super::{Part, Slice, StoreFault};

/// What can be asked about environments.
#[async_trait]
pub trait ReadEnvironments {
    /// A part of the environments of a production account.
    async fn environments(
        &mut self,
        production: AccountNumber,
        slice: Slice,
    ) -> Result<Part<Account>, StoreFault>;
    /// All facts that verdicts need of one account.
    async fn facts_of(&mut self, account: AccountNumber) -> Result<Vec<Fact>, StoreFault>;
    /// The confirmed second factors of an account.
    async fn second_factors(
        &mut self,
        account: AccountNumber,
    ) -> Result<Vec<SecondFactor>, StoreFault>;
    /// A part of the tokens that an environment had before it was refreshed, by their numbers.
    async fn former_tokens(
        &mut self,
        account: AccountNumber,
        slice: Slice,
    ) -> Result<Part<FormerToken>, StoreFault>;
    /// One of them.
    async fn former_token(
        &mut self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Result<Option<FormerToken>, StoreFault>;
    /// The former token that a link replaces, by the SHA-256 of the link's secret, while the link
    /// works.
    async fn former_token_of_link(
        &mut self,
        digest: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<FormerToken>, StoreFault>;
}

/// How environments are changed.
#[async_trait]
pub trait WriteEnvironments {
    /// Makes an environment a copy of its production account: of its entities with their passwords,
    /// roles, own permissions, assignments and integrations, each under its number there. What it
    /// had is gone: entities, roles, sessions, links, second factors, tokens, and the integrations
    /// that it owns and no other account has. The tokens that were not revoked are kept as former
    /// ones; the links of earlier ones work no more.
    async fn copy_production(
        &mut self,
        production: AccountNumber,
        environment: AccountNumber,
        stamp: Stamp,
    ) -> Result<Copied, StoreFault>;
    /// Saves the link behind which a former token is replaced; the one before works no more. None:
    /// takes it away.
    async fn save_pickup(
        &mut self,
        account: AccountNumber,
        token: TokenNumber,
        pickup: Option<&Pickup>,
    ) -> Result<(), StoreFault>;
    /// Removes a former token, and its link.
    async fn remove_former_token(
        &mut self,
        account: AccountNumber,
        token: TokenNumber,
    ) -> Result<(), StoreFault>;
}

/// What a refresh has copied, and ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Entities that it has now.
    pub entities: u64,
    /// Roles that it has now.
    pub roles: u64,
    /// Integrations that it has now.
    pub integrations: u64,
    /// Tokens that it had, and that were not revoked.
    pub tokens: u64,
    /// The definitions that are gone.
    pub deleted: Vec<IntegrationId>,
}

/// A token that an environment had before it was refreshed: whose it was, never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerToken {
    /// The environment.
    pub account: AccountNumber,
    /// The number that it had. No other token has it.
    pub number: TokenNumber,
    /// What people called it.
    pub name: String,
    /// The definition that it was for.
    pub integration: IntegrationId,
    /// Its name then.
    pub integration_name: String,
    /// Who acted.
    pub entity: EntityId,
    /// Their login then.
    pub entity_email: Email,
    /// In which role.
    pub role: RoleId,
    /// Its name then.
    pub role_name: String,
    /// Until when, after which rest and from where it worked.
    pub limits: TokenLimits,
    /// When it was ended.
    pub ended_at: Timestamp,
    /// The link behind which it is replaced, used or not.
    pub pickup: Option<Pickup>,
}

/// A one-time link behind which a former token is replaced. Only the digest of its secret is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pickup {
    /// SHA-256 of the secret in the link.
    pub digest: [u8; 32],
    /// Until when it works.
    pub expires: Timestamp,
    /// Who made it, and when.
    pub made: Stamp,
}

impl FormerToken {
    /// Until when its link works, if one does at `now`.
    pub fn waits_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.pickup.as_ref().map(|pickup| pickup.expires).filter(|until| *until > now)
    }
}
