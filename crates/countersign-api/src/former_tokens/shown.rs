//! How former tokens and their links are shown.

use countersign_authority::{CreatedToken, FormerToken, FormerTokenView, Replacement};
use serde::Serialize;
use utoipa::ToSchema;

use crate::BASE;
use crate::shown::Secret;

/// A token that the account had before it was refreshed.
#[derive(Serialize, ToSchema)]
#[schema(as = FormerToken)]
pub(super) struct FormerShown {
    /// The number that it had.
    #[schema(minimum = 1)]
    token: u32,
    /// What people called it.
    #[schema(example = "Orders import - Ann, Orders")]
    name: String,
    /// The name of the integration that it was for.
    integration_name: String,
    /// Who acted.
    #[schema(minimum = 1)]
    entity: u32,
    /// Their email then.
    email: String,
    /// In which role.
    #[schema(minimum = 1)]
    role: u32,
    /// Its name then.
    role_name: String,
    /// When it was ended.
    #[schema(format = DateTime)]
    ended_at: String,
    /// When it was last used; null: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<String>,
    /// Until when a link waits for its owner; null: none does.
    #[schema(value_type = Option<String>, format = DateTime)]
    waits_until: Option<String>,
}

impl From<&FormerTokenView> for FormerShown {
    fn from(FormerTokenView { token, waits_until, used }: &FormerTokenView) -> Self {
        Self {
            token: token.number.0,
            name: token.name.clone(),
            integration_name: token.integration_name.clone(),
            entity: token.entity.0,
            email: token.entity_email.to_string(),
            role: token.role.0,
            role_name: token.role_name.clone(),
            ended_at: token.ended_at.to_string(),
            used_at: used.as_ref().map(|used| used.last.at.to_string()),
            waits_until: waits_until.map(|until| until.to_string()),
        }
    }
}

/// What became of tokens that were to be replaced.
#[derive(Serialize, ToSchema)]
#[schema(as = Replacements)]
pub(super) struct ReplacementsShown {
    /// Each of them.
    replacements: Vec<ReplacementShown>,
}

/// What became of a token that was to be replaced: a link, or what is in the way.
#[derive(Serialize, ToSchema)]
#[schema(as = Replacement)]
struct ReplacementShown {
    /// The number that the token had.
    #[schema(minimum = 1)]
    token: u32,
    /// What people called it.
    name: String,
    /// For whom the link is.
    #[schema(minimum = 1)]
    entity: u32,
    /// Their email then.
    email: String,
    /// The secret of the link. It is never shown again.
    #[schema(value_type = Option<String>)]
    pickup: Option<Secret>,
    /// The path of the link: a GET shows what it is for, a POST by its owner uses it up.
    #[schema(value_type = Option<String>)]
    path: Option<Secret>,
    /// Until when it works.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
    /// The code of the rule that is in the way.
    refused: Option<&'static str>,
    /// What to do about it.
    detail: Option<String>,
}

impl ReplacementsShown {
    pub(super) fn of(account: &str, replacements: &[Replacement]) -> Self {
        let shown = |it: &Replacement| ReplacementShown::of(account, it);
        Self { replacements: replacements.iter().map(shown).collect() }
    }
}

impl ReplacementShown {
    fn of(account: &str, Replacement { token, link }: &Replacement) -> Self {
        let (link, fault) = (link.as_ref().ok(), link.as_ref().err());
        let path =
            |secret: &str| Secret::new(&format!("{BASE}/accounts/{account}/pickups/{secret}"));
        Self {
            token: token.number.0,
            name: token.name.clone(),
            entity: token.entity.0,
            email: token.entity_email.to_string(),
            pickup: link.map(|link| Secret::new(&link.secret)),
            path: link.map(|link| path(&link.secret)),
            expires_at: link.map(|link| link.expires.to_string()),
            refused: fault.map(countersign_authority::UseCaseFault::code),
            detail: fault.map(ToString::to_string),
        }
    }
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
#[schema(as = Pickup)]
pub(super) struct PickupShown {
    /// What the token will be called.
    #[schema(example = "Orders import - Ann, Orders")]
    name: String,
    /// The name of the integration that it is for.
    integration_name: String,
    /// The role that it acts in.
    #[schema(minimum = 1)]
    role: u32,
    /// Its name.
    role_name: String,
    /// Until when the link works.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

impl From<&FormerToken> for PickupShown {
    fn from(former: &FormerToken) -> Self {
        let expires = former.pickup.as_ref().map(|pickup| pickup.expires);
        Self {
            name: former.name.clone(),
            integration_name: former.integration_name.clone(),
            role: former.role.0,
            role_name: former.role_name.clone(),
            expires_at: expires.map(|at| at.to_string()),
        }
    }
}

/// A token that was taken up: the one time that its secret is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = PickedUpToken)]
pub(super) struct PickedUpShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    token: u32,
    /// What people call it.
    name: String,
    /// The token ID.
    token_id: String,
    /// The token secret. It is never shown again.
    #[schema(value_type = String)]
    token_secret: Secret,
}

impl From<&CreatedToken> for PickedUpShown {
    fn from(made: &CreatedToken) -> Self {
        Self {
            token: made.number.0,
            name: made.name.clone(),
            token_id: made.token_id.to_string(),
            token_secret: Secret::new(&made.token_secret.reveal()),
        }
    }
}
