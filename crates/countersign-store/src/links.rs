//! One-time links, by the digest of their secret.

use countersign_authority::{Link, StoreFault};
use countersign_model::{AccountNumber, EntityId, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "link")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) digest: Vec<u8>,
    pub(crate) account: i64,
    pub(crate) entity: i64,
    pub(crate) expires_ms: i64,
    pub(crate) used_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Link {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            digest: columns::bytes(&row.digest, "a link's digest")?,
            account: AccountNumber(columns::number(row.account)?),
            entity: EntityId(columns::number(row.entity)?),
            expires: Timestamp::from_millis(row.expires_ms),
        })
    }
}

fn works(digest: &[u8; 32], now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::Digest.eq(digest.to_vec()))
        .add(Column::UsedMs.is_null())
        .add(Column::ExpiresMs.gt(now.millis()))
}

pub(crate) async fn add(tx: &DatabaseTransaction, link: &Link) -> Result<(), Fault> {
    let row = ActiveModel {
        digest: Set(link.digest.to_vec()),
        account: Set(link.account.0.into()),
        entity: Set(link.entity.0.into()),
        expires_ms: Set(link.expires.millis()),
        used_ms: Set(None),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Removes the links of an entity, used ones as well.
pub(crate) async fn remove_all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Entity.eq(i64::from(entity.0)))
        .exec(tx)
        .await?;
    Ok(())
}

/// A link that is neither used nor expired.
pub(crate) async fn find(
    tx: &DatabaseTransaction,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Link>, Fault> {
    let row = Entity::find().filter(works(digest, now)).one(tx).await?;
    Ok(row.map(Link::try_from).transpose()?)
}

/// `false` when it was used already, or doesn't work for another reason.
pub(crate) async fn spend(
    tx: &DatabaseTransaction,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<bool, Fault> {
    let used = Entity::update_many()
        .col_expr(Column::UsedMs, Expr::value(now.millis()))
        .filter(works(digest, now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected > 0)
}
