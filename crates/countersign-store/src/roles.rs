//! Roles and what they grant.

mod permissions;

use std::collections::BTreeMap;

use countersign_authority::StoreFault;
use countersign_model::{AccountNumber, Level, Permission, Role, RoleId};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn with(self, permissions: BTreeMap<Permission, Level>) -> Result<Role, StoreFault> {
        Ok(Role {
            account: AccountNumber(columns::number(self.account)?),
            id: RoleId(columns::number(self.id)?),
            name: self.name,
            active: self.active,
            permissions,
            version: columns::version(self.version)?,
        })
    }
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: RoleId,
) -> Result<Option<Role>, Fault> {
    let Some(row) = Entity::find_by_id((account.0.into(), id.0.into())).one(tx).await? else {
        return Ok(None);
    };
    let permissions = permissions::of_role(tx, row.account, row.id).await?;
    Ok(Some(row.with(permissions)?))
}

pub(crate) async fn add(tx: &DatabaseTransaction, role: &Role) -> Result<(), Fault> {
    let row = ActiveModel {
        account: Set(role.account.0.into()),
        id: Set(role.id.0.into()),
        name: Set(role.name.clone()),
        active: Set(role.active),
        version: Set(role.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    permissions::add(tx, role).await
}

/// Every role of the deployment, by its columns `(account, id)`. Roles are few: an account has
/// about as many as it has jobs.
pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<BTreeMap<(i64, i64), Role>, Fault> {
    let mut permissions = permissions::all(tx).await?;
    let mut roles = BTreeMap::new();
    let mut rows = Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let key = (row.account, row.id);
        roles.insert(key, row.with(permissions.remove(&key).unwrap_or_default())?);
    }
    Ok(roles)
}
