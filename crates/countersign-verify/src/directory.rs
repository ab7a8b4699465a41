//! Everything that a verdict needs, and what an upstream is told of who was admitted, in memory,
//! read without locks.
//!
//! Filled with [`Fact`]s: all of them at the start, then each change before it is acknowledged.
//! Maps are keyed by ids and numbers that we made: the first 16 bytes of a consumer key or token id
//! are random and serve as their own hash; looking up a foreign one is harmless, inserting one is
//! impossible.
//!
//! Secrets stay sealed here. The key that a token signs with is made from them on first use, and
//! made anew when the consumer secret has changed since: a key of an older version is never used.
//! While a consumer pair retires, both its keys are found, and each leads to its own secret.

use std::sync::Arc;

use countersign_model::{
    AccountHosts, AccountId, AccountNumber, AssertionKeys, Binding, ConsumerKey, ConsumerSecret,
    EntityId, Grants, InstallationId, IntegrationId, Level, Login, Role, RoleId, Sealed, TokenId,
    TokenNumber, TokenSecret,
};
use countersign_signing::SigningKey;
use papaya::{HashMap, LocalGuard};
use zeroize::Zeroizing;

use crate::Principal;

mod asked;
mod entry;
mod fact;
mod forgetting;
mod hashing;

pub(crate) use asked::Asked;
pub use asked::HostNames;
pub(crate) use entry::{AccountEntry, ConsumerEntry, InstallationEntry, TokenEntry};
use entry::{Keyed, Keys};
pub use fact::{AccountFact, ConsumerFact, Fact, InstallationFact, LoginFact, RoleFact, TokenFact};
use hashing::{AlreadyRandom, OfOurs};

/// Opens sealed secrets. Implemented by the vault.
pub trait SecretOpener: Send + Sync {
    /// The secret in `sealed`, if it is the one that belongs to `binding`.
    fn open(&self, sealed: &Sealed, binding: &Binding) -> Option<Zeroizing<[u8; 32]>>;
}

/// The index of accounts, integrations, installations, logins, roles and tokens.
pub struct Directory {
    account_numbers: HashMap<AccountId, AccountNumber, OfOurs>,
    accounts: HashMap<AccountNumber, AccountEntry, OfOurs>,
    consumers: HashMap<u128, ConsumerEntry, AlreadyRandom>,
    // Which keys an integration has now: another one that it had must not be left behind.
    consumer_keys: HashMap<IntegrationId, Keys, OfOurs>,
    // Which are gone for good: whatever is told of one of these later is not taken in.
    integrations_gone: HashMap<IntegrationId, (), OfOurs>,
    installations: HashMap<(AccountNumber, IntegrationId), InstallationEntry, OfOurs>,
    installed: HashMap<(AccountNumber, InstallationId), IntegrationId, OfOurs>,
    logins: HashMap<(AccountNumber, EntityId, RoleId), Login, OfOurs>,
    roles: HashMap<(AccountNumber, RoleId), Arc<Grants>, OfOurs>,
    tokens: HashMap<u128, TokenEntry, AlreadyRandom>,
    // A token keeps its id for life.
    token_ids: HashMap<(AccountNumber, TokenNumber), u128, OfOurs>,
    // One entry, in a map for the sake of its lock-free reads.
    assertion_keys: HashMap<(), Arc<AssertionKeys>, OfOurs>,
    // Where only realms name accounts, there are none.
    hosts: Option<AccountHosts>,
    opener: Arc<dyn SecretOpener>,
    nobody: SigningKey,
}

/// How many of each a directory holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DirectorySizes {
    /// Accounts.
    pub accounts: usize,
    /// Integrations, by their consumer keys.
    pub integrations: usize,
    /// Integrations in accounts.
    pub installations: usize,
    /// Entities in a role.
    pub logins: usize,
    /// Tokens, ended ones as well.
    pub tokens: usize,
}

impl Directory {
    /// An empty directory. `nobody` is 32 random bytes: the key that the HMAC of requests with
    /// unknown ids is computed with.
    pub fn new(opener: Arc<dyn SecretOpener>, nobody: &[u8; 32]) -> Self {
        // One collector, so that one guard reads all maps.
        let collector = Arc::new(seize::Collector::new());
        Self {
            account_numbers: map(&collector),
            accounts: map(&collector),
            consumers: map(&collector),
            consumer_keys: map(&collector),
            integrations_gone: map(&collector),
            installations: map(&collector),
            installed: map(&collector),
            logins: map(&collector),
            roles: map(&collector),
            tokens: map(&collector),
            token_ids: map(&collector),
            assertion_keys: map(&collector),
            hosts: None,
            opener,
            nobody: SigningKey::new(nobody, nobody),
        }
    }

