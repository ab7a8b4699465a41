//! Data keys: enciphered, and counted.

use countersign_authority::{StoreFault, WrappedDataKey};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, ExprTrait, QueryOrder, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "data_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) seals: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for WrappedDataKey {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self { number: columns::number(row.number)?, wrapped: row.wrapped })
    }
}

/// All of them, oldest first.
pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<Vec<WrappedDataKey>, Fault> {
    let rows = Entity::find().order_by_asc(Column::Number).all(tx).await?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, key: &WrappedDataKey) -> Result<(), Fault> {
    let row = ActiveModel {
        number: Set(key.number.into()),
        wrapped: Set(key.wrapped.clone()),
        seals: Set(0),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn count_seal(tx: &DatabaseTransaction, number: u32) -> Result<u64, Fault> {
    let counted = Entity::update_many()
        .col_expr(Column::Seals, Expr::col(Column::Seals).add(1))
        .filter(Column::Number.eq(i64::from(number)))
        .exec_with_returning(tx)
        .await?;
    let key = counted.first().ok_or(StoreFault::Gone)?;
    Ok(columns::counted(key.seals)?)
}
