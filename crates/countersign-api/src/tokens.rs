//! Access tokens of an account.

mod clock;
mod given;
mod history;
mod query;
mod secrets;
mod shown;

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{CreatedToken, TokenList};
use countersign_model::{TokenNumber, Version};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::Given;
use crate::page::{Page, PartQuery, slice};
use crate::problem::Problem;
use crate::shown as answers;
use crate::version::{Held, IfMatch, Versioned};
use clock::ClockShown;
use given::{ChangeGiven, OwnGiven, TokenGiven};
use query::ListQuery;
use shown::PairShown;
pub(crate) use shown::TokenShown;

const LIST: &str = "tokens";
const OWN_LIST: &str = "own-tokens";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(list_own, create_own))
        .routes(routes!(show, edit))
        .routes(routes!(revoke))
        .merge(secrets::routes())
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

fn part(list: &str, part: &TokenList) -> Result<Response, Problem> {
    let items = part.rows.iter().map(TokenShown::from).collect();
    answers::plain(&Page::of(list, items, part.next))
}

/// The tokens of the account that meet all of the criteria, oldest first
#[utoipa::path(get, path = "/tokens", tag = "tokens", operation_id = "listTokens",
    params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<TokenShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let slice = slice(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let query = ask.query.read()?;
    part(LIST, &ask.authority().list_tokens(&ask.by, &query, slice).await?)
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
    let new = new.read()?;
    created(&account, &ask.authority().create_token(&ask.by, new).await?)
}

/// Your own tokens in the role that you act in, oldest first
#[utoipa::path(get, path = "/tokens/mine", tag = "tokens", operation_id = "listOwnTokens",
    params(InAccount, PartQuery),
    responses((status = 200, description = "A part of the list", body = Page<TokenShown>)))]
async fn list_own(ask: Ask<PartQuery>) -> Result<Response, Problem> {
    let slice = ask.query.slice(OWN_LIST)?;
    part(OWN_LIST, &ask.authority().list_own_tokens(&ask.by, slice).await?)
}

/// Create a token for yourself, in the role that you act in; its ID and secret are in this answer
/// only
#[utoipa::path(post, path = "/tokens/mine", tag = "tokens", operation_id = "createOwnToken",
    params(InAccount), request_body = OwnGiven,
    responses((status = 201, description = "It was made", body = PairShown)))]
async fn create_own(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<OwnGiven>,
) -> Result<Response, Problem> {
    let new = new.read()?;
    created(&account, &ask.authority().create_own_token(&ask.by, new).await?)
}

fn created(account: &str, made: &CreatedToken) -> Result<Response, Problem> {
    let path = format!("accounts/{account}/tokens/{}", made.number);
    answers::made(&path, Version::FIRST, &PairShown::from(made))
}

/// A token
#[utoipa::path(get, path = "/tokens/{token}", tag = "tokens", operation_id = "getToken",
    params(InAccount, One),
    responses((status = 200, description = "The token", body = TokenShown)))]
async fn show(ask: Ask, Numbers([number]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_token(&ask.by, TokenNumber(number)).await?;
    answers::row_unless(&held, row.version, &TokenShown::from(&row))
}

/// Change a token: its name, whether it is switched off, until when and from where it works
#[utoipa::path(patch, path = "/tokens/{token}", tag = "tokens", operation_id = "changeToken",
    params(InAccount, One, Versioned), request_body = ChangeGiven,
    responses((status = 200, description = "The token as it is now", body = TokenShown)))]
async fn edit(
    ask: Ask,
    Numbers([number]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(change): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    let (number, edit) = (TokenNumber(number), change.read()?);
    ask.authority().edit_token(&ask.by, number, version, edit).await?;
    let row = ask.authority().get_token(&ask.by, number).await?;
    answers::row(row.version, &TokenShown::from(&row))
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
    answers::row(row.version, &TokenShown::from(&row))
}

/// How far the clock of who uses a token is off: by the last request, and at worst
#[utoipa::path(get, path = "/tokens/{token}/clock", tag = "tokens",
    operation_id = "getTokenClock", params(InAccount, One),
    responses((status = 200, description = "What is known of the clock", body = ClockShown)))]
async fn clock(ask: Ask, Numbers([number]): Numbers<1>) -> Result<Response, Problem> {
    let row = ask.authority().get_token(&ask.by, TokenNumber(number)).await?;
    let known = ask.office.clocks.token_clock(ask.by.account, row.number).await?;
    answers::plain(&ClockShown::of(row.number, known.as_ref()))
}
