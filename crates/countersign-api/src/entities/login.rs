//! How an entity logs in, as an administrator changes it: a new link for its password, no second
//! factor any more, no session any more.

use std::sync::Arc;

use axum::response::Response;
use countersign_model::EntityId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::One;
use crate::accounts::InAccount;
use crate::api::Office;
use crate::ask::{Ask, Numbers};
use crate::problem::Problem;
use crate::shown::{self, Secret};

/// The page on which a link is opened.
const PAGE: &str = "/countersign/setup?link=";

pub(super) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(make_password_link))
        .routes(routes!(end_sessions))
        .routes(routes!(remove_two_factor))
}

/// A one-time link, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = PasswordLink)]
struct LinkShown {
    /// Who sets its password with it.
    #[schema(minimum = 1)]
    entity: u32,
    /// What stands behind the public URL of this server. It is never shown again.
    #[schema(value_type = String, example = "/countersign/setup?link=...")]
    link: Secret,
    /// Until when it works.
    #[schema(format = DateTime, example = "2027-01-16T08:00:00Z")]
    expires_at: String,
}

/// How many sessions an entity had.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionsEnded)]
struct EndedShown {
    /// So many were ended.
    #[schema(minimum = 0)]
    ended_sessions: u64,
}

/// Make a one-time link with which an entity sets its password; links that it had work no more. Its
/// password works until it sets another
#[utoipa::path(post, path = "/entities/{entity}/password-link", tag = "entities",
    operation_id = "makePasswordLink", params(InAccount, One),
    responses((status = 200, description = "The link", body = LinkShown)))]
async fn make_password_link(ask: Ask, Numbers([entity]): Numbers<1>) -> Result<Response, Problem> {
    let link = ask.authority().make_password_link(&ask.by, EntityId(entity)).await?;
    let expires_at = link.expires.to_string();
    let link = Zeroizing::new(format!("{PAGE}{}", &*link.secret));
    shown::plain(&LinkShown { entity, link: Secret::new(&link), expires_at })
}

/// End all sessions of an entity. Ending them again is fine, so no version is asked for
#[utoipa::path(post, path = "/entities/{entity}/end-sessions", tag = "entities",
    operation_id = "endSessions", params(InAccount, One),
    responses((status = 200, description = "It is logged in nowhere", body = EndedShown)))]
async fn end_sessions(ask: Ask, Numbers([entity]): Numbers<1>) -> Result<Response, Problem> {
    let ended_sessions = ask.authority().end_sessions(&ask.by, EntityId(entity)).await?;
    shown::plain(&EndedShown { ended_sessions })
}

/// Remove the second factor of somebody who has lost it; its sessions end
#[utoipa::path(delete, path = "/entities/{entity}/two-factor", tag = "entities",
    operation_id = "removeTwoFactor", params(InAccount, One),
    responses((status = 204, description = "It has none any more")))]
async fn remove_two_factor(ask: Ask, Numbers([entity]): Numbers<1>) -> Result<Response, Problem> {
    ask.authority().remove_two_factor(&ask.by, EntityId(entity)).await?;
    shown::nothing()
}
