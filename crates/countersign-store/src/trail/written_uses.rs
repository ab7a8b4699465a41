//! Which uses of the replay journal the newest batches hold.

use countersign_authority::StoreFault;
use countersign_model::Timestamp;
use countersign_trail::{KEPT, Written};
use countersign_verify::Remembered;
use countersign_verify::replay::Fingerprint;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, NotSet, QueryOrder, Set};

use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "written_uses")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) at_ms: i64,
    pub(crate) fingerprints: Vec<u8>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps what the batch holds, and forgets what is older than may be asked for.
pub(super) async fn add(tx: &DatabaseTransaction, remembered: &[Remembered]) -> Result<(), Fault> {
    let Some(newest) = remembered.iter().map(|used| used.at.millis()).max() else { return Ok(()) };
    // Later ones are there where the clock was set back.
    let asked_for = Column::AtMs.between(newest.saturating_sub(KEPT), newest.saturating_add(KEPT));
    let old = Condition::all().add(asked_for).not();
    Entity::delete_many().filter(old).exec(tx).await?;
    let prints = remembered.iter().flat_map(|used| used.fingerprint.to_bits().to_le_bytes());
    let row = ActiveModel { id: NotSet, at_ms: Set(newest), fingerprints: Set(prints.collect()) };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn all(tx: &DatabaseTransaction) -> Result<Written, Fault> {
    let batches = Entity::find().order_by_desc(Column::Id).all(tx).await?;
    let until = batches.first().map(|newest| Timestamp::from_millis(newest.at_ms));
    let mut fingerprints = Vec::new();
    for batch in batches {
        let (prints, rest) = batch.fingerprints.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(StoreFault::Damaged("what the trail holds of the replay journal").into());
        }
        let bits = prints.iter().map(|print| u64::from_le_bytes(*print));
        fingerprints.extend(bits.map(Fingerprint::from_bits));
    }
    Ok(Written { until, fingerprints })
}
