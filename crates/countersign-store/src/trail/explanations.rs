//! Explanations of refusals, each with its owner.

use countersign_authority::{Owner, StoreFault};

use countersign_model::{AccountNumber, EntityId, Timestamp};
use countersign_trail::{KeptExplanation, Told};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, NotSet, QueryOrder, QuerySelect, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "explanation")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) reference: String,
    pub(crate) at_ms: i64,
    pub(crate) account: Option<i64>,
    pub(crate) entity: Option<i64>,
    /// A JSON document as text: PostgreSQL's own type refuses what callers may send.
    pub(crate) told: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Adds one, and forgets the oldest of its account beyond `most`.
pub(super) async fn add(
    tx: &DatabaseTransaction,
    explanation: &KeptExplanation,
    most: u64,
) -> Result<(), Fault> {
    let told = serde_json::to_string(&explanation.told)
        .map_err(|_| StoreFault::Failed("an explanation that can't be written".to_owned()))?;
    let (account, entity) = match explanation.owner {
        Owner::Entity { account, entity } => (Some(account), Some(entity)),
        Owner::Account(account) => (Some(account), None),
        Owner::Nobody => (None, None),
    };
    let row = ActiveModel {
        id: NotSet,
        reference: Set(explanation.reference.clone()),
        at_ms: Set(explanation.at.millis()),
        account: Set(account.map(|number| number.0.into())),
        entity: Set(entity.map(|id| id.0.into())),
        told: Set(told),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    trim(tx, account, most).await
}

async fn trim(
    tx: &DatabaseTransaction,
    account: Option<AccountNumber>,
    most: u64,
) -> Result<(), Fault> {
    let of_account = || {
        Condition::all().add(match account {
            Some(number) => Column::Account.eq(i64::from(number.0)),
            None => Column::Account.is_null(),
        })
    };
    let beyond = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(of_account())
        .order_by_desc(Column::Id)
        .offset(most)
        .into_tuple::<i64>()
        .one(tx);
    if let Some(id) = beyond.await? {
        Entity::delete_many().filter(of_account()).filter(Column::Id.lte(id)).exec(tx).await?;
    }
    Ok(())
}

pub(super) async fn find(
    tx: &DatabaseTransaction,
    reference: &str,
) -> Result<Option<KeptExplanation>, Fault> {
    let row = Entity::find().filter(Column::Reference.eq(reference)).one(tx).await?;
    Ok(row.map(KeptExplanation::try_from).transpose()?)
}

/// Forgets all until that time.
pub(super) async fn forget(tx: &DatabaseTransaction, until: Timestamp) -> Result<u64, Fault> {
    let old = Entity::delete_many().filter(Column::AtMs.lte(until.millis()));
    Ok(old.exec(tx).await?.rows_affected)
}

impl TryFrom<Model> for KeptExplanation {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let number = |column: Option<i64>| column.map(columns::number).transpose();
        let account = number(row.account)?.map(AccountNumber);
        let owner = match (account, number(row.entity)?.map(EntityId)) {
            (Some(account), Some(entity)) => Owner::Entity { account, entity },
            (Some(account), None) => Owner::Account(account),
            (None, None) => Owner::Nobody,
            (None, Some(_)) => return Err(StoreFault::Damaged("an explanation's owner")),
        };
        let told: Told =
            serde_json::from_str(&row.told).map_err(|_| StoreFault::Damaged("an explanation"))?;
        Ok(Self { reference: row.reference, at: Timestamp::from_millis(row.at_ms), owner, told })
    }
}
