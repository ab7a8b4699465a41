//! Integrations as accounts see them: installation and definition together.

use countersign_authority::{
    InstalledIn, InstalledIntegration, IntegrationFilter, Order, Part, Slice, StoreFault,
};
use countersign_model::{
    AccountId, AccountNumber, AuthenticationSettings, CallbackUrl, Installation, InstallationId,
    InstallationState, IntegrationId, Timestamp,
};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{DatabaseTransaction, FromQueryResult, QueryResult};

use crate::fault::Fault;
use crate::{columns, installations, integrations, list};

const INSTALLATION: &str = "installation";
const INTEGRATION: &str = "integration";
const ACCOUNT: &str = "account";
const RETIRING: &str = "retiring_pair";

/// One of an account.
pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: InstallationId,
) -> Result<Option<InstalledIntegration>, Fault> {
    let mut query = of_account(account);
    query.and_where(Expr::col((INSTALLATION, "id")).eq(i64::from(id.0)));
    let row = tx.query_one(&query).await?;
    row.as_ref().map(integration).transpose()
}

/// Those of an account, by number.
pub(crate) async fn list(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &IntegrationFilter,
    slice: Slice,
) -> Result<Part<InstalledIntegration>, Fault> {
    let mut query = of_account(account);
    let state = || Expr::col((INSTALLATION, "state"));
    match filter.state {
        Some(wanted) => {
            query.and_where(state().eq(wanted.as_str()));
        }
        None if filter.show_blocked => {}
        None => {
            query.and_where(state().ne(InstallationState::Blocked.as_str()));
        }
    }
    let owner = || Expr::col((INTEGRATION, "owner"));
    match filter.owned {
        Some(true) => {
            query.and_where(owner().eq(i64::from(account.0)));
        }
        Some(false) => {
            query.and_where(owner().ne(i64::from(account.0)));
        }
        None => {}
    }
    if let Some(text) = &filter.name {
        query.cond_where(list::contain([installations::Column::Name], text));
    }
    part(tx, query, (INSTALLATION, "id"), slice, integration).await
}

/// Where a definition is installed, by the numbers of the accounts.
pub(crate) async fn places(
    tx: &DatabaseTransaction,
    id: IntegrationId,
    slice: Slice,
) -> Result<Part<InstalledIn>, Fault> {
    let query = Query::select()
        .expr_as(Expr::col((INSTALLATION, "id")), "installation_id")
        .column((INSTALLATION, "state"))
        .column((ACCOUNT, "number"))
        .expr_as(Expr::col((ACCOUNT, "id")), "account_id")
        .column((ACCOUNT, "name"))
        .from(INSTALLATION)
        .inner_join(ACCOUNT, Expr::col((ACCOUNT, "number")).equals((INSTALLATION, "account")))
        .and_where(Expr::col((INSTALLATION, "integration")).eq(i64::from(id.0)))
        .take();
    part(tx, query, (INSTALLATION, "account"), slice, |row| {
        let state: String = row.try_get("", "state")?;
        Ok(InstalledIn {
            account: AccountNumber(columns::number(row.try_get("", "number")?)?),
            account_id: account_id(row, "account_id")?,
            account_name: row.try_get("", "name")?,
            installation: InstallationId(columns::number(row.try_get("", "installation_id")?)?),
            state: installations::state(&state)?,
        })
    })
    .await
}

/// The rows of `slice`, by the numbers in `key`; one more is read, to know whether there is one.
async fn part<T>(
    tx: &DatabaseTransaction,
    mut query: SelectStatement,
    key: (&'static str, &'static str),
    slice: Slice,
    read: impl Fn(&QueryResult) -> Result<T, Fault>,
) -> Result<Part<T>, Fault> {
    let column = Expr::col(key);
    let order = match slice.order {
        Order::OldestFirst => sea_orm::Order::Asc,
        Order::NewestFirst => sea_orm::Order::Desc,
    };
    if let Some(after) = slice.after {
        let after = i64::from(after);
        query.and_where(match slice.order {
            Order::OldestFirst => column.gt(after),
            Order::NewestFirst => column.lt(after),
        });
    }
    let most = usize::from(Ord::min(slice.most, Slice::MOST));
    query.order_by(key, order).limit(most as u64 + 1);
    let rows = tx.query_all(&query).await?;
    let more = rows.len() > most;
    let rows = rows.iter().take(most).map(read).collect::<Result<_, Fault>>()?;
    Ok(Part { rows, more })
}

/// Of the definition only what is shown: no secret is read.
fn of_account(account: AccountNumber) -> SelectStatement {
    Query::select()
        .column((INSTALLATION, sea_orm::sea_query::Asterisk))
        .columns([
            (INTEGRATION, "owner"),
            (INTEGRATION, "description"),
            (INTEGRATION, "application_id"),
            (INTEGRATION, "token_based"),
            (INTEGRATION, "authorization_flow"),
            (INTEGRATION, "issue_token_endpoint"),
            (INTEGRATION, "callback_url"),
            (INTEGRATION, "user_credentials"),
            (RETIRING, "until_ms"),
        ])
        .expr_as(Expr::col((ACCOUNT, "id")), "owner_id")
        .from(INSTALLATION)
        .inner_join(
            INTEGRATION,
            Expr::col((INTEGRATION, "id")).equals((INSTALLATION, "integration")),
        )
        .inner_join(ACCOUNT, Expr::col((ACCOUNT, "number")).equals((INTEGRATION, "owner")))
        .left_join(RETIRING, Expr::col((RETIRING, "integration")).equals((INTEGRATION, "id")))
        .and_where(Expr::col((INSTALLATION, "account")).eq(i64::from(account.0)))
        .and_where(Expr::col((INTEGRATION, "deleted_ms")).is_null())
        .take()
}

fn integration(row: &QueryResult) -> Result<InstalledIntegration, Fault> {
    let application_id: Option<Vec<u8>> = row.try_get("", "application_id")?;
    let callback_url: Option<String> = row.try_get("", "callback_url")?;
    let retiring_until: Option<i64> = row.try_get("", "until_ms")?;
    Ok(InstalledIntegration {
        installation: Installation::try_from(installations::Model::from_query_result(row, "")?)?,
        owner: AccountNumber(columns::number(row.try_get("", "owner")?)?),
        owner_id: account_id(row, "owner_id")?,
        description: row.try_get("", "description")?,
        application_id: Some(integrations::application_id(application_id.as_deref())?),
        authentication: AuthenticationSettings {
            token_based: row.try_get("", "token_based")?,
            authorization_flow: row.try_get("", "authorization_flow")?,
            issue_token_endpoint: row.try_get("", "issue_token_endpoint")?,
            callback_url: callback_url.map(CallbackUrl::from_store),
            user_credentials: row.try_get("", "user_credentials")?,
        },
        retiring_until: retiring_until.map(Timestamp::from_millis),
    })
}

fn account_id(row: &QueryResult, column: &str) -> Result<AccountId, Fault> {
    let id: String = row.try_get("", column)?;
    Ok(AccountId::parse(&id).map_err(|_| StoreFault::Damaged("an account id"))?)
}