    /// Takes in one fact; what it says holds for every request that is judged after this returns.
    pub fn learn(&self, fact: Fact) {
        let guard = self.tokens.guard();
        match fact {
            Fact::Account(a) => {
                self.account_numbers.insert(a.id.clone(), a.number, &guard);
                self.accounts.insert(a.number, AccountEntry::from(a), &guard);
            }
            Fact::Consumer(c) => self.learn_consumer(c, &guard),
            Fact::Installation(i) => {
                if self.is_gone(i.integration, &guard) {
                    return;
                }
                let InstallationFact { id, state, concurrency_limit, .. } = i;
                let entry = InstallationEntry { id, state, concurrency_limit };
                self.installed.insert((i.account, i.id), i.integration, &guard);
                self.installations.insert((i.account, i.integration), entry, &guard);
            }
            Fact::IntegrationGone { integration } => self.forget_integration(integration),
            Fact::Login(l) => {
                let key = (l.account, l.entity, l.role);
                // Whoever knows nothing of a pair knows that the role isn't assigned.
                if l.login == Login::RoleRemoved {
                    self.logins.remove(&key, &guard);
                } else {
                    self.logins.insert(key, l.login, &guard);
                }
            }
            Fact::TokensToCome(many) => {
                self.tokens.reserve(many, &guard);
                self.token_ids.reserve(many, &guard);
            }
            Fact::Token(t) => {
                let index = t.token_id.index();
                self.token_ids.insert((t.account, t.number), index, &guard);
                self.tokens.insert(index, TokenEntry::from(t), &guard);
            }
            Fact::Role(r) => {
                self.roles.insert((r.account, r.role), Arc::new(r.permissions), &guard);
            }
            Fact::RoleGone { account, role } => {
                self.roles.remove(&(account, role), &guard);
            }
            Fact::TokenGone { account, token } => {
                if let Some(index) = self.token_ids.remove(&(account, token), &guard) {
                    self.tokens.remove(index, &guard);
                }
            }
            Fact::AccountEmptied(account) => self.empty_account(account),
            Fact::AssertionKeys(keys) => {
                self.assertion_keys.insert((), Arc::new(keys), &guard);
            }
        }
    }

    fn learn_consumer(&self, fact: ConsumerFact, guard: &LocalGuard<'_>) {
        if self.is_gone(fact.integration, guard) {
            return;
        }
        let (integration, keys) = (fact.integration, Keys::of(&fact));
        if let Some((key, retiring)) = keys.retiring.zip(ConsumerEntry::retiring(&fact)) {
            self.consumers.insert(key, retiring, guard);
        }
        self.consumers.insert(keys.current, ConsumerEntry::from(fact), guard);
        if let Some(before) = self.consumer_keys.insert(integration, keys, guard) {
            before.gone(keys).for_each(|key| {
                self.consumers.remove(&key, guard);
            });
        }
    }

    /// How many tokens there are.
    pub fn tokens(&self) -> usize {
        self.tokens.len()
    }

    /// How many of each there are.
    pub fn sizes(&self) -> DirectorySizes {
        DirectorySizes {
            accounts: self.accounts.len(),
            integrations: self.consumer_keys.len(),
            installations: self.installations.len(),
            logins: self.logins.len(),
            tokens: self.tokens.len(),
        }
    }

    /// Whether a request that names these two has somebody to be charged to: both ids are known.
    pub fn knows(&self, consumer_key: &[u8], token: &[u8]) -> bool {
        let reader = self.reader();
        reader.consumer(consumer_key).is_some() && reader.token(token).is_some()
    }

    /// What a role grants: the same `Arc` until that changes. `None` of a role that does not exist.
    pub fn role_permissions(&self, account: AccountNumber, role: RoleId) -> Option<Arc<Grants>> {
        self.roles.get(&(account, role), &self.roles.guard()).cloned()
    }

    /// Whether `principal`, in the role it acts in, has the permission of that name at `level` or
    /// above. The Administrator has all.
    pub fn permits(&self, principal: &Principal, permission: &str, level: Level) -> bool {
        let Principal { account, role, .. } = *principal;
        role == Role::ADMINISTRATOR
            || self
                .roles
                .get(&(account, role), &self.roles.guard())
                .is_some_and(|grants| grants.permits(permission, level))
    }

    /// Whether a permission of that name is built in, or defined by an account: the Administrator
    /// of an account is known by name to have each of them.
    pub fn is_permission(&self, name: &str) -> bool {
        let guard = self.roles.guard();
        let mut roles = self.roles.iter(&guard);
        roles.any(|((_, role), grants)| {
            *role == Role::ADMINISTRATOR && grants.named().any(|(named, _)| named == name)
        })
    }

    /// The keys that sign assertions.
    pub fn assertion_keys(&self) -> Arc<AssertionKeys> {
        self.assertion_keys.get(&(), &self.assertion_keys.guard()).cloned().unwrap_or_default()
    }

    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader { directory: self, guard: self.tokens.guard() }
    }
}

