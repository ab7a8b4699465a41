//! Second factors, and the codes that stand in for a lost one.

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{AccountNumber, EntityId, SecondFactor, SecondFactorState};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{DatabaseTransaction, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "second_factor")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) entity: i64,
    pub(crate) secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) last_step: Option<i64>,
}

// By hand, for the secret's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = (self.account, self.entity);
        f.debug_struct("second_factor").field("id", &id).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The codes, by the digest of each.
mod codes {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, DeriveEntityModel)]
    #[sea_orm(table_name = "recovery_code")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) account: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) entity: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) digest: Vec<u8>,
    }

    #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<Model> for SecondFactor {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        let state = match row.last_step {
            None => SecondFactorState::Pending,
            Some(step) => SecondFactorState::Confirmed { last_step: columns::counted(step)? },
        };
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            entity: EntityId(columns::number(row.entity)?),
            secret: columns::sealed(&row.secret)?,
            secret_version: columns::number(row.secret_version)?,
            state,
        })
    }
}

fn key(account: AccountNumber, entity: EntityId) -> (i64, i64) {
    (account.0.into(), entity.0.into())
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<Option<SecondFactor>, Fault> {
    let row = Entity::find_by_id(key(account, entity)).one(tx).await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn save(tx: &DatabaseTransaction, factor: &SecondFactor) -> Result<(), Fault> {
    let (account, entity) = key(factor.account, factor.entity);
    let last_step = match factor.state {
        SecondFactorState::Pending => None,
        SecondFactorState::Confirmed { last_step } => Some(columns::count(last_step)),
    };
    let row = ActiveModel {
        account: Set(account),
        entity: Set(entity),
        secret: Set(factor.secret.to_bytes().to_vec()),
        secret_version: Set(factor.secret_version.into()),
        last_step: Set(last_step),
    };
    let replace = OnConflict::columns([Column::Account, Column::Entity])
        .update_columns([Column::Secret, Column::SecretVersion, Column::LastStep])
        .to_owned();
    Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Removes it and its recovery codes. `false` where there is none.
pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<bool, Fault> {
    remove_codes(tx, account, entity).await?;
    Ok(Entity::delete_by_id(key(account, entity)).exec(tx).await?.rows_affected > 0)
}

async fn remove_codes(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<(), Fault> {
    codes::Entity::delete_many()
        .filter(codes::Column::Account.eq(i64::from(account.0)))
        .filter(codes::Column::Entity.eq(i64::from(entity.0)))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many recovery codes are left.
pub(crate) async fn codes_left(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<u64, Fault> {
    use sea_orm::PaginatorTrait;
    let codes = codes::Entity::find()
        .filter(codes::Column::Account.eq(i64::from(account.0)))
        .filter(codes::Column::Entity.eq(i64::from(entity.0)));
    Ok(codes.count(tx).await?)
}

pub(crate) async fn save_codes(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    digests: &[[u8; 32]],
) -> Result<(), Fault> {
    remove_codes(tx, account, entity).await?;
    let rows = digests.iter().map(|digest| codes::ActiveModel {
        account: Set(account.0.into()),
        entity: Set(entity.0.into()),
        digest: Set(digest.to_vec()),
    });
    codes::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// `false` where there is no such code.
pub(crate) async fn spend_code(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    digest: &[u8; 32],
) -> Result<bool, Fault> {
    let key = (account.0.into(), entity.0.into(), digest.to_vec());
    Ok(codes::Entity::delete_by_id(key).exec(tx).await?.rows_affected > 0)
}
