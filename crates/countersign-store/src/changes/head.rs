//! The counter of changes: one row. A sequence of the database would leave a gap where a change
//! is rolled back.

use countersign_authority::StoreFault;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, ExprTrait, QuerySelect};

use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "change_head")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) last: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const ONLY: i64 = 1;
const MISSING: StoreFault = StoreFault::Damaged("no counter of changes");

/// Waits until no other process is in the middle of a change: what this one reads, it may decide
/// upon. SQLite has but one writer anyway, and no `FOR UPDATE`: it is left out there.
pub(crate) async fn take_turn(tx: &DatabaseTransaction) -> Result<(), Fault> {
    let row = Entity::find_by_id(ONLY).lock_exclusive().one(tx).await?;
    row.map(drop).ok_or(MISSING.into())
}

/// The next number. Given back when the change is rolled back.
pub(super) async fn next(tx: &DatabaseTransaction) -> Result<i64, Fault> {
    let heads = Entity::update_many()
        .col_expr(Column::Last, Expr::col(Column::Last).add(1))
        .filter(Column::Id.eq(ONLY))
        .exec_with_returning(tx)
        .await?;
    heads.first().map(|head| head.last).ok_or(MISSING.into())
}
