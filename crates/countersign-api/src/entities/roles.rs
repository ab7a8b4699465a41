//! The roles that an entity has: given and taken away.

use std::sync::Arc;

use axum::response::Response;
use countersign_model::{EntityId, RoleId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::One;
use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Ask, Numbers};
use crate::problem::Problem;
use crate::shown;

pub(super) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(assign, remove))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct Assigned {
    /// The role's number in the account.
    #[param(minimum = 1, example = 1000)]
    role: u32,
}

/// A role that an entity has.
#[derive(Serialize, ToSchema)]
#[schema(as = RoleAssignment)]
struct AssignmentShown {
    /// Who has it.
    #[schema(minimum = 1)]
    entity: u32,
    /// The role.
    #[schema(minimum = 1)]
    role: u32,
}

/// Give a role to an entity. Its tokens for that role work from now on; giving it again is fine, so
/// no version is asked for
#[utoipa::path(put, path = "/entities/{entity}/roles/{role}", tag = "entities",
    operation_id = "assignRole", params(InAccount, One, Assigned),
    responses((status = 200, description = "It has the role", body = AssignmentShown)))]
async fn assign(ask: Ask, Numbers([entity, role]): Numbers<2>) -> Result<Response, Problem> {
    ask.authority().assign_role(&ask.by, EntityId(entity), RoleId(role)).await?;
    shown::plain(&AssignmentShown { entity, role })
}

/// Take a role away. Its tokens for that role sleep until it is given back
#[utoipa::path(delete, path = "/entities/{entity}/roles/{role}", tag = "entities",
    operation_id = "removeRole", params(InAccount, One, Assigned),
    responses((status = 204, description = "It has the role no more")))]
async fn remove(ask: Ask, Numbers([entity, role]): Numbers<2>) -> Result<Response, Problem> {
    ask.authority().remove_role(&ask.by, EntityId(entity), RoleId(role)).await?;
    shown::nothing()
}