fn map<K, V, S>(collector: &Arc<seize::Collector>) -> HashMap<K, V, S>
where
    K: Send + 'static,
    V: Send + 'static,
    S: Default,
{
    HashMap::builder().hasher(S::default()).shared_collector(Arc::clone(collector)).build()
}

impl AsRef<Self> for Directory {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// One consistent look for one verdict.
pub(crate) struct Reader<'d> {
    directory: &'d Directory,
    guard: LocalGuard<'d>,
}

impl Reader<'_> {
    /// The account of that number.
    pub(crate) fn account_of(&self, number: AccountNumber) -> Option<&AccountEntry> {
        self.directory.accounts.get(&number, &self.guard)
    }

    pub(crate) fn consumer(&self, wire: &[u8]) -> Option<&ConsumerEntry> {
        let key = ConsumerKey::from_wire(wire)?;
        let entry = self.directory.consumers.get(&key.index(), &self.guard)?;
        entry.is(&key).then_some(entry)
    }

    pub(crate) fn token(&self, wire: &[u8]) -> Option<(TokenId, &TokenEntry)> {
        let id = TokenId::from_wire(wire)?;
        let entry = self.directory.tokens.get(&id.index(), &self.guard)?;
        entry.is(&id).then_some((id, entry))
    }

    pub(crate) fn installation(
        &self,
        account: AccountNumber,
        integration: IntegrationId,
    ) -> Option<InstallationEntry> {
        self.directory.installations.get(&(account, integration), &self.guard).copied()
    }

    /// The installation of that number, and its definition.
    pub(crate) fn installed(
        &self,
        account: AccountNumber,
        id: InstallationId,
    ) -> Option<(InstallationEntry, &ConsumerEntry)> {
        let integration = *self.directory.installed.get(&(account, id), &self.guard)?;
        let consumer = || {
            let keys = self.directory.consumer_keys.get(&integration, &self.guard)?;
            self.directory.consumers.get(&keys.current, &self.guard)
        };
        // A reset may come between the two looks.
        let consumer = consumer().or_else(consumer)?;
        Some((self.installation(account, integration)?, consumer))
    }

    /// The token of that number.
    pub(crate) fn token_of(
        &self,
        account: AccountNumber,
        number: TokenNumber,
    ) -> Option<&TokenEntry> {
        let id = self.directory.token_ids.get(&(account, number), &self.guard)?;
        self.directory.tokens.get(id, &self.guard)
    }

    pub(crate) fn login(&self, token: &TokenEntry) -> Login {
        let key = (token.account, token.entity, token.role);
        self.directory.logins.get(&key, &self.guard).copied().unwrap_or(Login::RoleRemoved)
    }

    /// The key for requests that nobody can sign.
    pub(crate) fn nobody(&self) -> &SigningKey {
        &self.directory.nobody
    }

    /// The keys that `token` signs with at `consumer`. `None` where a secret can't be opened.
    pub(crate) fn keys<'r>(
        &'r self,
        consumer: &ConsumerEntry,
        id: &TokenId,
        token: &'r TokenEntry,
    ) -> Option<&'r Keyed> {
        match token.keyed(consumer.pair()) {
            Some(keyed) if keyed.consumer_version == consumer.secret_version => Some(keyed),
            Some(_) => self.rekeyed(consumer, id),
            None => {
                let made = self.make_key(consumer, token)?;
                let keyed = token.keep(consumer.pair(), made);
                if keyed.consumer_version == consumer.secret_version {
                    Some(keyed)
                } else {
                    self.rekeyed(consumer, id)
                }
            }
        }
    }

    // The entry is replaced as it stands at that moment, so that a revocation in between is kept.
    fn rekeyed(&self, consumer: &ConsumerEntry, id: &TokenId) -> Option<&Keyed> {
        let tokens = &self.directory.tokens;
        let fresh = tokens.update(id.index(), TokenEntry::without_keys, &self.guard)?;
        let made = self.make_key(consumer, fresh)?;
        let keyed = fresh.keep(consumer.pair(), made);
        (keyed.consumer_version == consumer.secret_version).then_some(keyed)
    }

    fn make_key(&self, consumer: &ConsumerEntry, token: &TokenEntry) -> Option<Keyed> {
        let opener = &self.directory.opener;
        let ours = ConsumerSecret::from_bytes(*opener.open(&consumer.secret, &consumer.binding())?);
        let theirs = TokenSecret::from_bytes(*opener.open(&token.secret, &token.binding())?);
        let key_of = |theirs: &TokenSecret| {
            SigningKey::new(ours.reveal().as_bytes(), theirs.reveal().as_bytes())
        };
        // One that can't be opened any more is none: its time is counted.
        let retiring =
            token.retiring().and_then(|(secret, binding)| opener.open(&secret, &binding));
        let retiring = retiring.map(|secret| Box::new(key_of(&TokenSecret::from_bytes(*secret))));
        Some(Keyed { consumer_version: consumer.secret_version, key: key_of(&theirs), retiring })
    }
}

#[cfg(test)]
mod tests;
