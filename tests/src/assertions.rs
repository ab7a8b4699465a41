//! Assertions of a deployment: good ones, as its server makes them, and others that an upstream
//! must not believe.

mod checks;
mod example;

use std::fs;
use std::sync::Arc;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use countersign_assertions::SignedAssertions;
use countersign_authority::{KeyEncryptionKey, Store, Vault};
use countersign_model::{
    AccountId, AccountNumber, AssertionKey, EntityId, InstallationId, RoleId, Timestamp,
    TokenNumber,
};
use countersign_store::Record;
use countersign_verify::{Assertions, Directory, Principal, SecretOpener};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::{ACCOUNT, Deployment, now};

pub use checks::an_upstream_believes_good_assertions_only;
pub use example::ExampleUpstream;

/// What the upstream of the tests is called.
pub const AUDIENCE: &str = "upstream";

/// The keys of a deployment as they are at this moment, taken out of its folder.
pub struct Minter {
    assertions: SignedAssertions,
    /// What the public key is called, and its `x`.
    key_id: String,
    x: String,
    pair: Ed25519KeyPair,
    issuer: String,
}

impl Minter {
    /// Looks into the folder of `deployment`.
    pub fn of(deployment: &Deployment) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(Self::open(deployment))
    }

    async fn open(deployment: &Deployment) -> Self {
        let text = Zeroizing::new(fs::read_to_string(deployment.key_file()).unwrap());
        let key = KeyEncryptionKey::from_text(&text).unwrap();
        let record = Record::sqlite(&deployment.data()).await.unwrap();
        let vault = Arc::new(Vault::open(&key, &record.data_keys().await.unwrap()).unwrap());
        let directory = Directory::new(vault.clone(), &[0; 32]);
        record.load(&|fact| directory.learn(fact)).await.unwrap();

        let keys = directory.assertion_keys();
        let current = keys.current(Timestamp::from_seconds(now())).unwrap();
        let binding = AssertionKey::binding(current.number);
        let seed = vault.open(&current.private_key, &binding).unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&*seed).unwrap();
        let issuer = format!("http://{}", deployment.address());
        let assertions = SignedAssertions::new(&issuer, Arc::new(directory), vault);
        let set: Value =
            serde_json::from_str(&assertions.key_set(Timestamp::from_seconds(now()))).unwrap();
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let keys = set["keys"].as_array().unwrap();
        let published = keys.iter().find(|key| key["x"] == x.as_str()).unwrap();
        let key_id = published["kid"].as_str().unwrap().to_owned();
        Self { assertions, key_id, x, pair, issuer }
    }

    /// An assertion as the server makes it, of who calls in [`Deployment`].
    pub fn good(&self) -> String {
        let principal = Principal {
            account: AccountNumber(1),
            account_id: AccountId::parse(ACCOUNT).unwrap(),
            entity: EntityId(2),
            role: RoleId(1000),
            installation: InstallationId(1),
            token: TokenNumber(1),
        };
        let now = Timestamp::from_seconds(now());
        self.assertions.assertion(&principal, AUDIENCE, now).unwrap().to_string()
    }

    /// The good one with members of header and claims replaced, or removed by `null`; signed with
    /// the right key.
    pub fn altered(&self, header: Value, claims: Value) -> String {
        let signed = self.unsigned(header, claims);
        let signature = self.pair.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The same, signed with the key of somebody else.
    pub fn forged(&self, header: Value) -> String {
        let signed = self.unsigned(header, json!({}));
        let pair = Self::stranger();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes())))
    }

    /// The same without a signature.
    pub fn without_signature(&self) -> String {
        format!("{}.", self.unsigned(json!({ "alg": "none" }), json!({})))
    }

    /// The same with an HMAC under the public key, in each form that it might be taken for one.
    pub fn confused(&self) -> Vec<String> {
        let set = json!({ "crv": "Ed25519", "kty": "OKP", "x": self.x }).to_string();
        let secrets =
            [self.pair.public_key().as_ref().to_vec(), self.x.clone().into_bytes(), set.into()];
        let signed = self.unsigned(json!({ "alg": "HS256" }), json!({}));
        let with = |secret: &Vec<u8>| {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
        };
        secrets.iter().map(with).collect()
    }

    /// The public key of somebody else, as a header may carry it.
    pub fn jwk_of_stranger() -> Value {
        let x = URL_SAFE_NO_PAD.encode(Self::stranger().public_key());
        json!({ "crv": "Ed25519", "kty": "OKP", "x": x })
    }

    fn stranger() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[0x5A; 32]).unwrap()
    }

    fn unsigned(&self, header: Value, claims: Value) -> String {
        let good = json!({
            "alg": "EdDSA",
            "typ": SignedAssertions::TYPE,
            "kid": self.key_id,
        });
        let time = now();
        let good_claims = json!({
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": format!("{ACCOUNT}:2"),
            "iat": time,
            "exp": time + 60,
            "account": ACCOUNT,
            "entity": 2,
            "role": 1000,
            "integration": 1,
            "token": 1,
            "permissions": { "log-in-using-access-tokens": "full" },
        });
        let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", encode(merged(good, header)), encode(merged(good_claims, claims)))
    }
}

fn merged(mut good: Value, changes: Value) -> Value {
    let members = good.as_object_mut().unwrap();
    let Value::Object(changes) = changes else { panic!("an object: {changes}") };
    for (name, value) in changes {
        match value {
            Value::Null => members.remove(&name),
            value => members.insert(name, value),
        };
    }
    good
}
