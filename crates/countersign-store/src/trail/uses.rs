//! When, from where and how often tokens were used.

use countersign_authority::{StoreFault, TokenUse, UseMark};
use countersign_model::{AccountNumber, Timestamp, TokenNumber};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Func, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, Set};

use super::chunks;
use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "token_use")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) token: i64,
    pub(crate) count: i64,
    pub(crate) last_at_ms: i64,
    pub(crate) last_source: String,
    pub(crate) secret_at_ms: Option<i64>,
    pub(crate) secret_source: Option<String>,
    pub(crate) pair_at_ms: Option<i64>,
    pub(crate) pair_source: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds to what stands.
pub(super) async fn add(tx: &DatabaseTransaction, uses: &[TokenUse]) -> Result<(), Fault> {
    for chunk in chunks(uses) {
        let rows = chunk.iter().map(columns_of);
        Entity::insert_many(rows).on_conflict(added()).exec_without_returning(tx).await?;
    }
    Ok(())
}

pub(super) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    tokens: &[TokenNumber],
) -> Result<Vec<TokenUse>, Fault> {
    let mut found = Vec::with_capacity(tokens.len());
    for chunk in chunks(tokens) {
        let rows = Entity::find()
            .filter(Column::Account.eq(i64::from(account.0)))
            .filter(Column::Token.is_in(chunk.iter().map(|token| i64::from(token.0))))
            .all(tx)
            .await?;
        for row in rows {
            found.push(row.try_into()?);
        }
    }
    Ok(found)
}

fn added() -> OnConflict {
    let standing = |column| Expr::col((Entity, column));
    let new = |column: Column| Expr::col(("excluded", column));
    let if_later = |time: Column, column: Column| -> Expr {
        let is_later = new(time).gte(standing(time));
        CaseStatement::new().case(is_later, new(column)).finally(standing(column)).into()
    };
    let if_any = |column: Column| Func::coalesce([new(column), standing(column)]);
    OnConflict::columns([Column::Account, Column::Token])
        .value(Column::Count, standing(Column::Count).add(new(Column::Count)))
        .value(Column::LastSource, if_later(Column::LastAtMs, Column::LastSource))
        .value(Column::LastAtMs, if_later(Column::LastAtMs, Column::LastAtMs))
        .value(Column::SecretAtMs, if_any(Column::SecretAtMs))
        .value(Column::SecretSource, if_any(Column::SecretSource))
        .value(Column::PairAtMs, if_any(Column::PairAtMs))
        .value(Column::PairSource, if_any(Column::PairSource))
        .to_owned()
}

fn columns_of(used: &TokenUse) -> ActiveModel {
    let at = |mark: Option<UseMark>| Set(mark.map(|mark| mark.at.millis()));
    let source = |mark: Option<UseMark>| Set(mark.map(|mark| mark.source.to_string()));
    ActiveModel {
        account: Set(used.account.0.into()),
        token: Set(used.token.0.into()),
        count: Set(columns::count(used.count)),
        last_at_ms: Set(used.last.at.millis()),
        last_source: Set(used.last.source.to_string()),
        secret_at_ms: at(used.retiring_secret),
        secret_source: source(used.retiring_secret),
        pair_at_ms: at(used.retiring_pair),
        pair_source: source(used.retiring_pair),
    }
}

impl TryFrom<Model> for TokenUse {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            token: TokenNumber(columns::number(row.token)?),
            count: columns::counted(row.count)?,
            last: mark(row.last_at_ms, &row.last_source)?,
            retiring_secret: optional(row.secret_at_ms, row.secret_source.as_deref())?,
            retiring_pair: optional(row.pair_at_ms, row.pair_source.as_deref())?,
        })
    }
}

fn mark(at_ms: i64, source: &str) -> Result<UseMark, StoreFault> {
    let source = source.parse().map_err(|_| StoreFault::Damaged("an address"))?;
    Ok(UseMark { at: Timestamp::from_millis(at_ms), source })
}

fn optional(at_ms: Option<i64>, source: Option<&str>) -> Result<Option<UseMark>, StoreFault> {
    at_ms.zip(source).map(|(at, source)| mark(at, source)).transpose()
}
