//! What roles grant, and how far.

use std::collections::BTreeMap;

use countersign_authority::StoreFault;
use countersign_model::{AccountNumber, Level, Permission, Role, RoleId};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, Set};

use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "role_permission")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) role: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) permission: String,
    pub(crate) level: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn granted(&self) -> Result<(Permission, Level), StoreFault> {
        let permission =
            Permission::parse(&self.permission).map_err(|_| StoreFault::Damaged("a permission"))?;
        let level = Level::parse(&self.level).ok_or(StoreFault::Damaged("a permission's level"))?;
        Ok((permission, level))
    }
}

pub(super) async fn of_role(
    tx: &DatabaseTransaction,
    account: i64,
    role: i64,
) -> Result<Vec<(Permission, Level)>, Fault> {
    let rows = Entity::find()
        .filter(Column::Account.eq(account))
        .filter(Column::Role.eq(role))
        .all(tx)
        .await?;
    Ok(rows.iter().map(Model::granted).collect::<Result<_, _>>()?)
}

pub(super) async fn add(tx: &DatabaseTransaction, role: &Role) -> Result<(), Fault> {
    let rows = role.permissions.built_in().map(|(permission, level)| ActiveModel {
        account: Set(role.account.0.into()),
        role: Set(role.id.0.into()),
        permission: Set(permission.as_str().to_owned()),
        level: Set(level.as_str().to_owned()),
    });
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn remove_of(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    role: RoleId,
) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Role.eq(i64::from(role.0)))
        .exec(tx)
        .await?;
    Ok(())
}

/// The permissions of every role, by the role's columns `(account, id)`.
pub(super) async fn all(
    tx: &DatabaseTransaction,
) -> Result<BTreeMap<(i64, i64), Vec<(Permission, Level)>>, Fault> {
    let mut all = BTreeMap::<_, Vec<_>>::new();
    let mut rows = Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        all.entry((row.account, row.role)).or_default().push(row.granted()?);
    }
    Ok(all)
}
