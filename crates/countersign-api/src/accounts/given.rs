//! What is given of an account that is edited.

use countersign_authority::{AccountEdit, Patch};
use countersign_model::{TokenLimits, TokenPolicy};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::given::{Fields, Rule, patch_object};
use crate::problem::Problem;
use crate::words;

/// What is to be changed of an account; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AccountChange)]
pub(super) struct ChangeGiven {
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// The feature Token-based Authentication. Off: every signed request is refused, and tokens are
    /// kept.
    token_based_authentication: Option<bool>,
    /// What it asks of its tokens from now on; null: nothing.
    #[serde(default, deserialize_with = "patch_object")]
    #[schema(value_type = Option<PolicyGiven>)]
    policy: Patch<PolicyGiven>,
}

/// What an account asks of all its tokens, those that it has as well: the whole of it. It has days
/// of age or of rest, or both, and at least one date, the earlier ones of the milder steps.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPolicy)]
struct PolicyGiven {
    /// A secret that is older, in days, is too old.
    #[schema(minimum = 1, maximum = 3650)]
    max_age_days: Option<u32>,
    /// A token that was not used for more days has rested for too long.
    #[schema(minimum = 1, maximum = 3650)]
    max_idle_days: Option<u32>,
    /// From when on tokens beyond it are told of.
    #[schema(format = DateTime, example = "2027-02-01T00:00:00Z")]
    warn_from: Option<String>,
    /// From when on they run out: reversible.
    #[schema(format = DateTime)]
    block_from: Option<String>,
    /// From when on they are revoked: for good.
    #[schema(format = DateTime)]
    revoke_from: Option<String>,
}

impl ChangeGiven {
    pub(super) fn read(self) -> Result<AccountEdit, Problem> {
        let mut fields = Fields::default();
        let policy = match self.policy {
            Patch::Keep => None,
            Patch::Clear => Some(TokenPolicy::default()),
            Patch::Set(given) => Some(given.read(&mut fields)),
        };
        fields.whole(Some(AccountEdit {
            name: self.name,
            token_based_authentication: self.token_based_authentication,
            policy,
        }))
    }
}

impl PolicyGiven {
    fn read(self, fields: &mut Fields) -> TokenPolicy {
        let mut days = |name: &str, days: Option<u32>| {
            let days = days.map(TokenLimits::idle_days).transpose();
            let days = days.map_err(|fault| Rule::new("invalid-policy", &fault));
            fields.read(&format!("policy.{name}"), days).flatten()
        };
        let max_age_days = days("max_age_days", self.max_age_days);
        let max_idle_days = days("max_idle_days", self.max_idle_days);
        let mut date = |name: &str, text: Option<String>| {
            let moment = text.as_deref().map(words::moment).transpose();
            fields.read(&format!("policy.{name}"), moment).flatten()
        };
        TokenPolicy {
            max_age_days,
            max_idle_days,
            warn_from: date("warn_from", self.warn_from),
            block_from: date("block_from", self.block_from),
            revoke_from: date("revoke_from", self.revoke_from),
        }
    }
}
