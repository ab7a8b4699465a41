//! Permissions that an account defines for its own API.

use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{PeopleFault, UseCaseFault};
use countersign_model::{OwnPermission, PermissionName};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Word};
use crate::given::{Fields, Given, Rule};
use crate::problem::Problem;
use crate::shown;
use crate::version::{Held, IfMatch, Versioned};

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list, define)).routes(routes!(show, edit, remove))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Word` reads it")]
struct One {
    /// The permission's name.
    #[param(
        example = "orders.read",
        pattern = "^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$",
        max_length = 64
    )]
    permission: String,
}

/// A new permission.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPermission)]
struct PermissionGiven {
    /// What roles grant, routes ask for and upstreams are told: no built-in permission's name.
    #[schema(
        example = "orders.read",
        pattern = "^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$",
        max_length = 64
    )]
    name: String,
    /// What it is for.
    #[serde(default)]
    #[schema(example = "May read orders", max_length = 1000)]
    description: String,
}

/// What is to be changed of a permission.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PermissionChange)]
struct ChangeGiven {
    /// What it is for.
    #[schema(max_length = 1000)]
    description: String,
}

/// A permission that the account defines.
#[derive(Serialize, ToSchema)]
#[schema(as = Permission)]
struct PermissionShown {
    /// What roles grant, routes ask for and upstreams are told.
    #[schema(example = "orders.read")]
    permission: String,
    /// What it is for.
    #[schema(example = "May read orders")]
    description: String,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&OwnPermission> for PermissionShown {
    fn from(permission: &OwnPermission) -> Self {
        Self {
            permission: permission.name.to_string(),
            description: permission.description.clone(),
            version: permission.version.0,
        }
    }
}

/// The permissions that the account defines.
#[derive(Serialize, ToSchema)]
#[schema(as = Permissions)]
struct PermissionsShown {
    /// Each of them, by name.
    permissions: Vec<PermissionShown>,
}

/// No permission has a name that is none.
fn named(text: &str) -> Result<PermissionName, Problem> {
    let unknown = |_| UseCaseFault::from(PeopleFault::NotDefined(text.to_owned()));
    Ok(PermissionName::parse(text).map_err(unknown)?)
}

/// The permissions that the account defines, all at once, by name
#[utoipa::path(get, path = "/permissions", tag = "permissions", operation_id = "listPermissions",
    params(InAccount),
    responses((status = 200, description = "All of them", body = PermissionsShown)))]
async fn list(ask: Ask) -> Result<Response, Problem> {
    let permissions = ask.authority().list_permissions(&ask.by).await?;
    let permissions = permissions.iter().map(PermissionShown::from).collect();
    shown::plain(&PermissionsShown { permissions })
}

/// Define a permission; the Administrator has it from then on
#[utoipa::path(post, path = "/permissions", tag = "permissions",
    operation_id = "definePermission", params(InAccount), request_body = PermissionGiven,
    responses((status = 201, description = "It is defined", body = PermissionShown)))]
async fn define(
    ask: Ask,
    Account(account): Account,
    Given(PermissionGiven { name, description }): Given<PermissionGiven>,
) -> Result<Response, Problem> {
    let mut fields = Fields::default();
    let read = PermissionName::parse(&name).map_err(|fault| Rule::of(PeopleFault::from(fault)));
    let read = fields.read("name", read);
    let name = fields.whole(read)?;
    ask.authority().define_permission(&ask.by, name.clone(), &description).await?;
    let row = ask.authority().get_permission(&ask.by, &name).await?;
    let path = format!("accounts/{account}/permissions/{name}");
    shown::made(&path, row.version, &PermissionShown::from(&row))
}

/// A permission that the account defines
#[utoipa::path(get, path = "/permissions/{permission}", tag = "permissions",
    operation_id = "getPermission", params(InAccount, One),
    responses((status = 200, description = "The permission", body = PermissionShown)))]
async fn show(ask: Ask, Word(name): Word, held: Held) -> Result<Response, Problem> {
    let row = ask.authority().get_permission(&ask.by, &named(&name)?).await?;
    shown::row_unless(&held, row.version, &PermissionShown::from(&row))
}

/// Say anew what a permission is for
#[utoipa::path(patch, path = "/permissions/{permission}", tag = "permissions",
    operation_id = "changePermission", params(InAccount, One, Versioned),
    request_body = ChangeGiven,
    responses((status = 200, description = "As it is now", body = PermissionShown)))]
async fn edit(
    ask: Ask,
    Word(name): Word,
    IfMatch(version): IfMatch,
    Given(ChangeGiven { description }): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    let name = named(&name)?;
    ask.authority().edit_permission(&ask.by, &name, version, &description).await?;
    let row = ask.authority().get_permission(&ask.by, &name).await?;
    shown::row(row.version, &PermissionShown::from(&row))
}

/// Remove a permission that no role but the Administrator grants
#[utoipa::path(delete, path = "/permissions/{permission}", tag = "permissions",
    operation_id = "removePermission", params(InAccount, One, Versioned),
    responses((status = 204, description = "It is gone")))]
async fn remove(
    ask: Ask,
    Word(name): Word,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    ask.authority().remove_permission(&ask.by, &named(&name)?, version).await?;
    shown::nothing()
}
