//! Roles and what they grant.

mod own;
mod permissions;

use std::collections::BTreeMap;

use countersign_authority::{Part, RoleFilter, Slice, StoreFault};
use countersign_model::{
    AccountNumber, Level, Permission, PermissionName, Permissions, Role, RoleId,
};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, DatabaseTransaction, Set};

use crate::fault::Fault;
use crate::{columns, list, role_assignments};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) active: bool,
    pub(crate) two_factor_required: bool,
    pub(crate) web_services_only: bool,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    fn with(
        self,
        built_in: Vec<(Permission, Level)>,
        own: own::Granted,
    ) -> Result<Role, StoreFault> {
        let mut permissions: Permissions = built_in.into_iter().collect();
        own.into_iter().for_each(|(name, level)| permissions.insert_own(name, level));
        Ok(Role {
            account: AccountNumber(columns::number(self.account)?),
            id: RoleId(columns::number(self.id)?),
            name: self.name,
            active: self.active,
            permissions,
            two_factor_required: self.two_factor_required,
            web_services_only: self.web_services_only,
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
    Ok(Some(with_permissions(tx, row).await?))
}

async fn with_permissions(tx: &DatabaseTransaction, row: Model) -> Result<Role, Fault> {
    let built_in = permissions::of_role(tx, row.account, row.id).await?;
    let own = own::of_role(tx, row.account, row.id).await?;
    Ok(row.with(built_in, own)?)
}

/// A part of the roles of an account, with how many entities have each.
pub(crate) async fn part(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &RoleFilter,
    slice: Slice,
) -> Result<Part<(Role, u64)>, Fault> {
    let mut wanted = Condition::all().add(Column::Account.eq(i64::from(account.0)));
    if let Some(active) = filter.active {
        wanted = wanted.add(Column::Active.eq(active));
    }
    if let Some(text) = &filter.text {
        wanted = wanted.add(list::contain([Column::Name], text));
    }
    let rows = list::slice(Entity::find().filter(wanted), Column::Id, slice).all(tx).await?;
    let Part { rows, more } = list::part(rows, slice, Ok)?;
    let mut roles = Vec::with_capacity(rows.len());
    for row in rows {
        let role = with_permissions(tx, row).await?;
        let holders = role_assignments::count(tx, account, role.id).await?;
        roles.push((role, holders));
    }
    Ok(Part { rows: roles, more })
}

/// The roles that grant an own permission.
pub(crate) async fn granting(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    name: &PermissionName,
) -> Result<Vec<RoleId>, Fault> {
    own::granting(tx, account, name).await
}

pub(crate) async fn add(tx: &DatabaseTransaction, role: &Role) -> Result<(), Fault> {
    let row = ActiveModel {
        account: Set(role.account.0.into()),
        id: Set(role.id.0.into()),
        name: Set(role.name.clone()),
        active: Set(role.active),
        two_factor_required: Set(role.two_factor_required),
        web_services_only: Set(role.web_services_only),
        version: Set(role.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    permissions::add(tx, role).await?;
    own::add(tx, role).await
}

pub(crate) async fn save(tx: &DatabaseTransaction, role: &Role) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::Name, Expr::value(role.name.as_str()))
        .col_expr(Column::Active, Expr::value(role.active))
        .col_expr(Column::TwoFactorRequired, Expr::value(role.two_factor_required))
        .col_expr(Column::WebServicesOnly, Expr::value(role.web_services_only))
        .col_expr(Column::Version, Expr::value(i64::from(role.version.0)))
        .filter(Column::Account.eq(i64::from(role.account.0)))
        .filter(Column::Id.eq(i64::from(role.id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(StoreFault::Gone.into());
    }
    remove_permissions(tx, role.account, role.id).await?;
    permissions::add(tx, role).await?;
    own::add(tx, role).await
}

pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: RoleId,
) -> Result<(), Fault> {
    remove_permissions(tx, account, id).await?;
    let removed = Entity::delete_by_id((account.0.into(), id.0.into())).exec(tx).await?;
    if removed.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

async fn remove_permissions(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: RoleId,
) -> Result<(), Fault> {
    permissions::remove_of(tx, account, id).await?;
    own::remove_of(tx, account, id).await
}

/// Every role of the deployment, by its columns `(account, id)`. Roles are few: an account has
/// about as many as it has jobs.
pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<BTreeMap<(i64, i64), Role>, Fault> {
    let mut built_in = permissions::all(tx).await?;
    let mut own = own::all(tx).await?;
    let mut roles = BTreeMap::new();
    let mut rows = Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let key = (row.account, row.id);
        let built_in = built_in.remove(&key).unwrap_or_default();
        let own = own.remove(&key).unwrap_or_default();
        roles.insert(key, row.with(built_in, own)?);
    }
    Ok(roles)
}
