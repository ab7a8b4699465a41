//! What an assertion says. No credential of the wire is in it.

use std::collections::BTreeMap;

use countersign_model::{AssertionKey, Grants, Timestamp};
use countersign_verify::Principal;
use serde::Serialize;

/// The claims of one assertion (RFC 7519), and ours.
#[derive(Serialize)]
pub(super) struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    /// Account and entity: an entity's number alone is another's in another account, and a subject
    /// must be unique within its issuer.
    sub: String,
    iat: i64,
    exp: i64,
    account: &'a str,
    entity: u32,
    role: u32,
    integration: u32,
    token: u32,
    /// Level by name.
    permissions: BTreeMap<&'a str, &'static str>,
}

impl<'a> Claims<'a> {
    pub(super) fn new(
        issuer: &'a str,
        audience: &'a str,
        principal: &'a Principal,
        permissions: Option<&'a Grants>,
        now: Timestamp,
    ) -> Self {
        let account = principal.account_id.as_str();
        let named = permissions.into_iter().flat_map(Grants::named);
        Self {
            iss: issuer,
            aud: audience,
            sub: format!("{account}:{}", principal.entity),
            iat: now.seconds(),
            exp: now.seconds() + AssertionKey::ASSERTION_SECONDS,
            account,
            entity: principal.entity.0,
            role: principal.role.0,
            integration: principal.installation.0,
            token: principal.token.0,
            permissions: named.map(|(name, level)| (name, level.as_str())).collect(),
        }
    }

    pub(super) fn to_json(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }
}
