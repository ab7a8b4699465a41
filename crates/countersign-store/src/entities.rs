//! Entities and their passwords.

use std::fmt;

use countersign_authority::{EntityFilter, Part, PasswordHash, Slice, StoreFault};
use countersign_model::{AccountNumber, Email, EntityId, EntityKind, TokenNumber};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;
use sea_orm::{Condition, DatabaseTransaction, QuerySelect, Set};

use crate::fault::Fault;
use crate::{access_tokens, columns, links, list, role_assignments, second_factors, sessions};

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

/// Saves all but the password.
pub(crate) async fn save(
    tx: &DatabaseTransaction,
    entity: &countersign_model::Entity,
) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::Kind, Expr::value(entity.kind.as_str()))
        .col_expr(Column::Name, Expr::value(entity.name.as_str()))
        .col_expr(Column::Email, Expr::value(entity.email.as_str()))
        .col_expr(Column::Active, Expr::value(entity.active))
        .col_expr(Column::Version, Expr::value(i64::from(entity.version.0)))
        .filter(Column::Account.eq(i64::from(entity.account.0)))
        .filter(Column::Id.eq(i64::from(entity.id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// Removes an entity and all that is its own.
pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: EntityId,
) -> Result<Vec<TokenNumber>, Fault> {
    sessions::remove_all(tx, account, id).await?;
    second_factors::remove(tx, account, id).await?;
    links::remove_all(tx, account, id).await?;
    role_assignments::remove_all(tx, account, id).await?;
    let tokens = access_tokens::remove_all(tx, account, id).await?;
    let removed = Entity::delete_by_id((account.0.into(), id.0.into())).exec(tx).await?;
    if removed.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(tokens) }
}

/// A part of the entities of an account.
pub(crate) async fn part(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &EntityFilter,
    slice: Slice,
) -> Result<Part<countersign_model::Entity>, Fault> {
    let mut wanted = Condition::all().add(Column::Account.eq(i64::from(account.0)));
    if let Some(kind) = filter.kind {
        wanted = wanted.add(Column::Kind.eq(kind.as_str()));
    }
    if let Some(active) = filter.active {
        wanted = wanted.add(Column::Active.eq(active));
    }
    if let Some(role) = filter.role {
        let holders = Query::select()
            .column(role_assignments::Column::Entity)
            .from(role_assignments::Entity)
            .and_where(role_assignments::Column::Account.eq(i64::from(account.0)))
            .and_where(role_assignments::Column::Role.eq(i64::from(role.0)))
            .take();
        wanted = wanted.add(Column::Id.in_subquery(holders));
    }
    if let Some(text) = &filter.text {
        wanted = wanted.add(list::contain([Column::Name, Column::Email], text));
    }
    let rows = list::slice(Entity::find().filter(wanted), Column::Id, slice).all(tx).await?;
    Ok(list::part(rows, slice, TryInto::try_into)?)
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
