//! All routes, and what answers where there is none.

use std::sync::Arc;

use axum::Router;
use axum::http::Method;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::api::Office;
use crate::problem::Problem;
use crate::{
    BASE, accounts, assertion_keys, consequences, document, entities, environments, events,
    former_tokens, integrations, permissions, roles, session, tokens,
};

/// Routes and their description: each is registered together with what is said of it.
pub(crate) fn described() -> (Router<Arc<Office>>, OpenApi) {
    let of_account = OpenApiRouter::new()
        .merge(integrations::routes())
        .merge(entities::routes())
        .merge(roles::routes())
        .merge(permissions::routes())
        .merge(tokens::routes())
        .merge(consequences::routes())
        .merge(environments::routes())
        .merge(former_tokens::routes())
        .merge(events::routes());
    let all = OpenApiRouter::new()
        .merge(accounts::routes())
        .nest("/accounts/{account}", of_account)
        .merge(session::routes())
        .merge(assertion_keys::routes());
    OpenApiRouter::new().nest(BASE, all).split_for_parts()
}

pub(crate) fn router(office: Arc<Office>) -> Router {
    let (routes, _) = described();
    routes
        .route(&format!("{BASE}/openapi.json"), get(document::show))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .with_state(office)
}

/// One answer for all of them.
async fn no_such_path() -> Problem {
    let known = format!("there is no such path: {BASE}/openapi.json lists what there is");
    Problem::new("not-found", known)
}

/// The answer's `Allow` is added by the router.
async fn no_such_method(method: Method) -> Problem {
    Problem::new("method-not-allowed", format!("this path has no {method}: see Allow"))
}
