//! Entities of an account, and the roles that they have.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{EntityView, NewEntity, Password, RoleOfEntity};
use countersign_model::{Email, EntityId, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::problem::Problem;
use crate::version::Held;
use crate::{shown, words};

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(show))
        .routes(routes!(assign_role, remove_role))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The entity's number in the account.
    #[param(minimum = 1, example = 2)]
    entity: u32,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct Assigned {
    /// The role's number in the account.
    #[param(minimum = 1, example = 1000)]
    role: u32,
}

/// A new entity.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEntity)]
struct EntityGiven {
    /// What it is to the account.
    #[serde(default = "employee")]
    #[schema(schema_with = words::kinds)]
    kind: String,
    /// What people call it.
    #[schema(example = "Ann", min_length = 1, max_length = 120)]
    name: String,
    /// Its login.
    #[schema(example = "ann@example.com", format = Email, max_length = 254)]
    email: String,
    /// Its password, if it shall have one now.
    #[schema(format = Password, min_length = 12)]
    password: Option<String>,
}

fn employee() -> String {
    "employee".to_owned()
}

impl EntityGiven {
    fn read(self) -> Result<NewEntity, Problem> {
        let mut fields = Fields::default();
        let kind = fields.read("kind", words::kind(&self.kind));
        let email = fields.read("email", Email::parse(&self.email).map_err(Rule::of));
        let password = self
            .password
            .map(|text| Password::parse(Zeroizing::new(text)))
            .transpose()
            .map_err(Rule::of);
        let password = fields.read("password", password);
        let name = self.name;
        let whole = kind.zip(email).zip(password);
        fields.whole(whole.map(|((kind, email), password)| NewEntity {
            kind,
            name,
            email,
            password,
        }))
    }
}

/// An entity.
#[derive(Serialize, ToSchema)]
#[schema(as = Entity)]
struct EntityShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    entity: u32,
    /// What it is to the account.
    #[schema(schema_with = words::kinds)]
    kind: &'static str,
    /// What people call it.
    #[schema(example = "Ann")]
    name: String,
    /// Its login.
    #[schema(example = "ann@example.com")]
    email: String,
    /// Whether it may log in at all.
    active: bool,
    /// The roles that it has.
    roles: Vec<RoleNamed>,
    /// Counts its changes, also of the roles that it has; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

/// A role, by number and name.
#[derive(Serialize, ToSchema)]
struct RoleNamed {
    /// Its number in the account.
    #[schema(minimum = 1)]
    role: u32,
    /// What people call it.
    #[schema(example = "Orders")]
    name: String,
}

impl From<&EntityView> for EntityShown {
    fn from(EntityView { entity, roles, .. }: &EntityView) -> Self {
        let named = |role: &RoleOfEntity| RoleNamed { role: role.id.0, name: role.name.clone() };
        Self {
            entity: entity.id.0,
            kind: entity.kind.as_str(),
            name: entity.name.clone(),
            email: entity.email.to_string(),
            active: entity.active,
            roles: roles.iter().map(named).collect(),
            version: entity.version.0,
        }
    }
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
    shown::made(&path, row.entity.version, &EntityShown::from(&row))
}

/// An entity
#[utoipa::path(get, path = "/entities/{entity}", tag = "entities", operation_id = "getEntity",
    params(InAccount, One),
    responses((status = 200, description = "The entity", body = EntityShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_entity(&ask.by, EntityId(id)).await?;
    shown::row_unless(&held, row.entity.version, &EntityShown::from(&row))
}

/// Give a role to an entity. Its tokens for that role work from now on; giving it again is fine, so
/// no version is asked for
#[utoipa::path(put, path = "/entities/{entity}/roles/{role}", tag = "entities",
    operation_id = "assignRole", params(InAccount, One, Assigned),
    responses((status = 200, description = "It has the role", body = AssignmentShown)))]
async fn assign_role(ask: Ask, Numbers([entity, role]): Numbers<2>) -> Result<Response, Problem> {
    ask.authority().assign_role(&ask.by, EntityId(entity), RoleId(role)).await?;
    shown::plain(&AssignmentShown { entity, role })
}

/// Take a role away. Its tokens for that role sleep until it is given back
#[utoipa::path(delete, path = "/entities/{entity}/roles/{role}", tag = "entities",
    operation_id = "removeRole", params(InAccount, One, Assigned),
    responses((status = 204, description = "It has the role no more")))]
async fn remove_role(ask: Ask, Numbers([entity, role]): Numbers<2>) -> Result<Response, Problem> {
    ask.authority().remove_role(&ask.by, EntityId(entity), RoleId(role)).await?;
    shown::nothing()
}
