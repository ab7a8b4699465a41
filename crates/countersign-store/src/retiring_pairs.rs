//! Consumer pairs that work beside a newer one: at most one for each integration.

use std::collections::HashMap;
use std::fmt;

use countersign_authority::{SealedSecret, StoreFault};
use countersign_model::{
    AccountNumber, ConsumerKey, Integration, IntegrationId, RetiringPair, Timestamp,
};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{DatabaseTransaction, QueryResult, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "retiring_pair")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) integration: i64,
    pub(crate) consumer_key: Vec<u8>,
    pub(crate) consumer_secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) until_ms: i64,
}

// By hand, for the secret's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut all = f.debug_struct("retiring_pair");
        all.field("integration", &self.integration).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for RetiringPair {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let key = columns::bytes(&row.consumer_key, "a consumer key")?;
        Ok(Self {
            consumer_key: ConsumerKey::from_bytes(key),
            secret: columns::sealed(&row.consumer_secret)?,
            version: columns::number(row.secret_version)?,
            until: Timestamp::from_millis(row.until_ms),
        })
    }
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
) -> Result<Option<RetiringPair>, Fault> {
    let row = Entity::find_by_id(i64::from(integration.0)).one(tx).await?;
    Ok(row.map(RetiringPair::try_from).transpose()?)
}

/// Each by its integration's column. Rotations are rare.
pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<HashMap<i64, RetiringPair>, Fault> {
    let rows = Entity::find().all(tx).await?;
    let pairs = rows.into_iter().map(|row| Ok((row.integration, row.try_into()?)));
    Ok(pairs.collect::<Result<_, StoreFault>>()?)
}

/// Puts `pair` in the place of what there is of `integration`.
pub(crate) async fn replace(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
    pair: Option<&RetiringPair>,
) -> Result<(), Fault> {
    Entity::delete_by_id(i64::from(integration.0)).exec(tx).await?;
    let Some(pair) = pair else { return Ok(()) };
    let row = ActiveModel {
        integration: Set(integration.0.into()),
        consumer_key: Set(pair.consumer_key.as_bytes().to_vec()),
        consumer_secret: Set(pair.secret.to_bytes().to_vec()),
        secret_version: Set(pair.version.into()),
        until_ms: Set(pair.until.millis()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The integrations whose pair is over at `now`, with their owners.
pub(crate) async fn over(
    tx: &DatabaseTransaction,
    now: Timestamp,
) -> Result<Vec<(AccountNumber, IntegrationId)>, Fault> {
    let query = Query::select()
        .column(("integration", "owner"))
        .column(("integration", "id"))
        .from("retiring_pair")
        .inner_join(
            "integration",
            Expr::col(("integration", "id")).equals(("retiring_pair", "integration")),
        )
        .and_where(Expr::col(("retiring_pair", "until_ms")).lte(now.millis()))
        .take();
    let rows = tx.query_all(&query).await?;
    let number = |row: &QueryResult, column| -> Result<u32, Fault> {
        Ok(columns::number(row.try_get("", column)?)?)
    };
    let pair = |row| Ok((AccountNumber(number(row, "owner")?), IntegrationId(number(row, "id")?)));
    rows.iter().map(pair).collect()
}

/// The secret and its owner.
pub(crate) async fn secret(
    tx: &DatabaseTransaction,
    integration: IntegrationId,
) -> Result<Option<SealedSecret>, Fault> {
    let pair = find(tx, integration).await?;
    let owned = |pair: RetiringPair| {
        (pair.secret, Integration::retiring_binding(integration, pair.version))
    };
    Ok(pair.map(owned))
}
