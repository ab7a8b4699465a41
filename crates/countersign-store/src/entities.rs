//! Entities and their passwords.

use std::fmt;

use countersign_authority::{PasswordHash, StoreFault};
use countersign_model::{AccountNumber, Email, EntityId, EntityKind};
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect, Set};

use crate::columns;
use crate::fault::Fault;

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "entity")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) active: bool,
    pub(crate) password: Option<String>,
    pub(crate) version: i64,
}

// By hand, for the password's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("entity").field("id", &(self.account, self.id)).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for countersign_model::Entity {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            id: EntityId(columns::number(row.id)?),
            kind: EntityKind::parse(&row.kind).ok_or(StoreFault::Damaged("an entity's kind"))?,
            name: row.name,
            email: Email::parse(&row.email).map_err(|_| StoreFault::Damaged("an email address"))?,
            active: row.active,
            version: columns::version(row.version)?,
        })
    }
}

fn by_id(account: AccountNumber, id: EntityId) -> Select<Entity> {
    Entity::find_by_id((account.0.into(), id.0.into()))
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: EntityId,
) -> Result<Option<countersign_model::Entity>, Fault> {
    let row = by_id(account, id).one(tx).await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn find_by_email(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    email: &Email,
) -> Result<Option<countersign_model::Entity>, Fault> {
    let row = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Email.eq(email.as_str()))
        .one(tx)
        .await?;
    Ok(row.map(TryInto::try_into).transpose()?)
}

pub(crate) async fn add(
    tx: &DatabaseTransaction,
    entity: &countersign_model::Entity,
) -> Result<(), Fault> {
    let row = ActiveModel {
        account: Set(entity.account.0.into()),
        id: Set(entity.id.0.into()),
        kind: Set(entity.kind.as_str().to_owned()),
        name: Set(entity.name.clone()),
        email: Set(entity.email.to_string()),
        active: Set(entity.active),
        password: Set(None),
        version: Set(entity.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn save_password(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: EntityId,
    password: &PasswordHash,
) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::Password, Expr::value(password.as_str()))
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Id.eq(i64::from(id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn password(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: EntityId,
) -> Result<Option<PasswordHash>, Fault> {
    let column = by_id(account, id)
        .select_only()
        .column(Column::Password)
        .into_tuple::<Option<String>>()
        .one(tx)
        .await?;
    Ok(column.flatten().map(PasswordHash::from_stored))
}
