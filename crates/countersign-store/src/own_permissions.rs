//! Permissions that accounts define themselves.

use countersign_authority::StoreFault;
use countersign_model::{AccountNumber, OwnPermission, PermissionName};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "own_permission")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for OwnPermission {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            name: PermissionName::parse(&row.name)
                .map_err(|_| StoreFault::Damaged("a permission's name"))?,
            description: row.description,
            version: columns::version(row.version)?,
        })
    }
}

pub(crate) async fn all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
) -> Result<Vec<OwnPermission>, Fault> {
    let rows = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .order_by_asc(Column::Name)
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, it: &OwnPermission) -> Result<(), Fault> {
    let row = ActiveModel {
        account: Set(it.account.0.into()),
        name: Set(it.name.to_string()),
        description: Set(it.description.clone()),
        version: Set(it.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn save(tx: &DatabaseTransaction, it: &OwnPermission) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::Description, Expr::value(it.description.as_str()))
        .col_expr(Column::Version, Expr::value(i64::from(it.version.0)))
        .filter(Column::Account.eq(i64::from(it.account.0)))
        .filter(Column::Name.eq(it.name.as_str()))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    name: &PermissionName,
) -> Result<(), Fault> {
    let key = (account.0.into(), name.to_string());
    let removed = Entity::delete_by_id(key).exec(tx).await?;
    if removed.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}
