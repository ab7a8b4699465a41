//! One-time links, by which somebody sets a password without having one.

use axum::extract::Query;
use axum::response::Response;
use countersign_authority::{Password, UseCaseFault};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::given::{LinkGiven, LinkQuery};
use super::visit::Stranger;
use crate::given::Brief;
use crate::problem::Problem;
use crate::shown as answers;

/// Whose password a link sets.
#[derive(Serialize, ToSchema)]
#[schema(as = PasswordLink)]
struct LinkShown {
    /// Their login.
    #[schema(example = "ann@example.com")]
    email: String,
}

/// Whose password a link sets. Looking does not use it up
#[utoipa::path(get, path = "/password-link", tag = "session", operation_id = "getPasswordLink",
    security(()), params(LinkQuery),
    responses((status = 200, description = "It works still", body = LinkShown)))]
pub(super) async fn show(by: Stranger, uri: Uri) -> Result<Response, Problem> {
    let Query(LinkQuery { link }) = Query::try_from_uri(&uri)
        .map_err(|_| Problem::new("invalid-query", "name the link, and nothing else").at("link"))?;
    let _place = by.place()?;
    let email = by.office.authority.look_at_link(&link).await?;
    answers::plain(&LinkShown { email: email.to_string() })
}

/// Set a password, which uses the link up. All sessions of that entity end
#[utoipa::path(post, path = "/password-link", tag = "session",
    operation_id = "setPasswordByLink", security(()), request_body = LinkGiven,
    responses((status = 204, description = "Log in with it")))]
pub(super) async fn set_password(
    by: Stranger,
    Brief(LinkGiven { link, password }): Brief<LinkGiven>,
) -> Result<Response, Problem> {
    let _place = by.place()?;
    let password = Password::parse(password.0).map_err(UseCaseFault::from)?;
    by.office.authority.set_password_by_link(&link.0, password).await?;
    answers::nothing()
}
