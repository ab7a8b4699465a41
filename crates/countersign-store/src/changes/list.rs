//! The trail, part by part, newest first.

use countersign_authority::{ChangeNumber, EventFilter, KeptEvent, Part, StoreFault};
use countersign_model::{AccountNumber, Actor, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, ExprTrait, QueryOrder, QuerySelect};

use super::{Column, Entity, Model};
use crate::columns;
use crate::fault::Fault;

/// Events of an account that pass the filter, from before a change on.
pub(crate) async fn list(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &EventFilter,
    before: Option<ChangeNumber>,
    most: u16,
) -> Result<Part<KeptEvent>, Fault> {
    let mut wanted = Condition::all().add(Column::Account.eq(i64::from(account.0)));
    if let Some(ChangeNumber(number)) = before {
        wanted = wanted.add(Column::Number.lt(columns::count(number)));
    }
    let mut rows = Entity::find()
        .filter(passing(wanted, filter))
        .order_by_desc(Column::Number)
        .limit(u64::from(most) + 1)
        .all(tx)
        .await?;
    let more = rows.len() > usize::from(most);
    rows.truncate(most.into());
    let rows = rows.into_iter().map(KeptEvent::try_from).collect::<Result<_, _>>()?;
    Ok(Part { rows, more })
}

fn passing(mut wanted: Condition, filter: &EventFilter) -> Condition {
    let EventFilter { act, by, concerns, since, until } = filter;
    if let Some(act) = act {
        wanted = wanted.add(member("act").eq(act.as_str()));
    }
    if let Some((concern, number)) = concerns {
        wanted = wanted.add(member(concern.member()).eq(number.to_string()));
    }
    if let Some(entity) = by {
        // As `Actor` is written: the entity, then by which means.
        let entity = format!("entity:{entity}");
        let by_means = Column::Actor.starts_with(format!("{entity} "));
        wanted = wanted.add(Condition::any().add(Column::Actor.eq(entity)).add(by_means));
    }
    if let Some(since) = since {
        wanted = wanted.add(Column::AtMs.gte(since.millis()));
    }
    if let Some(until) = until {
        wanted = wanted.add(Column::AtMs.lt(until.millis()));
    }
    wanted
}

/// A member of the act as text, in the words of both databases. `name` is one of ours.
fn member(name: &'static str) -> Expr {
    Expr::cust(format!("CAST(act ->> '{name}' AS text)"))
}

impl TryFrom<Model> for KeptEvent {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            number: ChangeNumber(columns::counted(row.number)?),
            at: Timestamp::from_millis(row.at_ms),
            actor: Actor::parse(&row.actor).ok_or(StoreFault::Damaged("an actor"))?,
            origin: row.origin,
            act: row.act,
        })
    }
}
