//! Attempts with a row of their own.

use countersign_authority::StoreFault;

use countersign_model::{AccountNumber, EntityId, InstallationId, RoleId, Timestamp, TokenNumber};
use countersign_trail::{AttemptRow, Outcome};
use countersign_verify::Surface;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Func;
use sea_orm::{DatabaseTransaction, NotSet, QueryOrder, QuerySelect, Set};

use super::{chunks, sent};
use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) at_ms: i64,
    pub(crate) count: i64,
    pub(crate) admitted: bool,
    pub(crate) reference: Option<String>,
    pub(crate) code: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) account: Option<i64>,
    pub(crate) installation: Option<i64>,
    pub(crate) token_account: Option<i64>,
    pub(crate) token: Option<i64>,
    pub(crate) entity: Option<i64>,
    pub(crate) role: Option<i64>,
    pub(crate) source: String,
    pub(crate) surface: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) user_agent: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(super) async fn add(tx: &DatabaseTransaction, rows: &[AttemptRow]) -> Result<(), Fault> {
    for chunk in chunks(rows) {
        Entity::insert_many(chunk.iter().map(columns_of)).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Forgets the oldest beyond `keep`. By their numbers, not by counting them: that would read
/// millions of rows every minute, and refusals would wait for it. A number that a failed write has
/// used up counts like a row.
pub(super) async fn trim(tx: &DatabaseTransaction, keep: u64) -> Result<(), Fault> {
    let newest = Entity::find().select_only().column(Column::Id).order_by_desc(Column::Id);
    let Some(newest) = newest.into_tuple::<i64>().one(tx).await? else { return Ok(()) };
    let beyond = newest.saturating_sub(i64::try_from(keep).unwrap_or(i64::MAX));
    Entity::delete_many().filter(Column::Id.lte(beyond)).exec(tx).await?;
    Ok(())
}

pub(super) async fn find(
    tx: &DatabaseTransaction,
    reference: &str,
) -> Result<Option<AttemptRow>, Fault> {
    let found = Entity::find().filter(Column::Reference.eq(reference)).order_by_asc(Column::Id);
    Ok(found.one(tx).await?.map(AttemptRow::try_from).transpose()?)
}

/// How many were admitted and refused.
pub(super) async fn sums(tx: &DatabaseTransaction) -> Result<(i64, i64), Fault> {
    // A sum of bigint is numeric on PostgreSQL.
    let sum = Func::cast_as(Func::sum(Expr::col(Column::Count)), "bigint");
    let sums: Vec<(bool, i64)> = Entity::find()
        .select_only()
        .column(Column::Admitted)
        .expr(sum)
        .group_by(Column::Admitted)
        .into_tuple()
        .all(tx)
        .await?;
    let of = |admitted| sums.iter().find(|sum| sum.0 == admitted).map_or(0, |sum| sum.1);
    Ok((of(true), of(false)))
}

fn columns_of(row: &AttemptRow) -> ActiveModel {
    let (reference, code, detail) = match &row.outcome {
        Outcome::Admitted => (None, None, None),
        Outcome::Refused { reference, code, detail } => {
            (Some(reference.clone()), Some(code.clone()), Some(detail.clone()))
        }
    };
    ActiveModel {
        id: NotSet,
        at_ms: Set(row.at.millis()),
        count: Set(columns::count(row.count)),
        admitted: Set(row.outcome == Outcome::Admitted),
        reference: Set(reference),
        code: Set(code),
        detail: Set(detail),
        account: Set(row.account.map(|number| number.0.into())),
        installation: Set(row.installation.map(|id| id.0.into())),
        token_account: Set(row.token.map(|(account, _)| account.0.into())),
        token: Set(row.token.map(|(_, number)| number.0.into())),
        entity: Set(row.entity.map(|id| id.0.into())),
        role: Set(row.role.map(|id| id.0.into())),
        source: Set(row.source.to_string()),
        surface: Set(row.surface.as_str().to_owned()),
        method: Set(sent(&row.method)),
        path: Set(sent(&row.path)),
        user_agent: Set(row.user_agent.as_deref().map(sent)),
    }
}

impl TryFrom<Model> for AttemptRow {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let number = |column: Option<i64>| column.map(columns::number).transpose();
        let token_account = number(row.token_account)?.map(AccountNumber);
        Ok(Self {
            at: Timestamp::from_millis(row.at_ms),
            count: columns::counted(row.count)?,
            outcome: outcome(row.admitted, (row.reference, row.code, row.detail))?,
            account: number(row.account)?.map(AccountNumber),
            installation: number(row.installation)?.map(InstallationId),
            token: token_account.zip(number(row.token)?.map(TokenNumber)),
            entity: number(row.entity)?.map(EntityId),
            role: number(row.role)?.map(RoleId),
            source: row.source.parse().map_err(|_| StoreFault::Damaged("an address"))?,
            surface: surface(&row.surface)?,
            method: row.method,
            path: row.path,
            user_agent: row.user_agent,
        })
    }
}

fn outcome(
    admitted: bool,
    refusal: (Option<String>, Option<String>, Option<String>),
) -> Result<Outcome, StoreFault> {
    match (admitted, refusal) {
        (true, (None, None, None)) => Ok(Outcome::Admitted),
        (false, (Some(reference), Some(code), Some(detail))) => {
            Ok(Outcome::Refused { reference, code, detail })
        }
        _ => Err(StoreFault::Damaged("an attempt's outcome")),
    }
}

fn surface(column: &str) -> Result<Surface, StoreFault> {
    [Surface::Restlet, Surface::Rest, Surface::Soap]
        .into_iter()
        .find(|surface| surface.as_str() == column)
        .ok_or(StoreFault::Damaged("a surface"))
}
