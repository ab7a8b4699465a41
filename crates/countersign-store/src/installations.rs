//! Integrations as installed in accounts.

use countersign_authority::StoreFault;
use countersign_model::{
    AccountNumber, Actor, ConcurrencyLimit, Created, Date, Installation, InstallationId,
    InstallationState, IntegrationId, Timestamp,
};
use countersign_verify::{Fact, InstallationFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{DatabaseTransaction, QuerySelect, QueryTrait, Set};

use crate::fault::Fault;
use crate::{Learn, columns};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) integration: i64,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) last_state_change_day: Option<i64>,
    pub(crate) note: Option<String>,
    pub(crate) concurrency_limit: Option<i64>,
    pub(crate) api_access: bool,
    pub(crate) created_by: Option<String>,
    pub(crate) created_ms: Option<i64>,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Installation {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            id: InstallationId(columns::number(row.id)?),
            integration: IntegrationId(columns::number(row.integration)?),
            name: row.name,
            state: state(&row.state)?,
            last_state_change: row.last_state_change_day.map(Date::from_days),
            note: row.note,
            concurrency_limit: row.concurrency_limit.map(limit).transpose()?,
            api_access: row.api_access,
            created: created(row.created_by.as_deref(), row.created_ms)?,
            version: columns::version(row.version)?,
        })
    }
}

pub(crate) fn state(column: &str) -> Result<InstallationState, StoreFault> {
    InstallationState::parse(column).map_err(|_| StoreFault::Damaged("an installation's state"))
}

fn limit(column: i64) -> Result<ConcurrencyLimit, StoreFault> {
    let damaged = StoreFault::Damaged("a concurrency limit");
    ConcurrencyLimit::new(columns::number(column)?).map_err(|_| damaged)
}

fn created(by: Option<&str>, at: Option<i64>) -> Result<Option<Created>, StoreFault> {
    let Some((by, at)) = by.zip(at) else { return Ok(None) };
    let by = Actor::parse(by).ok_or(StoreFault::Damaged("who made an installation"))?;
    Ok(Some(Created { by, at: Timestamp::from_millis(at) }))
}

/// Those whose definition is not gone.
fn present() -> Select<Entity> {
    let gone = Query::select()
        .column("id")
        .from("integration")
        .and_where(Expr::col("deleted_ms").is_not_null())
        .take();
    Entity::find().filter(Column::Integration.not_in_subquery(gone))
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: InstallationId,
) -> Result<Option<Installation>, Fault> {
    let row = present()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Id.eq(i64::from(id.0)))
        .one(tx)
        .await?;
    Ok(row.map(Installation::try_from).transpose()?)
}

/// Of a definition, in an account.
pub(crate) async fn find_of(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    integration: IntegrationId,
) -> Result<Option<Installation>, Fault> {
    let row = present()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Integration.eq(i64::from(integration.0)))
        .one(tx)
        .await?;
    Ok(row.map(Installation::try_from).transpose()?)
}

/// Where a definition is, gone or not.
pub(crate) async fn places(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
) -> Result<Vec<(AccountNumber, InstallationId)>, Fault> {
    let rows: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::Account, Column::Id])
        .filter(Column::Integration.eq(i64::from(integration.0)))
        .into_tuple()
        .all(tx)
        .await?;
    let place = |(account, id): (i64, i64)| {
        Ok((AccountNumber(columns::number(account)?), InstallationId(columns::number(id)?)))
    };
    Ok(rows.into_iter().map(place).collect::<Result<_, StoreFault>>()?)
}

pub(crate) async fn add(
    tx: &DatabaseTransaction,
    installation: &Installation,
) -> Result<(), Fault> {
    let created = installation.created;
    let row = ActiveModel {
        account: Set(installation.account.0.into()),
        id: Set(installation.id.0.into()),
        integration: Set(installation.integration.0.into()),
        name: Set(installation.name.clone()),
        state: Set(installation.state.as_str().to_owned()),
        last_state_change_day: Set(installation.last_state_change.map(Date::days)),
        note: Set(installation.note.clone()),
        concurrency_limit: Set(installation.concurrency_limit.map(|limit| limit.get().into())),
        api_access: Set(installation.api_access),
        created_by: Set(created.map(|created| created.by.to_string())),
        created_ms: Set(created.map(|created| created.at.millis())),
        version: Set(installation.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves all but who made it.
pub(crate) async fn save(
    tx: &DatabaseTransaction,
    installation: &Installation,
) -> Result<(), Fault> {
    let limit = installation.concurrency_limit.map(|limit| i64::from(limit.get()));
    let day = installation.last_state_change.map(Date::days);
    let saved = Entity::update_many()
        .col_expr(Column::Name, Expr::value(installation.name.clone()))
        .col_expr(Column::State, Expr::value(installation.state.as_str()))
        .col_expr(Column::LastStateChangeDay, Expr::value(day))
        .col_expr(Column::Note, Expr::value(installation.note.clone()))
        .col_expr(Column::ConcurrencyLimit, Expr::value(limit))
        .col_expr(Column::ApiAccess, Expr::value(installation.api_access))
        .col_expr(Column::Version, Expr::value(i64::from(installation.version.0)))
        .filter(Column::Account.eq(i64::from(installation.account.0)))
        .filter(Column::Id.eq(i64::from(installation.id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    of: Option<AccountNumber>,
    learn: Learn<'_>,
) -> Result<(), Fault> {
    let mut rows = present()
        .apply_if(of, |rows, of| rows.filter(Column::Account.eq(i64::from(of.0))))
        .select_only()
        .columns([
            Column::Account,
            Column::Id,
            Column::Integration,
            Column::State,
            Column::ConcurrencyLimit,
        ])
        .into_tuple::<(i64, i64, i64, String, Option<i64>)>()
        .stream(tx)
        .await?;
    while let Some((account, id, integration, name, most)) = rows.try_next().await? {
        learn(Fact::Installation(InstallationFact {
            account: AccountNumber(columns::number(account)?),
            integration: IntegrationId(columns::number(integration)?),
            id: InstallationId(columns::number(id)?),
            state: state(&name)?,
            concurrency_limit: most.map(limit).transpose()?,
        }));
    }
    Ok(())
}
