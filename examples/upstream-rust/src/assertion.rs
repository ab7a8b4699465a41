//! Checking an assertion. Copy this file: it needs `aws-lc-rs`, `base64`, `serde` and `serde_json`.
//!
//! A JWT library does the same: have it accept `EdDSA` alone, and hand it issuer, audience and
//! `typ`, each of which it must compare.

use std::collections::BTreeMap;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How far the clocks of Countersign and of this machine may be apart, in seconds.
const LEEWAY: i64 = 5;

/// What every assertion must say.
pub(crate) struct Expected {
    /// The public URL of Countersign.
    pub(crate) issuer: String,
    /// What the gate calls this upstream.
    pub(crate) audience: String,
}

/// Who acts.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    /// Account and entity, as `1234567:42`.
    pub(crate) sub: String,
    iat: i64,
    exp: i64,
    pub(crate) account: String,
    pub(crate) entity: u32,
    pub(crate) role: u32,
    pub(crate) integration: u32,
    pub(crate) token: u32,
    /// Level (`view`, `create`, `edit`, `full`) by name.
    pub(crate) permissions: BTreeMap<String, String>,
}

/// Why an assertion is not believed.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Refused {
    #[error("it is no assertion")]
    Malformed,
    #[error("it is another kind of token")]
    OtherKind,
    #[error("its key is not published")]
    UnknownKey,
    #[error("its signature is wrong")]
    Forged,
    #[error("it is from another issuer")]
    OtherIssuer,
    #[error("it is for another audience")]
    OtherAudience,
    #[error("it is not valid at this time")]
    OtherTime,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// An assertion that was read, and is not believed yet.
pub(crate) struct Unproven<'t> {
    signed: &'t str,
    claims: &'t str,
    signature: Vec<u8>,
    /// The key that it says it was signed with.
    pub(crate) key_id: String,
}

impl<'t> Unproven<'t> {
    pub(crate) fn read(token: &'t str) -> Result<Self, Refused> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Refused::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Refused::Malformed)?;
        let header: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| Refused::Malformed)?;
        // The token may not choose how it is checked: no `none`, no HMAC with a public key.
        if header.alg != "EdDSA" || header.typ != "countersign-assertion+jwt" {
            return Err(Refused::OtherKind);
        }
        Ok(Self { signed, claims, signature: decode(signature)?, key_id: header.kid })
    }

    /// What it says, if `public_key` signed it and it is for us and for now.
    pub(crate) fn prove(
        &self,
        public_key: &[u8],
        expected: &Expected,
        now: i64,
    ) -> Result<Claims, Refused> {
        UnparsedPublicKey::new(&ED25519, public_key)
            .verify(self.signed.as_bytes(), &self.signature)
            .map_err(|_| Refused::Forged)?;
        let claims: Claims =
            serde_json::from_slice(&decode(self.claims)?).map_err(|_| Refused::Malformed)?;
        if claims.iss != expected.issuer {
            return Err(Refused::OtherIssuer);
        }
        if claims.aud != expected.audience {
            return Err(Refused::OtherAudience);
        }
        if claims.iat > now + LEEWAY || claims.exp <= now - LEEWAY {
            return Err(Refused::OtherTime);
        }
        Ok(claims)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, Refused> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)
}
