//! Keys that sign assertions. Few: one signs, one may wait, some go.

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{AssertionKey, AssertionKeyNumber, AssertionKeys, Timestamp};
use countersign_verify::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, Set};

use crate::fault::Fault;
use crate::{Learn, columns};

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "assertion_key")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) public_key: Vec<u8>,
    pub(crate) private_key: Vec<u8>,
    pub(crate) signs_from_ms: i64,
    pub(crate) until_ms: Option<i64>,
}

// By hand, for the private key's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("assertion_key").field("number", &self.number).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AssertionKey {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            number: AssertionKeyNumber(columns::number(row.number)?),
            public_key: columns::bytes(&row.public_key, "an assertion key")?,
            private_key: columns::sealed(&row.private_key)?,
            signs_from: Timestamp::from_millis(row.signs_from_ms),
            until: row.until_ms.map(Timestamp::from_millis),
        })
    }
}

/// All of them, oldest first.
pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<Vec<AssertionKey>, Fault> {
    let rows = Entity::find().order_by_asc(Column::Number).all(tx).await?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, key: &AssertionKey) -> Result<(), Fault> {
    let row = ActiveModel {
        number: Set(key.number.0.into()),
        public_key: Set(key.public_key.to_vec()),
        private_key: Set(key.private_key.to_bytes().to_vec()),
        signs_from_ms: Set(key.signs_from.millis()),
        until_ms: Set(key.until.map(Timestamp::millis)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves the times.
pub(crate) async fn save(tx: &DatabaseTransaction, key: &AssertionKey) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::SignsFromMs, Expr::value(key.signs_from.millis()))
        .col_expr(Column::UntilMs, Expr::value(key.until.map(Timestamp::millis)))
        .filter(Column::Number.eq(i64::from(key.number.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    number: AssertionKeyNumber,
) -> Result<(), Fault> {
    let removed = Entity::delete_by_id(i64::from(number.0)).exec(tx).await?;
    if removed.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// Tells the keys, where there are any.
pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let keys = all(tx).await?;
    if !keys.is_empty() {
        learn(Fact::AssertionKeys(AssertionKeys::new(keys)));
    }
    Ok(())
}
