//! How tokens are shown: no secret, but to whoever makes one.

use countersign_authority::{CreatedToken, Named, TokenView};
use countersign_model::{Addresses, Breach, Dormancy, TokenState};
use serde::Serialize;
use utoipa::ToSchema;

use super::history::{LapsedShown, StampShown, UseShown};
use crate::shown::Secret;

/// A token that was made: the one time that its secret is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenPair)]
pub(super) struct PairShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    token: u32,
    /// What people call it.
    #[schema(example = "Orders import - Ann, Orders")]
    name: String,
    /// The token ID.
    token_id: String,
    /// The token secret. It is never shown again.
    #[schema(value_type = String)]
    token_secret: Secret,
}

impl From<&CreatedToken> for PairShown {
    fn from(created: &CreatedToken) -> Self {
        Self {
            token: created.number.0,
            name: created.name.clone(),
            token_id: created.token_id.to_string(),
            token_secret: Secret::new(&created.token_secret.reveal()),
        }
    }
}

/// A token.
#[derive(Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    token: u32,
    /// What people call it.
    #[schema(example = "Orders import - Ann, Orders")]
    name: String,
    /// The integration it is for.
    #[schema(minimum = 1)]
    integration: u32,
    /// Its name.
    integration_name: String,
    /// Who acts.
    #[schema(minimum = 1)]
    entity: u32,
    /// Their name.
    entity_name: String,
    /// In which role.
    #[schema(minimum = 1)]
    role: u32,
    /// Its name.
    role_name: String,
    /// Whether it works.
    state: TokenStateShown,
    /// When it was revoked, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    revoked_at: Option<String>,
    /// Until when it works; null: it has no end.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// After so many days without use it runs out.
    idle_days: Option<u16>,
    /// From where alone it may be used: networks.
    addresses: Option<Vec<String>>,
    /// It has run out; to set `inactive` to `false` wakes it.
    lapsed: Option<LapsedShown>,
    /// Why it can't log in though it is active: the code that its requests are refused with.
    dormant: Option<&'static str>,
    /// What the account's policy has against it: `age` or `idle`.
    breach: Option<&'static str>,
    /// Until when the secret before works.
    #[schema(value_type = Option<String>, format = DateTime)]
    retires_at: Option<String>,
    /// Who made it.
    created: StampShown,
    /// Who changed it last. Use is no change.
    changed: StampShown,
    /// The secret that it has is of then.
    #[schema(format = DateTime)]
    secret_since: String,
    /// Its last use; null: it was never used, or nobody counts.
    used: Option<UseShown>,
    /// Counts its changes; the ETag. Use doesn't count.
    #[schema(minimum = 1)]
    version: u32,
}

/// Whether a token works.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenState)]
#[serde(rename_all = "kebab-case")]
enum TokenStateShown {
    /// It works, as far as its integration, entity and role allow.
    Active,
    /// Switched off, and can be switched on again.
    Inactive,
    /// Ended for good.
    Revoked,
}

impl From<&TokenView> for TokenShown {
    fn from(token: &TokenView) -> Self {
        let (state, revoked_at) = match token.state {
            TokenState::Active => (TokenStateShown::Active, None),
            TokenState::Inactive => (TokenStateShown::Inactive, None),
            TokenState::Revoked(revoked) => (TokenStateShown::Revoked, Some(revoked.at)),
        };
        let (limits, history) = (&token.limits, &token.history);
        Self {
            token: token.number.0,
            name: token.name.clone(),
            integration: token.installation.id.0,
            integration_name: named(&token.installation),
            entity: token.entity.id.0,
            entity_name: named(&token.entity),
            role: token.role.id.0,
            role_name: named(&token.role),
            state,
            revoked_at: revoked_at.map(|at| at.to_string()),
            expires_at: limits.expires_at.map(|at| at.to_string()),
            idle_days: limits.idle_days,
            addresses: limits.addresses.as_ref().map(networks),
            lapsed: token.lapsed.map(LapsedShown::from),
            dormant: token.dormant.map(Dormancy::as_str),
            breach: token.breach.map(Breach::as_str),
            retires_at: token.retires_at.map(|at| at.to_string()),
            created: history.created.into(),
            changed: history.changed.into(),
            secret_since: history.secret_since.to_string(),
            used: token.used.as_ref().map(UseShown::from),
            version: token.version.0,
        }
    }
}

fn networks(addresses: &Addresses) -> Vec<String> {
    addresses.to_string().split(", ").map(str::to_owned).collect()
}

/// The name that goes with a number; empty where that is gone.
fn named<N>(it: &Named<N>) -> String {
    it.name.clone().unwrap_or_default()
}
