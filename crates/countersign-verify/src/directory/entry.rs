//! What the directory keeps of each thing: no names, no text, nothing that a verdict doesn't read.

use std::net::IpAddr;
use std::sync::OnceLock;

use countersign_model::{
    AccessToken, AccountId, AccountNumber, Addresses, Binding, ConsumerKey, EntityId,
    InstallationId, InstallationState, Integration, IntegrationId, RetiringSecret, RoleId, Sealed,
    Timestamp, TokenId, TokenNumber, TokenState,
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
    // Most tokens have nothing of it.
    special: Option<Box<Special>>,
}

/// What few tokens have.
#[derive(Clone)]
struct Special {
    retiring: Option<RetiringSecret>,
    ends_at: Option<Timestamp>,
    addresses: Option<Addresses>,
}

/// The keys of a token, and the version of the consumer secret that is in them.
pub(crate) struct Keyed {
    pub(crate) consumer_version: u32,
    pub(crate) key: SigningKey,
    /// With the secret that retires.
    pub(crate) retiring: Option<Box<SigningKey>>,
}

impl TokenEntry {
    pub(super) fn is(&self, id: &TokenId) -> bool {
        self.second_half == id.as_bytes()[16..]
    }

    pub(super) fn binding(&self) -> Binding {
        AccessToken::binding(self.account, self.number, self.secret_version)
    }

    pub(super) fn without_key(&self) -> Self {
        Self { keyed: OnceLock::new(), special: self.special.clone(), ..*self }
    }

    /// The secret that retires, and its binding.
    pub(super) fn retiring(&self) -> Option<(Sealed, Binding)> {
        let RetiringSecret { secret, version, .. } = self.special.as_ref()?.retiring?;
        Some((secret, AccessToken::binding(self.account, self.number, version)))
    }

    /// Until when the secret that retires works.
    pub(crate) fn retires_at(&self) -> Option<Timestamp> {
        Some(self.special.as_ref()?.retiring?.until)
    }

    /// Whether its time is over.
    pub(crate) fn has_ended(&self, now: Timestamp) -> bool {
        self.special.as_ref().and_then(|special| special.ends_at).is_some_and(|end| end <= now)
    }

    /// Whether it may be used from there.
    pub(crate) fn may_come_from(&self, source: IpAddr) -> bool {
        let addresses = self.special.as_ref().and_then(|special| special.addresses.as_ref());
        addresses.is_none_or(|addresses| addresses.have(source))
    }
}

impl From<TokenFact> for TokenEntry {
    fn from(fact: TokenFact) -> Self {
        let mut second_half = [0; 16];
        second_half.copy_from_slice(&fact.token_id.as_bytes()[16..]);
        let TokenFact { retiring, ends_at, addresses, .. } = fact;
        let is_plain = retiring.is_none() && ends_at.is_none() && addresses.is_none();
        let special = (!is_plain).then(|| Box::new(Special { retiring, ends_at, addresses }));
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
            special,
        }
    }
}
