//! The refresh assistant: tokens that an environment had before it was refreshed, and the one-time
//! links behind which they are replaced.

mod shown;

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::Response;
use countersign_authority::{Order, Slice};
use countersign_model::{TokenNumber, Version};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::Given;
use crate::page::{Page, Wanted, cursor};
use crate::problem::Problem;
use crate::shown as answers;
use shown::{FormerShown, PickedUpShown, PickupShown, ReplacementsShown};

const LIST: &str = "former-tokens";
/// Tokens that are named in one request.
const MOST_NAMED: usize = 1000;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(replace))
        .routes(routes!(revoke_link))
        .routes(routes!(show_pickup, take_up))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The number that the token had.
    #[param(minimum = 1, example = 1)]
    token: u32,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Link` reads it")]
struct OneLink {
    /// The secret of the link: `pickup_` and 64 characters.
    #[param(pattern = "^pickup_[0-9a-f]{64}$", max_length = 71)]
    pickup: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next` of the part before.
    cursor: Option<String>,
}

/// Which former tokens are to be replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReplaceTokens)]
struct WhichGiven {
    /// These, by the numbers that they had; without, the first 1000 that no link waits for.
    #[schema(min_items = 1, max_items = 1000)]
    tokens: Option<Vec<u32>>,
}

/// The secret of the link that a path names.
struct Link(Zeroizing<String>);

impl FromRequestParts<Arc<Office>> for Link {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, Problem> {
        let path = RawPathParams::from_request_parts(parts, office).await;
        let path = path.map_err(|_| Problem::new("not-found", "this path can't be read"))?;
        let link = path.iter().find(|(name, _)| *name == "pickup").map(|(_, link)| link.to_owned());
        Ok(Self(Zeroizing::new(link.unwrap_or_default())))
    }
}

/// The tokens that the account had before it was refreshed and that were not replaced yet
#[utoipa::path(get, path = "/former-tokens", tag = "former tokens",
    operation_id = "listFormerTokens", params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<FormerShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let Wanted { after, most } = Wanted::of(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let after = after.map(|after| u32::try_from(after).unwrap_or(u32::MAX));
    let slice = Slice { after, most, order: Order::OldestFirst };
    let part = ask.authority().list_former_tokens(&ask.by, slice).await?;
    let last = part.rows.last().filter(|_| part.more);
    let next = last.map(|last| cursor(LIST, last.token.number.0.into()));
    answers::plain(&Page { items: part.rows.iter().map(FormerShown::from).collect(), next })
}

/// Make one-time links behind which these tokens are replaced; each is in this answer only, and for
/// the owner of its token alone
#[utoipa::path(post, path = "/former-tokens/replace", tag = "former tokens",
    operation_id = "replaceFormerTokens", params(InAccount), request_body = WhichGiven,
    responses((status = 200, description = "A link for each, or what is in its way",
        body = ReplacementsShown)))]
async fn replace(
    ask: Ask,
    Account(account): Account,
    Given(WhichGiven { tokens }): Given<WhichGiven>,
) -> Result<Response, Problem> {
    if tokens.as_ref().is_some_and(|tokens| !(1..=MOST_NAMED).contains(&tokens.len())) {
        let rule = format!("name 1 to {MOST_NAMED} tokens, or leave the member out");
        return Err(Problem::new("invalid-body", rule).at("tokens"));
    }
    let numbers: Option<Vec<_>> =
        tokens.map(|tokens| tokens.into_iter().map(TokenNumber).collect());
    let made = ask.authority().replace_former_tokens(&ask.by, numbers.as_deref()).await?;
    answers::plain(&ReplacementsShown::of(&account, &made))
}

/// End the link of a former token before it is used
#[utoipa::path(delete, path = "/former-tokens/{token}/pickup", tag = "former tokens",
    operation_id = "revokePickup", params(InAccount, One),
    responses((status = 204, description = "No link works for it")))]
async fn revoke_link(ask: Ask, Numbers([number]): Numbers<1>) -> Result<Response, Problem> {
    ask.authority().revoke_pickup(&ask.by, TokenNumber(number)).await?;
    answers::nothing()
}

/// What your link is for. Looking does not use it up
#[utoipa::path(get, path = "/pickups/{pickup}", tag = "former tokens",
    operation_id = "getPickup", params(InAccount, OneLink),
    responses((status = 200, description = "The token that it replaces", body = PickupShown),
        (status = 410, description = "It works no more")))]
async fn show_pickup(ask: Ask, Link(secret): Link) -> Result<Response, Problem> {
    let former = ask.authority().look_at_pickup(&ask.by, &secret).await?;
    answers::plain(&PickupShown::from(&former))
}

/// Take up your link: the token is made, and its ID and secret are in this answer only
#[utoipa::path(post, path = "/pickups/{pickup}", tag = "former tokens",
    operation_id = "takeUpPickup", params(InAccount, OneLink),
    responses((status = 201, description = "It was made", body = PickedUpShown),
        (status = 410, description = "It works no more")))]
async fn take_up(
    ask: Ask,
    Account(account): Account,
    Link(secret): Link,
) -> Result<Response, Problem> {
    let made = ask.authority().take_up(&ask.by, &secret).await?;
    let path = format!("accounts/{account}/tokens/{}", made.number);
    answers::made(&path, Version::FIRST, &PickedUpShown::from(&made))
}
