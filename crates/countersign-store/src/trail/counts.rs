//! Refusals that are counted together.

use std::collections::BTreeMap;

use countersign_trail::AttemptCount;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{BinOper, CaseStatement, Func, OnConflict};
use sea_orm::{DatabaseTransaction, ExprTrait, QueryOrder, QuerySelect, Set};

use super::{chunks, sent};
use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "attempt_count")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) minute: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) network: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) surface: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) detail: String,
    pub(crate) count: i64,
    /// Each followed by a blank. The first three are those of the group; there may be more.
    pub(crate) refs: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where the bytes were no HTTP. A key can't be empty.
const NO_SURFACE: &str = "none";
const REFERENCES: usize = 3;

/// Minute, network, surface, detail.
type Group = (i64, String, &'static str, String);

#[derive(Default)]
struct Tally {
    count: u64,
    references: Vec<String>,
}

/// Adds to the counts that stand.
pub(super) async fn add(tx: &DatabaseTransaction, counts: &[AttemptCount]) -> Result<(), Fault> {
    let groups: Vec<_> = grouped(counts).into_iter().collect();
    for chunk in chunks(&groups) {
        let rows = chunk.iter().map(|(group, tally)| columns_of(group, tally));
        Entity::insert_many(rows).on_conflict(added()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Forgets the oldest minutes beyond `keep` counts.
pub(super) async fn trim(tx: &DatabaseTransaction, keep: u64) -> Result<(), Fault> {
    let newest = Entity::find().select_only().column(Column::Minute);
    let beyond = newest.order_by_desc(Column::Minute).offset(keep).into_tuple::<i64>().one(tx);
    if let Some(minute) = beyond.await? {
        Entity::delete_many().filter(Column::Minute.lte(minute)).exec(tx).await?;
    }
    Ok(())
}

/// How many.
pub(super) async fn sum(tx: &DatabaseTransaction) -> Result<i64, Fault> {
    // A sum of bigint is numeric on PostgreSQL.
    let sum = Func::cast_as(Func::sum(Expr::col(Column::Count)), "bigint");
    let sum: Option<Option<i64>> =
        Entity::find().select_only().expr(sum).into_tuple().one(tx).await?;
    Ok(sum.flatten().unwrap_or_default())
}

// In the order of the key, so that two processes can't wait for each other's rows.
//
// One row per group: PostgreSQL won't change a row twice in one statement.
fn grouped(counts: &[AttemptCount]) -> BTreeMap<Group, Tally> {
    let mut groups = BTreeMap::<Group, Tally>::new();
    for group in counts {
        let surface = group.surface.map_or(NO_SURFACE, countersign_verify::Surface::as_str);
        let key = (group.minute, sent(&group.network), surface, sent(&group.detail));
        let tally = groups.entry(key).or_default();
        tally.count = tally.count.saturating_add(group.count);
        let room = REFERENCES.saturating_sub(tally.references.len());
        tally.references.extend(group.references.iter().take(room).cloned());
    }
    groups
}

fn columns_of((minute, network, surface, detail): &Group, tally: &Tally) -> ActiveModel {
    let references = tally.references.iter().map(|reference| format!("{} ", sent(reference)));
    ActiveModel {
        minute: Set(*minute),
        network: Set(network.clone()),
        surface: Set((*surface).to_owned()),
        detail: Set(detail.clone()),
        count: Set(columns::count(tally.count)),
        refs: Set(references.collect()),
    }
}

fn added() -> OnConflict {
    let standing = |column| Expr::col((Entity, column));
    let new = |column: Column| Expr::col(("excluded", column));
    OnConflict::columns([Column::Minute, Column::Network, Column::Surface, Column::Detail])
        .value(Column::Count, standing(Column::Count).add(new(Column::Count)))
        .value(Column::Refs, references(standing(Column::Refs), new(Column::Refs)))
        .to_owned()
}

/// The references that stand, and the new ones behind them where fewer than three stand.
fn references(standing: Expr, new: Expr) -> Expr {
    let length = |text: Expr| Expr::from(Func::char_length(text));
    let without_blanks =
        Func::cust("replace").arg(standing.clone()).arg(Expr::val(" ")).arg(Expr::val(""));
    let blanks = length(standing.clone()).sub(length(without_blanks.into()));
    let all = standing.clone().binary(BinOper::Custom("||"), new);
    CaseStatement::new().case(blanks.lt(REFERENCES as i64), all).finally(standing).into()
}
