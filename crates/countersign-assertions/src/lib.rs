//! Signed assertions of who acts, and the public keys that they are checked with.
//!
//! Belongs here: making an assertion from what the directory says, reusing it, publishing keys.
//! Does not: when a key takes over (`countersign_model::AssertionKeys`) and who changes keys
//! (`countersign_authority::Authority`). Keys come through the directory, as everything that
//! changes; the private ones are opened on first use.

#![deny(missing_docs)]

mod cache;
mod claims;
mod ring;

use std::sync::{Arc, PoisonError, RwLock};

use countersign_model::Timestamp;
use countersign_verify::{Assertions, Directory, Principal, SecretOpener};

use cache::{Asked, Cache};
use claims::Claims;
use ring::Ring;

/// Whoever holds the directory.
pub type HoldsDirectory = dyn AsRef<Directory> + Send + Sync;

/// Makes assertions with the keys of the record.
pub struct SignedAssertions {
    issuer: String,
    directory: Arc<HoldsDirectory>,
    opener: Arc<dyn SecretOpener>,
    ring: RwLock<Arc<Ring>>,
    cache: Cache,
}

impl SignedAssertions {
    /// What `typ` says in each assertion: no other token of ours or of anybody is taken for one.
    pub const TYPE: &str = "countersign-assertion+jwt";

    /// Assertions that name `issuer`, the public URL of this deployment, as their origin.
    pub fn new(
        issuer: &str,
        directory: Arc<HoldsDirectory>,
        opener: Arc<dyn SecretOpener>,
    ) -> Self {
        Self {
            issuer: issuer.trim_end_matches('/').to_owned(),
            directory,
            opener,
            ring: RwLock::default(),
            cache: Cache::default(),
        }
    }

    /// The keys that are published at `now`, as a JSON Web Key Set (RFC 7517).
    pub fn key_set(&self, now: Timestamp) -> String {
        self.ring().key_set(now)
    }

    /// The keys that the directory has now, opened.
    fn ring(&self) -> Arc<Ring> {
        let keys = (*self.directory).as_ref().assertion_keys();
        let known = Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner));
        if known.is_of(&keys) {
            return known;
        }
        let ring = Arc::new(Ring::open(keys, &*self.opener));
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
        ring
    }
}

impl Assertions for SignedAssertions {
    fn assertion(&self, principal: &Principal, audience: &str, now: Timestamp) -> Option<Arc<str>> {
        let Principal { account, role, .. } = *principal;
        let permissions = (*self.directory).as_ref().role_permissions(account, role);
        let ring = self.ring();
        let key = ring.current(now)?;
        let asked = Asked { principal, audience, permissions, key: key.number(), now };
        if let Some(known) = self.cache.find(&asked) {
            return Some(known);
        }
        let claims =
            Claims::new(&self.issuer, audience, principal, asked.permissions.as_deref(), now);
        let made: Arc<str> = key.sign(&claims.to_json()?)?.into();
        self.cache.keep(asked, Arc::clone(&made));
        Some(made)
    }
}

#[cfg(test)]
mod tests;
