//! What the directory keeps of each thing: no names, no text, nothing that a verdict doesn't read.

use std::net::IpAddr;
use std::sync::OnceLock;

use countersign_model::{
    AccessToken, AccountId, AccountNumber, Addresses, Binding, ConcurrencyLimit, ConsumerKey,
    EntityId, InstallationId, InstallationState, Integration, IntegrationId, Pair, RetiringSecret,
    Revoked, RoleId, Sealed, Timestamp, TokenId, TokenNumber, TokenState,
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

/// One pair of an integration.
pub(crate) struct ConsumerEntry {
    consumer_key: ConsumerKey,
    pub(crate) integration: IntegrationId,
    pub(crate) secret: Sealed,
    pub(crate) secret_version: u32,
    pub(crate) token_based: bool,
    // Of the pair that retires: from when on it is unknown.
    ends: Option<Timestamp>,
}

impl ConsumerEntry {
    pub(super) fn is(&self, key: &ConsumerKey) -> bool {
        self.consumer_key == *key
    }

    pub(super) fn binding(&self) -> Binding {
        match self.pair() {
            Pair::Current => Integration::binding(self.integration, self.secret_version),
            Pair::Retiring => Integration::retiring_binding(self.integration, self.secret_version),
        }
    }

    pub(crate) fn pair(&self) -> Pair {
        if self.ends.is_some() { Pair::Retiring } else { Pair::Current }
    }

    /// Whether its time is not over.
    pub(crate) fn works_at(&self, now: Timestamp) -> bool {
        self.ends.is_none_or(|ends| now < ends)
    }

    /// The pair of `fact` that retires, if one does.
    pub(super) fn retiring(fact: &ConsumerFact) -> Option<Self> {
        let pair = fact.retiring.as_ref()?;
        Some(Self {
            consumer_key: pair.consumer_key,
            integration: fact.integration,
            secret: pair.secret,
            secret_version: pair.version,
            token_based: fact.token_based,
            ends: Some(pair.until),
        })
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
            ends: None,
        }
    }
}

/// Which keys an integration has now, each by its index.
#[derive(Clone, Copy)]
pub(super) struct Keys {
    pub(super) current: u128,
    pub(super) retiring: Option<u128>,
}

impl Keys {
    pub(super) fn of(fact: &ConsumerFact) -> Self {
        Self {
            current: fact.consumer_key.index(),
            retiring: fact.retiring.as_ref().map(|pair| pair.consumer_key.index()),
        }
    }

    pub(super) fn all(self) -> impl Iterator<Item = u128> {
        [Some(self.current), self.retiring].into_iter().flatten()
    }

    /// Those that `now` has no more.
    pub(super) fn gone(self, now: Self) -> impl Iterator<Item = u128> {
        self.all().filter(move |key| !now.all().any(|kept| kept == *key))
    }
}

#[derive(Clone, Copy)]
pub(crate) struct InstallationEntry {
    pub(crate) id: InstallationId,
    pub(crate) state: InstallationState,
    pub(crate) concurrency_limit: Option<ConcurrencyLimit>,
}

/// In the order of reading: what every verdict looks at lies side by side, behind the map's key.
/// The sealed secret is opened once, and comes last.
#[repr(C)]
pub(crate) struct TokenEntry {
    // The first half of the id is the map's key.
    second_half: [u8; 16],
    pub(crate) account: AccountNumber,
    pub(crate) number: TokenNumber,
    pub(crate) installation: InstallationId,
    pub(crate) entity: EntityId,
    pub(crate) role: RoleId,
    secret_version: u32,
    state: PackedState,
    // Most tokens have nothing of it.
    special: Option<Box<Special>>,
    // With either pair of the integration: whoever calls with both by turns makes neither key
    // anew. The second is rare, and takes its place only where it is used.
    keyed: OnceLock<Keyed>,
    keyed_with_retiring: OnceLock<Box<Keyed>>,
    pub(crate) secret: Sealed,
}

// Of a million entries each byte is a megabyte. With its key, 16 bytes, one of them just fits what
// the allocator gives for 256.
const _: () = assert!(size_of::<TokenEntry>() <= 240);

/// A state in eight bytes: milliseconds of a revocation, or what no clock shows.
#[derive(Clone, Copy)]
struct PackedState(i64);

impl PackedState {
    const ACTIVE: i64 = i64::MIN;
    const INACTIVE: i64 = i64::MIN + 1;

    fn of(state: TokenState) -> Self {
        Self(match state {
            TokenState::Active => Self::ACTIVE,
            TokenState::Inactive => Self::INACTIVE,
            TokenState::Revoked(Revoked { at }) => at.millis().max(Self::INACTIVE + 1),
        })
    }

    fn unpack(self) -> TokenState {
        match self.0 {
            Self::ACTIVE => TokenState::Active,
            Self::INACTIVE => TokenState::Inactive,
            millis => TokenState::Revoked(Revoked { at: Timestamp::from_millis(millis) }),
        }
    }
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

    /// The key that was made with that pair of the integration, if one was: maybe with an older
    /// secret than it has now.
    pub(super) fn keyed(&self, pair: Pair) -> Option<&Keyed> {
        match pair {
            Pair::Current => self.keyed.get(),
            Pair::Retiring => self.keyed_with_retiring.get().map(|keyed| &**keyed),
        }
    }

    /// Keeps a key, unless there is one by now: gives the one that is kept.
    pub(super) fn keep(&self, pair: Pair, made: Keyed) -> &Keyed {
        match pair {
            Pair::Current => self.keyed.get_or_init(|| made),
            Pair::Retiring => self.keyed_with_retiring.get_or_init(|| Box::new(made)),
        }
    }

    pub(super) fn without_keys(&self) -> Self {
        Self {
            keyed: OnceLock::new(),
            keyed_with_retiring: OnceLock::new(),
            special: self.special.clone(),
            ..*self
        }
    }

    /// Whether it works.
    pub(crate) fn state(&self) -> TokenState {
        self.state.unpack()
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
            keyed_with_retiring: OnceLock::new(),
            account: fact.account,
            number: fact.number,
            installation: fact.installation,
            entity: fact.entity,
            role: fact.role,
            state: PackedState::of(fact.state),
            special,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_comes_back_as_it_was() {
        let revoked = |millis| TokenState::Revoked(Revoked { at: Timestamp::from_millis(millis) });
        for state in [TokenState::Active, TokenState::Inactive, revoked(0), revoked(i64::MAX)] {
            assert_eq!(PackedState::of(state).unpack(), state);
        }
        let first = PackedState::of(revoked(i64::MIN)).unpack();
        assert!(matches!(first, TokenState::Revoked(_)), "one that is revoked never works again");
    }
}
