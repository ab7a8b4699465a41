//! How entities are shown. Never a password.

use countersign_authority::{EntityView, RoleOfEntity};
use countersign_model::Entity;
use serde::Serialize;
use utoipa::ToSchema;

use crate::words;

/// An entity in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = EntityRow)]
pub(super) struct RowShown {
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
pub(super) struct EntityShown {
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
    roles: Vec<RoleHeld>,
    /// Whether it has a password; null for whoever only chooses a user for a token.
    has_password: Option<bool>,
    /// Whether it has a second factor; null the same.
    two_factor: Option<bool>,
    /// Counts its changes, also of the roles that it has; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

/// A role that an entity has.
#[derive(Serialize, ToSchema)]
struct RoleHeld {
    /// Its number in the account.
    #[schema(minimum = 1)]
    role: u32,
    /// What people call it.
    #[schema(example = "Orders")]
    name: String,
    /// Whether it can be used to log in.
    active: bool,
    /// Whether the entity hides it: it can't log in with it.
    hidden: bool,
    /// Whether you can make a token for the entity in it, as far as it is up to you and these two.
    offers_tokens: bool,
}

impl From<&RoleOfEntity> for RoleHeld {
    fn from(role: &RoleOfEntity) -> Self {
        Self {
            role: role.id.0,
            name: role.name.clone(),
            active: role.active,
            hidden: role.hidden,
            offers_tokens: role.offers_tokens,
        }
    }
}

impl From<&EntityView> for EntityShown {
    fn from(EntityView { entity, roles, login }: &EntityView) -> Self {
        Self {
            entity: entity.id.0,
            kind: entity.kind.as_str(),
            name: entity.name.clone(),
            email: entity.email.to_string(),
            active: entity.active,
            roles: roles.iter().map(RoleHeld::from).collect(),
            has_password: login.map(|login| login.has_password),
            two_factor: login.map(|login| login.two_factor),
            version: entity.version.0,
        }
    }
}
