//! What is signed, and what is wrong with it on purpose.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use countersign_model::Clock;
use countersign_signing::{Credentials, Request, Scheme, SignOptions, sign};

use crate::system::SystemClock;

pub(super) const HOST: &str = "soak.example";
pub(super) const ACCOUNT: &str = "1234567";

/// How a request is meant to be answered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Well formed, and of another text.
    Signature,
    /// Nobody has it.
    Token,
}

pub(super) struct Signer {
    credentials: Credentials,
    unknown: Credentials,
    nonce: AtomicU64,
}

impl Signer {
    /// `unknown` has a token that is none.
    pub(super) fn new(credentials: Credentials, mut unknown: Credentials) -> Self {
        if let Some(token) = &mut unknown.token {
            token.token = token.token.chars().rev().collect();
        }
        Self { credentials, unknown, nonce: AtomicU64::new(0) }
    }

    /// The header of a request to `target`.
    pub(super) fn sign(
        &self,
        method: &str,
        target: &str,
        form: Option<&str>,
        fault: Fault,
    ) -> Result<String> {
        let nonce = format!("{:020}", self.nonce.fetch_add(1, Ordering::Relaxed));
        let options = SignOptions {
            realm: Some(ACCOUNT),
            ..SignOptions::new(SystemClock.now().seconds(), &nonce)
        };
        let signed_target = if fault == Fault::Signature { "/another" } else { target };
        let request = Request {
            method,
            scheme: Scheme::Https,
            authority: HOST,
            target: signed_target,
            form: form.map(str::as_bytes),
        };
        let whose = if fault == Fault::Token { &self.unknown } else { &self.credentials };
        Ok(sign(whose, &request, &options)?.header)
    }
}
