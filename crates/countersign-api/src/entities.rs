//! Entities of an account, and the roles that they have.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{
    EntityChanges, EntityFilter, EntityView, NewEntity, Order, Password, RoleOfEntity, Slice,
};
use countersign_model::{Email, Entity, EntityId, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::page::{Page, Wanted, cursor};
use crate::problem::Problem;
use crate::version::{Held, IfMatch, Versioned};
use crate::{shown, words};

const LIST: &str = "entities";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, delete))
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

/// What is to be changed of an entity; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = EntityChange)]
struct ChangeGiven {
    /// What it is to the account.
    #[schema(schema_with = words::kinds)]
    kind: Option<String>,
    /// What people call it.
    #[schema(min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Its login.
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    /// Whether it is switched off: it can't log in by any way, and its tokens sleep.
    inactive: Option<bool>,
}

impl ChangeGiven {
    fn read(self) -> Result<EntityChanges, Problem> {
        let mut fields = Fields::default();
        let kind = fields.read("kind", self.kind.as_deref().map(words::kind).transpose());
        let email = self.email.as_deref().map(Email::parse).transpose().map_err(Rule::of);
        let email = fields.read("email", email);
        fields.whole(Some(EntityChanges {
            kind: kind.flatten(),
            name: self.name,
            email: email.flatten(),
            active: self.inactive.map(|inactive| !inactive),
            hidden_roles: None,
        }))
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// Of this kind.
    #[param(example = "employee")]
    kind: Option<String>,
    /// Inactive ones, or active ones.
    inactive: Option<bool>,
    /// Those that have this role, by number.
    role: Option<u32>,
    /// With this in the name or the email, in whatever case.
    name: Option<String>,
    /// At most so many rows.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u16>,
    /// `next` of the part before.
    cursor: Option<String>,
}

/// An entity in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = EntityRow)]
struct RowShown {
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
    /// Counts its changes; the ETag. Roles that come and go count.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&Entity> for RowShown {
    fn from(entity: &Entity) -> Self {
        Self {
            entity: entity.id.0,
            kind: entity.kind.as_str(),
            name: entity.name.clone(),
            email: entity.email.to_string(),
            active: entity.active,
            version: entity.version.0,
        }
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

/// The entities of the account that meet all of the criteria, by number
#[utoipa::path(get, path = "/entities", tag = "entities", operation_id = "listEntities",
    params(InAccount, ListQuery),
    responses((status = 200, description = "A part of the list", body = Page<RowShown>)))]
async fn list(ask: Ask<ListQuery>) -> Result<Response, Problem> {
    let query = &ask.query;
    let Wanted { after, most } = Wanted::of(LIST, query.limit, query.cursor.as_deref())?;
    let after = after.map(|after| u32::try_from(after).unwrap_or(u32::MAX));
    let kind = query.kind.as_deref().map(words::kind).transpose();
    let filter = EntityFilter {
        kind: kind.map_err(|rule| rule.of_query("kind"))?,
        active: query.inactive.map(|inactive| !inactive),
        role: query.role.map(RoleId),
        text: query.name.clone(),
    };
    let slice = Slice { after, most, order: Order::OldestFirst };
    let part = ask.authority().list_entities(&ask.by, &filter, slice).await?;
    let last = part.rows.last().filter(|_| part.more);
    let next = last.map(|last| cursor(LIST, last.id.0.into()));
    shown::plain(&Page { items: part.rows.iter().map(RowShown::from).collect(), next })
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
    shown::row(row.entity.version, &EntityShown::from(&row))
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
    shown::plain(&DeletedShown { removed_tokens })
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
