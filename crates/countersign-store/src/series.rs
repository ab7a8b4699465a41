//! The series that numbers come from.

use countersign_authority::Series;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, ExprTrait, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "series")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: String,
    /// 0 for a series of the deployment: accounts start at 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    pub(crate) last: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

fn key(series: Series) -> (&'static str, i64) {
    match series {
        Series::Accounts => ("accounts", 0),
        Series::AssertionKeys => ("assertion-keys", 0),
        Series::Integrations => ("integrations", 0),
        Series::Entities(account) => ("entities", account.0.into()),
        Series::Roles(account) => ("roles", account.0.into()),
        Series::Installations(account) => ("installations", account.0.into()),
        Series::Tokens(account) => ("tokens", account.0.into()),
        Series::Sessions(account) => ("sessions", account.0.into()),
        Series::SecondFactors(account) => ("second-factors", account.0.into()),
    }
}

pub(crate) async fn next(tx: &DatabaseTransaction, series: Series) -> Result<u32, Fault> {
    let (name, account) = key(series);
    let row = ActiveModel {
        name: Set(name.to_owned()),
        account: Set(account),
        last: Set(series.first().into()),
    };
    let one_more = OnConflict::columns([Column::Name, Column::Account])
        .value(Column::Last, Expr::col((Entity, Column::Last)).add(1))
        .to_owned();
    let row = Entity::insert(row).on_conflict(one_more).exec_with_returning(tx).await?;
    Ok(columns::number(row.last)?)
}
