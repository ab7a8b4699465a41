//! Accounts: which there are, and each by its id.

use std::sync::Arc;

use axum::response::Response;
use countersign_model::Account;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Office;
use crate::ask::Ask;
use crate::page::{Page, PartQuery};
use crate::problem::Problem;
use crate::shown;
use crate::version::Held;

const LIST: &str = "accounts";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// The account that a path names.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "it is only described: `Ask` reads it")]
pub(crate) struct InAccount {
    /// The account's id.
    #[param(example = "1234567", pattern = "^[0-9A-Z]+(_[0-9A-Z]+)?$", max_length = 32)]
    account: String,
}

/// An account.
#[derive(Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountShown {
    /// Its id: what clients send as `realm`.
    #[schema(example = "1234567")]
    account: String,
    /// What people call it.
    #[schema(example = "Example Ltd")]
    name: String,
    /// The feature Token-based Authentication. Off: every signed request is refused, and tokens are
    /// kept.
    token_based_authentication: bool,
    /// Counts its changes; the ETag.
    #[schema(minimum = 1)]
    version: u32,
}

impl From<&Account> for AccountShown {
    fn from(account: &Account) -> Self {
        Self {
            account: account.id.to_string(),
            name: account.name.clone(),
            token_based_authentication: account.token_based_authentication,
            version: account.version.0,
        }
    }
}

/// The accounts that you may know: one, unless you are the operator
#[utoipa::path(get, path = "/accounts", tag = "accounts", operation_id = "listAccounts",
    params(PartQuery),
    responses((status = 200, description = "A part of the list", body = Page<AccountShown>)))]
async fn list(ask: Ask<PartQuery>) -> Result<Response, Problem> {
    let slice = ask.query.slice(LIST)?;
    let part = ask.authority().list_accounts(&ask.by, slice).await?;
    let last = part.rows.last().filter(|_| part.more).map(|last| last.number.0);
    let items = part.rows.iter().map(AccountShown::from).collect();
    shown::plain(&Page::of(LIST, items, last))
}

/// An account
#[utoipa::path(get, path = "/accounts/{account}", tag = "accounts", operation_id = "getAccount",
    params(InAccount),
    responses((status = 200, description = "The account", body = AccountShown)))]
async fn show(ask: Ask, held: Held) -> Result<Response, Problem> {
    let account = ask.authority().get_account(&ask.by).await?;
    shown::row_unless(&held, account.version, &AccountShown::from(&account))
}
