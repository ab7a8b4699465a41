//! What the directory keeps of each thing: no names, no text, nothing that a verdict doesn't read.

use std::sync::OnceLock;

use countersign_model::{
    AccessToken, AccountId, AccountNumber, Binding, ConsumerKey, EntityId, InstallationId,
    InstallationState, Integration, IntegrationId, RoleId, Sealed, TokenId, TokenNumber,
    TokenState,
};
use countersign_signing::SigningKey;

use super::{AccountFact, ConsumerFact, TokenFact};

pub(crate) struct AccountEntry {
    pub(crate) id: AccountId,
    pub(crate) token_based_authentication: bool,
}

impl From<AccountFact> for AccountEntry {
    fn from(fact: AccountFact) -> Self {
        Self { id: fact.id, token_based_authentication: fact.token_based_authentication }
    }
}

pub(crate) struct ConsumerEntry {
    consumer_key: ConsumerKey,
    pub(crate) integration: IntegrationId,
    pub(crate) secret: Sealed,
    pub(crate) secret_version: u32,
    pub(crate) token_based: bool,
}

impl ConsumerEntry {
    pub(super) fn is(&self, key: &ConsumerKey) -> bool {
        self.consumer_key == *key
    }

    pub(super) fn binding(&self) -> Binding {
        Integration::binding(self.integration, self.secret_version)
    }
}

impl From<ConsumerFact> for ConsumerEntry {
    fn from(fact: ConsumerFact) -> Self {
        Self {
            consumer_key: fact.consumer_key,
            integration: fact.integration,
            secret: fact.secret,
            secret_version: fact.secret_version,
            token_based: fact.token_based,
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) struct InstallationEntry {
    pub(crate) id: InstallationId,
    pub(crate) state: InstallationState,
}

pub(crate) struct TokenEntry {
    // The first half of the id is the map's key.
    second_half: [u8; 16],
    pub(crate) secret: Sealed,
    secret_version: u32,
    pub(crate) keyed: OnceLock<Keyed>,
    pub(crate) account: AccountNumber,
    pub(crate) number: TokenNumber,
    pub(crate) installation: InstallationId,
    pub(crate) entity: EntityId,
    pub(crate) role: RoleId,
    pub(crate) state: TokenState,
}

/// A key, and the version of the consumer secret that is in it.
pub(crate) struct Keyed {
    pub(crate) consumer_version: u32,
    pub(crate) key: SigningKey,
}

impl TokenEntry {
    pub(super) fn is(&self, id: &TokenId) -> bool {
        self.second_half == id.as_bytes()[16..]
    }

    pub(super) fn binding(&self) -> Binding {
        AccessToken::binding(self.account, self.number, self.secret_version)
    }

    pub(super) fn without_key(&self) -> Self {
        Self { keyed: OnceLock::new(), ..*self }
    }
}

impl From<TokenFact> for TokenEntry {
    fn from(fact: TokenFact) -> Self {
        let mut second_half = [0; 16];
        second_half.copy_from_slice(&fact.token_id.as_bytes()[16..]);
        Self {
            second_half,
            secret: fact.secret,
            secret_version: fact.secret_version,
            keyed: OnceLock::new(),
            account: fact.account,
            number: fact.number,
            installation: fact.installation,
            entity: fact.entity,
            role: fact.role,
            state: fact.state,
        }
    }
}
