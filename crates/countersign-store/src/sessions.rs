//! Sessions, by the digest of their secret.

use countersign_authority::{Sessions, StoreFault};
use countersign_model::{AccountNumber, EntityId, RoleId, Session, SessionNumber, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, QueryOrder, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) digest: Vec<u8>,
    pub(crate) account: i64,
    pub(crate) number: i64,
    pub(crate) entity: i64,
    pub(crate) role: i64,
    pub(crate) two_factor: bool,
    pub(crate) started_ms: i64,
    pub(crate) authenticated_ms: i64,
    pub(crate) used_ms: i64,
    pub(crate) origin: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Session {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let origin = row.origin.map(|address| address.parse()).transpose();
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            number: SessionNumber(columns::number(row.number)?),
            entity: EntityId(columns::number(row.entity)?),
            role: RoleId(columns::number(row.role)?),
            two_factor: row.two_factor,
            started: Timestamp::from_millis(row.started_ms),
            authenticated: Timestamp::from_millis(row.authenticated_ms),
            used: Timestamp::from_millis(row.used_ms),
            origin: origin.map_err(|_| StoreFault::Damaged("an address"))?,
        })
    }
}

fn is_of(account: AccountNumber, entity: EntityId) -> Condition {
    Condition::all()
        .add(Column::Account.eq(i64::from(account.0)))
        .add(Column::Entity.eq(i64::from(entity.0)))
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    digest: &[u8; 32],
) -> Result<Option<Session>, Fault> {
    let row = Entity::find_by_id(digest.to_vec()).one(tx).await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn of_entity(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<Vec<Session>, Fault> {
    let rows = Entity::find().filter(is_of(account, entity)).order_by_asc(Column::Number);
    let rows = rows.all(tx).await?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}

pub(crate) async fn add(
    tx: &DatabaseTransaction,
    session: &Session,
    digest: &[u8; 32],
) -> Result<(), Fault> {
    let row = ActiveModel {
        digest: Set(digest.to_vec()),
        account: Set(session.account.0.into()),
        number: Set(session.number.0.into()),
        entity: Set(session.entity.0.into()),
        role: Set(session.role.0.into()),
        two_factor: Set(session.two_factor),
        started_ms: Set(session.started.millis()),
        authenticated_ms: Set(session.authenticated.millis()),
        used_ms: Set(session.used.millis()),
        origin: Set(session.origin.map(|address| address.to_string())),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn save(tx: &DatabaseTransaction, session: &Session) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::Role, Expr::value(i64::from(session.role.0)))
        .col_expr(Column::TwoFactor, Expr::value(session.two_factor))
        .col_expr(Column::AuthenticatedMs, Expr::value(session.authenticated.millis()))
        .col_expr(Column::UsedMs, Expr::value(session.used.millis()))
        .filter(Column::Account.eq(i64::from(session.account.0)))
        .filter(Column::Number.eq(i64::from(session.number.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// `false` where the entity has none of that number.
pub(crate) async fn end(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    number: SessionNumber,
) -> Result<bool, Fault> {
    let one = is_of(account, entity).add(Column::Number.eq(i64::from(number.0)));
    Ok(Entity::delete_many().filter(one).exec(tx).await?.rows_affected > 0)
}

pub(crate) async fn end_some(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    which: Sessions,
) -> Result<u64, Fault> {
    let all = is_of(account, entity);
    let some = match which {
        Sessions::All => all,
        Sessions::Except(number) => all.add(Column::Number.ne(i64::from(number.0))),
        Sessions::InRole(role) => all.add(Column::Role.eq(i64::from(role.0))),
    };
    Ok(Entity::delete_many().filter(some).exec(tx).await?.rows_affected)
}

pub(crate) async fn remove_all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<(), Fault> {
    end_some(tx, account, entity, Sessions::All).await?;
    Ok(())
}

/// Removes those that began, or were last used, at these times or before.
pub(crate) async fn forget(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    started: Timestamp,
    used: Timestamp,
) -> Result<u64, Fault> {
    let old = Condition::any()
        .add(Column::StartedMs.lte(started.millis()))
        .add(Column::UsedMs.lte(used.millis()));
    let old = Condition::all().add(Column::Account.eq(i64::from(account.0))).add(old);
    Ok(Entity::delete_many().filter(old).exec(tx).await?.rows_affected)
}
