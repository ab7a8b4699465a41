//! Roles of an account.

mod given;
mod query;
mod shown;

use std::sync::Arc;

use axum::response::Response;
use countersign_model::RoleId;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::Given;
use crate::page::{Page, slice};
use crate::problem::Problem;
use crate::shown as answers;
use crate::version::{Held, IfMatch, Versioned};
use given::{ChangeGiven, RoleGiven};
use query::ListQuery;
use shown::RoleShown;

const LIST: &str = "roles";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(show, edit, delete))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The role's number in the account: 3 is Administrator, own ones begin at 1000.
    #[param(minimum = 1, example = 1000)]
    role: u32,
}

/// The roles of the account that meet all of the criteria, by number
#[utoipa::path(get, path = "/roles", tag = "roles", operation_id = "listRoles",
    params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<RoleShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let slice = slice(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let part = ask.authority().list_roles(&ask.by, &ask.query.read(), slice).await?;
    let last = part.rows.last().filter(|_| part.more).map(|last| last.role.id.0);
    let items = part.rows.iter().map(RoleShown::from).collect();
    answers::plain(&Page::of(LIST, items, last))
}

/// Create a role
#[utoipa::path(post, path = "/roles", tag = "roles", operation_id = "createRole",
    params(InAccount), request_body = RoleGiven,
    responses((status = 201, description = "It was made", body = RoleShown)))]
async fn create(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<RoleGiven>,
) -> Result<Response, Problem> {
    let id = ask.authority().create_role(&ask.by, new.read()?).await?;
    let role = ask.authority().get_role(&ask.by, id).await?;
    let path = format!("accounts/{account}/roles/{id}");
    answers::made(&path, role.role.version, &RoleShown::from(&role))
}

/// A role
#[utoipa::path(get, path = "/roles/{role}", tag = "roles", operation_id = "getRole",
    params(InAccount, One),
    responses((status = 200, description = "The role", body = RoleShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let role = ask.authority().get_role(&ask.by, RoleId(id)).await?;
    answers::row_unless(&held, role.role.version, &RoleShown::from(&role))
}

/// Edit a role, switch it off or on. What it grants holds from the next request on
#[utoipa::path(patch, path = "/roles/{role}", tag = "roles", operation_id = "changeRole",
    params(InAccount, One, Versioned), request_body = ChangeGiven,
    responses((status = 200, description = "As it is now", body = RoleShown)))]
async fn edit(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(change): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    let (id, changes) = (RoleId(id), change.read()?);
    ask.authority().edit_role(&ask.by, id, version, changes).await?;
    let role = ask.authority().get_role(&ask.by, id).await?;
    answers::row(role.role.version, &RoleShown::from(&role))
}

/// Delete a role that nobody has and no token names
#[utoipa::path(delete, path = "/roles/{role}", tag = "roles", operation_id = "deleteRole",
    params(InAccount, One, Versioned),
    responses((status = 204, description = "It is gone")))]
async fn delete(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    ask.authority().delete_role(&ask.by, RoleId(id), version).await?;
    answers::nothing()
}
