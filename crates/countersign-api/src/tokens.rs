//! Access tokens of an account.

mod clock;

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{CreatedToken, Named, NewToken, TokenView};
use countersign_model::{
    EntityId, InstallationId, RoleId, TokenLimits, TokenNumber, TokenState, Version,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::Given;
use crate::problem::Problem;
use crate::shown::{self, Secret};
use crate::version::{Held, IfMatch, Versioned};
use clock::ClockShown;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show))
        .routes(routes!(revoke))
        .routes(routes!(clock))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The token's number in the account.
    #[param(minimum = 1, example = 1)]
    token: u32,
}

/// A new token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewToken)]
struct TokenGiven {
    /// The integration it is for, by number.
    #[schema(minimum = 1, example = 1)]
    integration: u32,
    /// Who acts, by number.
    #[schema(minimum = 1, example = 2)]
    entity: u32,
    /// In which role, by number.
    #[schema(minimum = 1, example = 1000)]
    role: u32,
    /// What people call it; without one, "application - user, role".
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
}

impl From<TokenGiven> for NewToken {
    fn from(given: TokenGiven) -> Self {
        Self {
            installation: InstallationId(given.integration),
            entity: EntityId(given.entity),
            role: RoleId(given.role),
            name: given.name,
            limits: TokenLimits::default(),
        }
    }
}

/// A token that was made: the one time that its secret is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = TokenPair)]
struct PairShown {
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
struct TokenShown {
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
            version: token.version.0,
        }
    }
}

/// The name that goes with a number; empty where that is gone.
fn named<N>(it: &Named<N>) -> String {
    it.name.clone().unwrap_or_default()
}

/// Create a token for an entity and one of its roles; its ID and secret are in this answer only
#[utoipa::path(post, path = "/tokens", tag = "tokens", operation_id = "createToken",
    params(InAccount), request_body = TokenGiven,
    responses((status = 201, description = "It was made", body = PairShown)))]
async fn create(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<TokenGiven>,
) -> Result<Response, Problem> {
    let made = ask.authority().create_token(&ask.by, new.into()).await?;
    let path = format!("accounts/{account}/tokens/{}", made.number);
    shown::made(&path, Version::FIRST, &PairShown::from(&made))
}

/// A token
#[utoipa::path(get, path = "/tokens/{token}", tag = "tokens", operation_id = "getToken",
    params(InAccount, One),
    responses((status = 200, description = "The token", body = TokenShown)))]
async fn show(ask: Ask, Numbers([number]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_token(&ask.by, TokenNumber(number)).await?;
    shown::row_unless(&held, row.version, &TokenShown::from(&row))
}

/// End a token, for good. It stays in the record
#[utoipa::path(post, path = "/tokens/{token}/revoke", tag = "tokens",
    operation_id = "revokeToken", params(InAccount, One, Versioned),
    responses((status = 200, description = "The token as it is now", body = TokenShown)))]
async fn revoke(
    ask: Ask,
    Numbers([number]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    ask.authority().revoke_token(&ask.by, TokenNumber(number), version).await?;
    let row = ask.authority().get_token(&ask.by, TokenNumber(number)).await?;
    shown::row(row.version, &TokenShown::from(&row))
}

/// How far the clock of who uses a token is off: by the last request, and at worst
#[utoipa::path(get, path = "/tokens/{token}/clock", tag = "tokens",
    operation_id = "getTokenClock", params(InAccount, One),
    responses((status = 200, description = "What is known of the clock", body = ClockShown)))]
async fn clock(ask: Ask, Numbers([number]): Numbers<1>) -> Result<Response, Problem> {
    let row = ask.authority().get_token(&ask.by, TokenNumber(number)).await?;
    let known = ask.office.clocks.token_clock(ask.by.account, row.number).await?;
    shown::plain(&ClockShown::of(row.number, known.as_ref()))
}
