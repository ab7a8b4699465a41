//! Accounts: which there are, and each by its id.

mod given;
mod shown;

use std::sync::Arc;

use axum::response::Response;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::Office;
use crate::ask::Ask;
use crate::given::Given;
use crate::page::{Page, PartQuery};
use crate::problem::Problem;
use crate::shown as answers;
use crate::version::{Held, IfMatch, Versioned};
use given::ChangeGiven;
use shown::AccountShown;

const LIST: &str = "accounts";

pub(crate) fn routes() -> OpenApiRouter<Arc<Office>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show, edit))
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

/// The accounts that you may know: one, unless you are the operator
#[utoipa::path(get, path = "/accounts", tag = "accounts", operation_id = "listAccounts",
    params(PartQuery),
    responses((status = 200, description = "A part of the list", body = Page<AccountShown>)))]
async fn list(ask: Ask<PartQuery>) -> Result<Response, Problem> {
    let slice = ask.query.slice(LIST)?;
    let part = ask.authority().list_accounts(&ask.by, slice).await?;
    let last = part.rows.last().filter(|_| part.more).map(|last| last.number.0);
    let items = part.rows.iter().map(AccountShown::from).collect();
    answers::plain(&Page::of(LIST, items, last))
}

/// An account
#[utoipa::path(get, path = "/accounts/{account}", tag = "accounts", operation_id = "getAccount",
    params(InAccount),
    responses((status = 200, description = "The account", body = AccountShown)))]
async fn show(ask: Ask, held: Held) -> Result<Response, Problem> {
    let account = ask.authority().get_account(&ask.by).await?;
    answers::row_unless(&held, account.version, &AccountShown::from(&account))
}

/// Edit an account: name, feature Token-based Authentication, policy. For Administrators
#[utoipa::path(patch, path = "/accounts/{account}", tag = "accounts",
    operation_id = "changeAccount", params(InAccount, Versioned), request_body = ChangeGiven,
    responses((status = 200, description = "As it is now", body = AccountShown)))]
async fn edit(
    ask: Ask,
    IfMatch(version): IfMatch,
    Given(change): Given<ChangeGiven>,
) -> Result<Response, Problem> {
    ask.authority().edit_account(&ask.by, version, change.read()?).await?;
    let account = ask.authority().get_account(&ask.by).await?;
    answers::row(account.version, &AccountShown::from(&account))
}
