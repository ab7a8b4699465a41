//! The keys that sign assertions, opened: JWT (RFC 7519) and JWK (RFC 7517, 8037) of Ed25519.

use std::sync::Arc;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_authority::key_id;
use countersign_model::{AssertionKey, AssertionKeyNumber, AssertionKeys, Timestamp};
use countersign_verify::SecretOpener;
use serde_json::json;

use super::SignedAssertions;

/// All keys of the directory at one moment.
#[derive(Default)]
pub(super) struct Ring {
    keys: Arc<AssertionKeys>,
    opened: Vec<Opened>,
}

/// A key whose private half is there.
pub(super) struct Opened {
    number: AssertionKeyNumber,
    pair: Ed25519KeyPair,
    /// The header of what it signs, encoded.
    header: String,
}

impl Ring {
    /// Opens `keys`. One that can't be opened, or whose public key is not that of its private one,
    /// neither signs nor is published: somebody may have put their own into the record.
    pub(super) fn open(keys: Arc<AssertionKeys>, opener: &dyn SecretOpener) -> Self {
        let opened = keys.all().iter().filter_map(|key| {
            let opened = Opened::new(key, opener);
            if opened.is_none() {
                tracing::error!(
                    key = key.number.0,
                    "a key that signs assertions can't be opened: requests are refused while it \
                     is the one to sign; `countersign assertion-key rotate --now` makes another"
                );
            }
            opened
        });
        let opened = opened.collect();
        Self { keys, opened }
    }

    pub(super) fn is_of(&self, keys: &Arc<AssertionKeys>) -> bool {
        Arc::ptr_eq(&self.keys, keys)
    }

    /// The key that signs at `now`.
    pub(super) fn current(&self, now: Timestamp) -> Option<&Opened> {
        self.opened(self.keys.current(now)?)
    }

    fn opened(&self, key: &AssertionKey) -> Option<&Opened> {
        self.opened.iter().find(|opened| opened.number == key.number)
    }

    /// What is published at `now`.
    pub(super) fn key_set(&self, now: Timestamp) -> String {
        let published = self.keys.published(now).filter(|key| self.opened(key).is_some());
        let keys = published.map(|key| {
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "x": URL_SAFE_NO_PAD.encode(key.public_key),
                "kid": key_id(&key.public_key),
                "alg": "EdDSA",
                "use": "sig",
            })
        });
        json!({ "keys": keys.collect::<Vec<_>>() }).to_string()
    }
}

impl Opened {
    fn new(key: &AssertionKey, opener: &dyn SecretOpener) -> Option<Self> {
        let seed = opener.open(&key.private_key, &AssertionKey::binding(key.number))?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(&*seed, &key.public_key).ok()?;
        let header = json!({
            "alg": "EdDSA",
            "typ": SignedAssertions::TYPE,
            "kid": key_id(&key.public_key),
        });
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        Some(Self { number: key.number, pair, header })
    }

    pub(super) fn number(&self) -> AssertionKeyNumber {
        self.number
    }

    /// `claims` as a JSON Web Token.
    pub(super) fn sign(&self, claims: &[u8]) -> Option<String> {
        let mut token = String::with_capacity(self.header.len() + claims.len() * 4 / 3 + 100);
        token.push_str(&self.header);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.try_sign(token.as_bytes()).ok()?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Some(token)
    }
}
