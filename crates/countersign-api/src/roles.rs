//! Roles of an account.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::response::Response;
use countersign_authority::{NewRole, PeopleFault, RoleView};
use countersign_model::{Permissions, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Account, Ask, Numbers};
use crate::given::{Fields, Given, Rule};
use crate::problem::Problem;
use crate::version::Held;
use crate::{shown, words};

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(create)).routes(routes!(show))
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The role's number in the account: 3 is Administrator, own ones begin at 1000.
    #[param(minimum = 1, example = 1000)]
    role: u32,
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewRole)]
struct RoleGiven {
    /// What people call it.
    #[schema(example = "Orders", min_length = 1, max_length = 120)]
    name: String,
    /// What it grants, and how far.
    #[schema(schema_with = words::permissions)]
    permissions: BTreeMap<String, String>,
}

impl RoleGiven {
    fn read(self) -> Result<NewRole, Problem> {
        let mut fields = Fields::default();
        let mut permissions = Permissions::default();
        for (name, level) in &self.permissions {
            let level = fields.read(&format!("permissions.{name}"), words::level(level));
            if let Some(level) = level {
                let granted = permissions
                    .grant(name, level)
                    .map_err(|fault| Rule::of(PeopleFault::from(fault)));
                fields.read("permissions", granted);
            }
        }
        fields.whole(Some(NewRole { name: self.name, permissions, ..NewRole::default() }))
    }
}

/// A role.
#[derive(Serialize, ToSchema)]
#[schema(as = Role)]
struct RoleShown {
    /// Its number in the account.
    #[schema(minimum = 1)]
    role: u32,
    /// What people call it.
    #[schema(example = "Orders")]
    name: String,
    /// Whether it can be used to log in.
    active: bool,
    /// What it grants, and how far.
    #[schema(schema_with = words::permissions)]
    permissions: BTreeMap<String, &'static str>,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&RoleView> for RoleShown {
    fn from(RoleView { role, .. }: &RoleView) -> Self {
        let granted = role.permissions.named();
        Self {
            role: role.id.0,
            name: role.name.clone(),
            active: role.active,
            permissions: granted.map(|(name, level)| (name.to_owned(), level.as_str())).collect(),
            version: role.version.0,
        }
    }
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
    shown::made(&path, role.role.version, &RoleShown::from(&role))
}

/// A role
#[utoipa::path(get, path = "/roles/{role}", tag = "roles", operation_id = "getRole",
    params(InAccount, One),
    responses((status = 200, description = "The role", body = RoleShown)))]
async fn show(ask: Ask, Numbers([id]): Numbers<1>, held: Held) -> Result<Response, Problem> {
    let role = ask.authority().get_role(&ask.by, RoleId(id)).await?;
    shown::row_unless(&held, role.role.version, &RoleShown::from(&role))
}
