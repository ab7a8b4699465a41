//! The session of who is logged in, and the own login: password, second factor, roles, links.
//!
//! Each request brings the session's secret in a [`cookie`], and shows that no other site has
//! caused it ([`site`]). Who it is of is in its [`visit`].

mod cookie;
mod given;
mod link;
mod log_in;
mod shown;
mod site;
mod trail;
mod two_factor;
pub(crate) mod visit;

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::response::Response;
use countersign_authority::Authority;
use countersign_model::{RoleId, SessionNumber};
use http::header::{HeaderValue, SET_COOKIE};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Office;
use crate::ask::Numbers;
use crate::given::Given;
use crate::page::Page;
use crate::problem::Problem;
use crate::shown as answers;
use given::{HiddenGiven, RoleGiven};
use shown::{OwnSessionShown, SessionShown};
use visit::{Arrival, LoggedIn, Stranger};

pub(crate) use cookie::{OVER_TLS, is_there};
pub(crate) use trail::Trail;

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new()
        .routes(routes!(log_in::log_in, show, log_out))
        .routes(routes!(change_role))
        .routes(routes!(log_in::authenticate))
        .routes(routes!(log_in::change_password))
        .routes(routes!(hide_roles))
        .routes(routes!(two_factor::begin))
        .routes(routes!(two_factor::confirm))
        .routes(routes!(two_factor::make_recovery_codes))
        .routes(routes!(list))
        .routes(routes!(end))
        .routes(routes!(link::show, link::set_password))
}

impl LoggedIn {
    fn authority(&self) -> &Authority {
        &self.office.authority
    }

    /// The session and the own login, as they are now.
    async fn shown(&self) -> Result<SessionShown, Problem> {
        let active = self.authority().session(&self.secret, Some(self.arrival.client)).await?;
        SessionShown::of(self.authority(), &active, &self.arrival).await
    }
}

/// An answer that gives the browser another secret, or has it forget the one it has.
fn with_cookie(mut response: Response, cookie: Option<HeaderValue>) -> Response {
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// The session, with a new secret in its cookie.
async fn opened(
    authority: &Authority,
    arrival: &Arrival,
    secret: &str,
) -> Result<Response, Problem> {
    let active = authority.session(secret, Some(arrival.client)).await?;
    let shown = SessionShown::of(authority, &active, arrival).await?;
    Ok(with_cookie(answers::plain(&shown)?, cookie::set(arrival, secret)))
}

/// Who is logged in, in which role, for how long, and what else they can be
#[utoipa::path(get, path = "/session", tag = "session", operation_id = "getSession",
    security(("session" = [])),
    responses((status = 200, description = "The session", body = SessionShown)))]
async fn show(by: LoggedIn) -> Result<Response, Problem> {
    answers::plain(&by.shown().await?)
}

/// Log out: the session's secret works no more. Of a session that has ended, that is fine, too
#[utoipa::path(delete, path = "/session", tag = "session", operation_id = "logOut",
    security(("session" = []), ()),
    responses((status = 204, description = "Nobody is logged in by that secret")))]
async fn log_out(by: Stranger) -> Result<Response, Problem> {
    if let Some(secret) = &by.secret {
        by.office.authority.log_out(secret).await?;
    }
    Ok(with_cookie(answers::nothing()?, cookie::forget(&by.arrival)))
}

/// Act in another of the own roles. The session goes on under a new secret; the old one is dead
#[utoipa::path(post, path = "/session/role", tag = "session", operation_id = "changeSessionRole",
    security(("session" = [])), request_body = RoleGiven,
    responses((status = 200, description = "The session, in that role", body = SessionShown,
        headers(("Set-Cookie" = String, description = "The session's new secret")))))]
async fn change_role(
    by: LoggedIn,
    Given(RoleGiven { role }): Given<RoleGiven>,
) -> Result<Response, Problem> {
    let changed = by.authority().change_role(&by.secret, RoleId(role)).await?;
    opened(by.authority(), &by.arrival, &changed.secret).await
}

/// Hide some of the own roles, and no others: their tokens sleep, and nobody logs in with them
#[utoipa::path(put, path = "/session/hidden-roles", tag = "session",
    operation_id = "hideOwnRoles", security(("session" = [])), request_body = HiddenGiven,
    responses((status = 200, description = "The session", body = SessionShown)))]
async fn hide_roles(
    by: LoggedIn,
    Given(HiddenGiven { roles }): Given<HiddenGiven>,
) -> Result<Response, Problem> {
    let hidden: BTreeSet<_> = roles.into_iter().map(RoleId).collect();
    by.authority().hide_own_roles(&by.active.requester, None, hidden).await?;
    answers::plain(&by.shown().await?)
}

/// All own sessions, oldest first
#[utoipa::path(get, path = "/sessions", tag = "session", operation_id = "listOwnSessions",
    security(("session" = [])),
    responses((status = 200, description = "All of them: there are 20 at most",
        body = Page<OwnSessionShown>)))]
async fn list(by: LoggedIn) -> Result<Response, Problem> {
    let sessions = by.authority().list_own_sessions(&by.active.requester).await?;
    let current = by.active.session.number;
    let items = sessions.iter().map(|it| OwnSessionShown::of(it, current)).collect();
    answers::plain(&Page { items, next: None })
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Numbers` reads it")]
struct One {
    /// The session's number in the account.
    #[param(minimum = 1, example = 1)]
    session: u32,
}

/// End one of the own sessions
#[utoipa::path(delete, path = "/sessions/{session}", tag = "session",
    operation_id = "endOwnSession", security(("session" = [])), params(One),
    responses((status = 204, description = "It has ended")))]
async fn end(by: LoggedIn, Numbers([session]): Numbers<1>) -> Result<Response, Problem> {
    by.authority().end_own_session(&by.active.requester, SessionNumber(session)).await?;
    answers::nothing()
}
