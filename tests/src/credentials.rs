//! What a client signs with.

use std::net::SocketAddr;

use countersign_signing::{Request as Signable, Scheme, Secret, SignOptions, TokenCredentials};
use serde_json::Value;

use crate::{Call, Request};

/// An account and the four credentials.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account, which is the realm; empty: none is sent.
    pub account: String,
    /// Names the integration.
    pub consumer_key: String,
    /// The integration's half of the key.
    pub consumer_secret: String,
    /// Names the token.
    pub token_id: String,
    /// The token's half of the key.
    pub token_secret: String,
}

impl Credentials {
    /// From members of these names.
    pub fn of(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().unwrap_or_else(|| panic!("{name}")).to_owned();
        Self {
            account: text("account"),
            consumer_key: text("consumer_key"),
            consumer_secret: text("consumer_secret"),
            token_id: text("token_id"),
            token_secret: text("token_secret"),
        }
    }

    /// The two of them that nobody else may know.
    pub fn secrets(&self) -> [&str; 2] {
        [&self.consumer_secret, &self.token_secret]
    }

    /// As a program finds them in its environment.
    pub fn environment(&self) -> [(&'static str, &str); 5] {
        [
            ("COUNTERSIGN_ACCOUNT", &self.account),
            ("COUNTERSIGN_CONSUMER_KEY", &self.consumer_key),
            ("COUNTERSIGN_CONSUMER_SECRET", &self.consumer_secret),
            ("COUNTERSIGN_TOKEN_ID", &self.token_id),
            ("COUNTERSIGN_TOKEN_SECRET", &self.token_secret),
        ]
    }

    /// Signs `call` to the server at `address`.
    pub fn sign(&self, call: &Call, address: SocketAddr) -> Request {
        self.sign_to(call, &address.to_string())
    }

    /// Signs `call` to a server that is called `authority`, without TLS.
    pub fn sign_to(&self, call: &Call, authority: &str) -> Request {
        self.sign_for(call, Scheme::Http, authority)
    }

    /// Signs `call` to a server that is called `authority`, over TLS.
    pub fn sign_https(&self, call: &Call, authority: &str) -> Request {
        self.sign_for(call, Scheme::Https, authority)
    }

    fn sign_for(&self, call: &Call, scheme: Scheme, authority: &str) -> Request {
        let signable = Signable {
            method: &call.method,
            scheme,
            authority,
            target: &call.target,
            form: call.form(),
        };
        let options = SignOptions {
            realm: (!self.account.is_empty()).then_some(&self.account),
            ..SignOptions::new(call.timestamp, &call.nonce)
        };
        let signed = countersign_signing::sign(&self.signing(), &signable, &options).unwrap();
        call.unsigned_to(authority).with("Authorization", &signed.header)
    }

    fn signing(&self) -> countersign_signing::Credentials {
        countersign_signing::Credentials {
            consumer_key: self.consumer_key.clone(),
            consumer_secret: Secret::new(self.consumer_secret.as_bytes()),
            token: Some(TokenCredentials {
                token: self.token_id.clone(),
                secret: Secret::new(self.token_secret.as_bytes()),
            }),
        }
    }
}
