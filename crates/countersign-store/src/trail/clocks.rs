//! How far the clocks of clients were off.

use std::collections::BTreeMap;

use countersign_authority::StoreFault;

use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use countersign_trail::{ClockSkew, TokenClock};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, Set};

use super::chunks;
use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "token_clock")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token: i64,
    pub(crate) last_seconds: i64,
    pub(crate) last_at_ms: i64,
    pub(crate) worst_seconds: i64,
    pub(crate) worst_at_ms: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Puts them in place of those that stand.
pub(super) async fn save(tx: &DatabaseTransaction, clocks: &[TokenClock]) -> Result<(), Fault> {
    // One row per token: PostgreSQL won't change a row twice in one statement.
    let clocks: BTreeMap<_, _> =
        clocks.iter().map(|clock| ((clock.account.0, clock.token.0), clock)).collect();
    let clocks: Vec<_> = clocks.into_values().collect();
    for chunk in chunks(&clocks) {
        let rows = chunk.iter().map(|clock| columns_of(clock));
        Entity::insert_many(rows).on_conflict(replaced()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) async fn all(tx: &DatabaseTransaction) -> Result<Vec<TokenClock>, Fault> {
    let rows = Entity::find().all(tx).await?;
    Ok(rows.into_iter().map(TokenClock::try_from).collect::<Result<_, _>>()?)
}

pub(super) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    token: TokenNumber,
) -> Result<Option<TokenClock>, Fault> {
    let key = (i64::from(account.0), i64::from(token.0));
    let row = Entity::find_by_id(key).one(tx).await?;
    Ok(row.map(TokenClock::try_from).transpose()?)
}

fn replaced() -> OnConflict {
    OnConflict::columns([Column::Account, Column::Token])
        .update_columns([
            Column::LastSeconds,
            Column::LastAtMs,
            Column::WorstSeconds,
            Column::WorstAtMs,
        ])
        .to_owned()
}

fn columns_of(clock: &TokenClock) -> ActiveModel {
    ActiveModel {
        account: Set(clock.account.0.into()),
        token: Set(clock.token.0.into()),
        last_seconds: Set(clock.last.seconds),
        last_at_ms: Set(clock.last.at.millis()),
        worst_seconds: Set(clock.worst.seconds),
        worst_at_ms: Set(clock.worst.at.millis()),
    }
}

impl TryFrom<Model> for TokenClock {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let skew = |seconds, at_ms| ClockSkew { seconds, at: Timestamp::from_millis(at_ms) };
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            token: TokenNumber(columns::number(row.token)?),
            last: skew(row.last_seconds, row.last_at_ms),
            worst: skew(row.worst_seconds, row.worst_at_ms),
        })
    }
}
