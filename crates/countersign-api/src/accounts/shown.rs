//! How accounts are shown.

use countersign_model::{Account, TokenPolicy};
use serde::Serialize;
use utoipa::ToSchema;

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountShown {
    /// Its id: what clients send as `realm`.
    #[schema(example = "1234567")]
    account: String,
    /// What people call it.
    #[schema(example = "Example Ltd")]
    name: String,
    /// The feature Token-based Authentication. Off: every signed request is refused, and tokens are
    /// kept.
    token_based_authentication: bool,
    /// What it asks of its tokens; null: nothing.
    policy: Option<PolicyShown>,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&Account> for AccountShown {
    fn from(account: &Account) -> Self {
        Self {
            account: account.id.to_string(),
            name: account.name.clone(),
            token_based_authentication: account.token_based_authentication,
            policy: account.policy.is_on().then(|| account.policy.into()),
            version: account.version.0,
        }
    }
}

/// What an account asks of all its tokens, those that it had before as well.
#[derive(Serialize, ToSchema)]
#[schema(as = Policy)]
struct PolicyShown {
    /// A secret that is older, in days, is too old.
    max_age_days: Option<u16>,
    /// A token that was not used for more days has rested for too long.
    max_idle_days: Option<u16>,
    /// From when on tokens beyond it are told of.
    #[schema(value_type = Option<String>, format = DateTime)]
    warn_from: Option<String>,
    /// From when on they run out: reversible.
    #[schema(value_type = Option<String>, format = DateTime)]
    block_from: Option<String>,
    /// From when on they are revoked: for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    revoke_from: Option<String>,
}

impl From<TokenPolicy> for PolicyShown {
    fn from(policy: TokenPolicy) -> Self {
        Self {
            max_age_days: policy.max_age_days,
            max_idle_days: policy.max_idle_days,
            warn_from: policy.warn_from.map(|at| at.to_string()),
            block_from: policy.block_from.map(|at| at.to_string()),
            revoke_from: policy.revoke_from.map(|at| at.to_string()),
        }
    }
}
