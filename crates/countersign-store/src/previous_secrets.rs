//! Consumer secrets from before the last reset: one for each integration, for a while.

use std::fmt;

use countersign_authority::SealedSecret;
use countersign_model::{Integration, IntegrationId, PreviousSecret, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "previous_secret")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) integration: i64,
    pub(crate) consumer_secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) until_ms: i64,
}

// By hand, for the secret's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("previous_secret");
        all.field("integration", &self.integration).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Puts `previous` in the place of what is kept of `integration`.
pub(crate) async fn replace(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
    previous: Option<&PreviousSecret>,
) -> Result<(), Fault> {
    Entity::delete_by_id(i64::from(integration.0)).exec(tx).await?;
    let Some(previous) = previous else { return Ok(()) };
    let row = ActiveModel {
        integration: Set(integration.0.into()),
        consumer_secret: Set(previous.secret.to_bytes().to_vec()),
        secret_version: Set(previous.version.into()),
        until_ms: Set(previous.until.millis()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The secret and its owner, while its time is not over.
pub(crate) async fn secret(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
    now: Timestamp,
) -> Result<Option<SealedSecret>, Fault> {
    let row = Entity::find_by_id(i64::from(integration.0))
        .filter(Column::UntilMs.gt(now.millis()))
        .one(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let version = columns::number(row.secret_version)?;
    let binding = Integration::previous_binding(integration, version);
    Ok(Some((columns::sealed(&row.consumer_secret)?, binding)))
}

/// Erases those whose time is over; gives their number.
pub(crate) async fn erase(tx: &DatabaseTransaction, now: Timestamp) -> Result<u64, Fault> {
    let over = Entity::delete_many().filter(Column::UntilMs.lte(now.millis()));
    Ok(over.exec(tx).await?.rows_affected)
}
