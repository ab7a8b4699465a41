//! Which roles an entity has, and whether it may log in with them.

use std::collections::BTreeMap;

use countersign_authority::StoreFault;
use countersign_model::{AccountNumber, EntityId, Login, Role, RoleId};
use countersign_verify::{Fact, LoginFact, RoleFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, Set, TryInsertResult};

use crate::fault::Fault;
use crate::{Learn, columns, entities, roles};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "entity_role")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) entity: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) role: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {
    #[sea_orm(
        belongs_to = "entities::Entity",
        from = "(Column::Account, Column::Entity)",
        to = "(entities::Column::Account, entities::Column::Id)"
    )]
    Entity,
}

impl Related<entities::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Entity.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn of_entity(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<Vec<RoleId>, Fault> {
    let rows = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Entity.eq(i64::from(entity.0)))
        .order_by_asc(Column::Role)
        .all(tx)
        .await?;
    let role = |row: &Model| columns::number(row.role).map(RoleId);
    Ok(rows.iter().map(role).collect::<Result<_, _>>()?)
}

pub(crate) async fn holders(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    role: RoleId,
) -> Result<Vec<EntityId>, Fault> {
    let rows = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Role.eq(i64::from(role.0)))
        .order_by_asc(Column::Entity)
        .all(tx)
        .await?;
    let entity = |row: &Model| columns::number(row.entity).map(EntityId);
    Ok(rows.iter().map(entity).collect::<Result<_, _>>()?)
}

/// `false` when it was assigned already.
pub(crate) async fn add(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    role: RoleId,
) -> Result<bool, Fault> {
    let row = ActiveModel {
        account: Set(account.0.into()),
        entity: Set(entity.0.into()),
        role: Set(role.0.into()),
    };
    let added = Entity::insert(row).on_conflict_do_nothing().exec_without_returning(tx).await?;
    Ok(matches!(added, TryInsertResult::Inserted(1..)))
}

/// `false` when it wasn't assigned.
pub(crate) async fn remove(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    role: RoleId,
) -> Result<bool, Fault> {
    let key = (account.0.into(), entity.0.into(), role.0.into());
    Ok(Entity::delete_by_id(key).exec(tx).await?.rows_affected > 0)
}

/// Tells every role, and the rule's answer for every one that is assigned. Of other pairs nothing
/// needs to be said: whoever knows nothing of one knows that the role isn't assigned.
pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let roles = roles::all(tx).await?;
    roles.values().for_each(|role| learn(Fact::Role(RoleFact::from(role))));
    let mut rows = Entity::find()
        .inner_join(entities::Entity)
        .select_only()
        .column(Column::Role)
        .column(entities::Column::Account)
        .column(entities::Column::Id)
        .column(entities::Column::Kind)
        .column(entities::Column::Name)
        .column(entities::Column::Email)
        .column(entities::Column::Active)
        .column(entities::Column::Version)
        .into_tuple::<(i64, i64, i64, String, String, String, bool, i64)>()
        .stream(tx)
        .await?;
    while let Some((role, account, id, kind, name, email, active, version)) =
        rows.try_next().await?
    {
        let password = None;
        let entity = entities::Model { account, id, kind, name, email, active, password, version };
        learn(Fact::Login(login(entity, role, &roles)?));
    }
    Ok(())
}

fn login(
    entity: entities::Model,
    role: i64,
    roles: &BTreeMap<(i64, i64), Role>,
) -> Result<LoginFact, StoreFault> {
    let role = roles.get(&(entity.account, role)).ok_or(StoreFault::Damaged("a role"))?;
    let entity = countersign_model::Entity::try_from(entity)?;
    Ok(LoginFact {
        account: entity.account,
        entity: entity.id,
        role: role.id,
        login: Login::of(&entity, role, true),
    })
}
