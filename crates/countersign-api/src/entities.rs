//! Entities of an account.

mod given;
mod login;
mod query;
mod roles;
mod shown;

use std::sync::Arc;

use axum::response::Response;
use countersign_model::EntityId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
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
use given::{ChangeGiven, EntityGiven};
use query::ListQuery;
use shown::{EntityShown, RowShown};

const LIST: &str = "entities";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, delete))
        .merge(roles::routes())
        .merge(login::routes())
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The entity's number in the account.
    #[param(minimum = 1, example = 2)]
    entity: u32,
}

/// The entities of the account that meet all of the criteria, by number
#[utoipa::path(get, path = "/entities", tag = "entities", operation_id = "listEntities",
    params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<RowShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let slice = slice(LIST, ask.query.limit, ask.query.cursor.as_deref())?;
    let part = ask.authority().list_entities(&ask.by, &ask.query.read()?, slice).await?;
    let last = part.rows.last().filter(|_| part.more).map(|last| last.id.0);
    let items = part.rows.iter().map(RowShown::from).collect();
    answers::plain(&Page::of(LIST, items, last))
}

/// Create an entity, without roles
#[utoipa::path(post, path = "/entities", tag = "entities", operation_id = "createEntity",
    params(InAccount), request_body = EntityGiven,
    responses((status = 201, description = "It was made", body = EntityShown)))]
async fn create(
    ask: Ask,
    Account(account): Account,
    Given(new): Given<EntityGiven>,
) -> Result<Response, Problem> {
    let id = ask.authority().create_entity(&ask.by, new.read()?).await?;
    let row = ask.authority().get_entity(&ask.by, id).await?;
    let path = format!("accounts/{account}/entities/{id}");
    answers::made(&path, row.entity.version, &EntityShown::from(&row))
}

/// An entity
#[utoipa::path(get, path = "/entities/{entity}", tag = "entities", operation_id = "getEntity",
    params(InAccount, One),
    responses((status = 200, description = "The entity", body = EntityShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_entity(&ask.by, EntityId(id)).await?;
    answers::row_unless(&held, row.entity.version, &EntityShown::from(&row))
}

/// Edit an entity, switch it off or on
#[utoipa::path(patch, path = "/entities/{entity}", tag = "entities",
    operation_id = "changeEntity", params(InAccount, One, Versioned), request_body = ChangeGiven,
    responses((status = 200, description = "As it is now", body = EntityShown)))]
async fn edit(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
    Given(change): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    let (id, changes) = (EntityId(id), change.read()?);
    ask.authority().edit_entity(&ask.by, id, version, changes).await?;
    let row = ask.authority().get_entity(&ask.by, id).await?;
    answers::row(row.entity.version, &EntityShown::from(&row))
}

/// How many tokens went with an entity.
#[derive(Serialize, ToSchema)]
#[schema(as = EntityDeleted)]
struct DeletedShown {
    /// So many tokens are gone.
    #[schema(minimum = 0)]
    removed_tokens: usize,
}

/// Delete an entity. Its tokens are gone: their requests are refused as those of unknown ones
#[utoipa::path(delete, path = "/entities/{entity}", tag = "entities",
    operation_id = "deleteEntity", params(InAccount, One, Versioned),
    responses((status = 200, description = "It is gone", body = DeletedShown)))]
async fn delete(
    ask: Ask,
    Numbers([id]): Numbers<1>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let removed_tokens = ask.authority().delete_entity(&ask.by, EntityId(id), version).await?;
    answers::plain(&DeletedShown { removed_tokens })
}
