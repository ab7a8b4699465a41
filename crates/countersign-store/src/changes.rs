//! The trail of changes: one event each, under the change's number.

mod head;
mod list;

use countersign_authority::{ChangeNumber, Event, StoreFault};
use countersign_model::{AccessToken, Actor, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, Set};

use crate::columns;
use crate::fault::Fault;

pub(crate) use head::take_turn;
pub(crate) use list::list;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) at_ms: i64,
    pub(crate) actor: String,
    pub(crate) origin: Option<String>,
    pub(crate) account: i64,
    #[sea_orm(column_type = "JsonBinary")]
    pub(crate) act: Json,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An event is written this long after the change that it tells of, at the most.
const SOON_MS: i64 = 60_000;
/// Events of an account within that time that are looked at.
const MOST: u64 = 100;

/// Who revoked a token at that time, or deleted its integration.
pub(crate) async fn who_revoked(
    tx: &DatabaseTransaction,
    token: &AccessToken,
    at: Timestamp,
) -> Result<Option<Actor>, Fault> {
    let events = Entity::find()
        .filter(Column::Account.eq(i64::from(token.account.0)))
        .filter(Column::AtMs.between(at.millis(), at.millis() + SOON_MS))
        .order_by_asc(Column::Number)
        .limit(MOST)
        .all(tx)
        .await?;
    let names = |act: &Json, what: &str, number: u32| act[what].as_u64() == Some(number.into());
    let has = |list: &Json, number: u32| {
        let is_it = |it: &Json| it.as_u64() == Some(number.into());
        list.as_array().is_some_and(|all| all.iter().any(is_it))
    };
    let is_it = |act: &Json| match act["act"].as_str() {
        Some("token-revoked") => names(act, "token", token.number.0),
        Some("tokens-revoked") => {
            has(&act["aged"], token.number.0) || has(&act["rested"], token.number.0)
        }
        Some("integration-deleted") => names(act, "installation", token.installation.0),
        _ => false,
    };
    let event = events.into_iter().find(|event| is_it(&event.act));
    Ok(event.and_then(|event| Actor::parse(&event.actor)))
}

/// Whether there is an event under that number.
pub(crate) async fn is_made(tx: &DatabaseTransaction, number: ChangeNumber) -> Result<bool, Fault> {
    let Ok(number) = i64::try_from(number.0) else { return Ok(false) };
    Ok(Entity::find_by_id(number).count(tx).await? > 0)
}

/// Numbers the change and writes its event.
pub(crate) async fn add(tx: &DatabaseTransaction, event: &Event) -> Result<ChangeNumber, Fault> {
    let act = serde_json::to_value(&event.act)
        .map_err(|_| StoreFault::Failed("an event that can't be written as JSON".to_owned()))?;
    let number = head::next(tx).await?;
    let row = ActiveModel {
        number: Set(number),
        at_ms: Set(event.at.millis()),
        actor: Set(event.actor.to_string()),
        origin: Set(event.origin.map(|address| address.to_string())),
        account: Set(event.account.0.into()),
        act: Set(act),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(ChangeNumber(columns::counted(number)?))
}
