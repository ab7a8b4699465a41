//! Tokens that environments had before they were refreshed, and the links that replace them.

use countersign_authority::{FormerToken, Part, Pickup, Slice, StoreFault};
use countersign_model::{
    AccountNumber, Actor, Addresses, Email, EntityId, IntegrationId, RoleId, Stamp, Timestamp,
    TokenLimits, TokenNumber,
};
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;

use crate::fault::Fault;
use crate::{columns, list};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "former_token")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) integration: i64,
    pub(crate) integration_name: String,
    pub(crate) entity: i64,
    pub(crate) entity_email: String,
    pub(crate) role: i64,
    pub(crate) role_name: String,
    pub(crate) expires_at_ms: Option<i64>,
    pub(crate) idle_days: Option<i64>,
    pub(crate) addresses: Option<String>,
    pub(crate) ended_ms: i64,
    pub(crate) pickup_digest: Option<Vec<u8>>,
    pub(crate) pickup_expires_ms: Option<i64>,
    pub(crate) pickup_made_by: Option<String>,
    pub(crate) pickup_made_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for FormerToken {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let pickup = pickup(&row)?;
        let days = |days: i64| u16::try_from(days).map_err(|_| StoreFault::Damaged("idle days"));
        let networks =
            |text: &String| Addresses::parse(text).map_err(|_| StoreFault::Damaged("addresses"));
        let email = Email::parse(&row.entity_email);
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            number: TokenNumber(columns::number(row.number)?),
            name: row.name,
            integration: IntegrationId(columns::number(row.integration)?),
            integration_name: row.integration_name,
            entity: EntityId(columns::number(row.entity)?),
            entity_email: email.map_err(|_| StoreFault::Damaged("an email address"))?,
            role: RoleId(columns::number(row.role)?),
            role_name: row.role_name,
            limits: TokenLimits {
                expires_at: row.expires_at_ms.map(Timestamp::from_millis),
                idle_days: row.idle_days.map(days).transpose()?,
                addresses: row.addresses.as_ref().map(networks).transpose()?,
            },
            ended_at: Timestamp::from_millis(row.ended_ms),
            pickup,
        })
    }
}

fn pickup(row: &Model) -> Result<Option<Pickup>, StoreFault> {
    match (&row.pickup_digest, row.pickup_expires_ms, &row.pickup_made_by, row.pickup_made_ms) {
        (None, None, None, None) => Ok(None),
        (Some(digest), Some(expires), Some(by), Some(at)) => Ok(Some(Pickup {
            digest: columns::bytes(digest, "a link's digest")?,
            expires: Timestamp::from_millis(expires),
            made: Stamp {
                at: Timestamp::from_millis(at),
                by: Actor::parse(by).ok_or(StoreFault::Damaged("who made a link"))?,
            },
        })),
        _ => Err(StoreFault::Damaged("a link")),
    }
}

pub(crate) async fn part(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    slice: Slice,
) -> Result<Part<FormerToken>, Fault> {
    let of_account = Entity::find().filter(Column::Account.eq(i64::from(account.0)));
    let rows = list::slice(of_account, Column::Number, slice).all(tx).await?;
    Ok(list::part(rows, slice, TryInto::try_into)?)
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    number: TokenNumber,
) -> Result<Option<FormerToken>, Fault> {
    let row = Entity::find_by_id((account.0.into(), number.0.into())).one(tx).await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn find_by_link(
    tx: &DatabaseTransaction,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<FormerToken>, Fault> {
    let row = Entity::find()
        .filter(Column::PickupDigest.eq(digest.to_vec()))
        .filter(Column::PickupExpiresMs.gt(now.millis()))
        .one(tx)
        .await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn save_pickup(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    number: TokenNumber,
    pickup: Option<&Pickup>,
) -> Result<(), Fault> {
    let digest = pickup.map(|pickup| pickup.digest.to_vec());
    let expires = pickup.map(|pickup| pickup.expires.millis());
    let made_by = pickup.map(|pickup| pickup.made.by.to_string());
    let made_at = pickup.map(|pickup| pickup.made.at.millis());
    let saved = Entity::update_many()
        .col_expr(Column::PickupDigest, Expr::value(digest))
        .col_expr(Column::PickupExpiresMs, Expr::value(expires))
        .col_expr(Column::PickupMadeBy, Expr::value(made_by))
        .col_expr(Column::PickupMadeMs, Expr::value(made_at))
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Number.eq(i64::from(number.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    number: TokenNumber,
) -> Result<(), Fault> {
    let key = (account.0.into(), number.0.into());
    let removed = Entity::delete_by_id(key).exec(tx).await?;
    if removed.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}
