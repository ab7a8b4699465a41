//! Which roles an entity has, and whether it may log in with them.

use std::collections::{BTreeMap, BTreeSet};

use countersign_authority::{Assignment, Holder, StoreFault};
use countersign_model::{AccountNumber, Assigned, EntityId, Login, Role, RoleId};
use countersign_verify::{Fact, LoginFact, RoleFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{
    Condition, DatabaseTransaction, PaginatorTrait, QueryOrder, QuerySelect, QueryTrait, Set,
    TryInsertResult,
};

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
    pub(crate) hidden: bool,
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

fn is_of(account: AccountNumber, entity: EntityId) -> Condition {
    Condition::all()
        .add(Column::Account.eq(i64::from(account.0)))
        .add(Column::Entity.eq(i64::from(entity.0)))
}

fn has(account: AccountNumber, role: RoleId) -> Condition {
    Condition::all()
        .add(Column::Account.eq(i64::from(account.0)))
        .add(Column::Role.eq(i64::from(role.0)))
}

pub(crate) async fn of_entity(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<Vec<Assignment>, Fault> {
    let rows =
        Entity::find().filter(is_of(account, entity)).order_by_asc(Column::Role).all(tx).await?;
    let assignment = |row: &Model| {
        Ok(Assignment { role: columns::number(row.role).map(RoleId)?, hidden: row.hidden })
    };
    Ok(rows.iter().map(assignment).collect::<Result<_, StoreFault>>()?)
}

pub(crate) async fn holders(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    role: RoleId,
) -> Result<Vec<Holder>, Fault> {
    let rows = Entity::find()
        .find_also_related(entities::Entity)
        .filter(has(account, role))
        .order_by_asc(Column::Entity)
        .all(tx)
        .await?;
    let holder = |(row, entity): (Model, Option<entities::Model>)| {
        let entity = entity.ok_or(StoreFault::Damaged("an assignment"))?;
        Ok(Holder { entity: entity.try_into()?, hidden: row.hidden })
    };
    Ok(rows.into_iter().map(holder).collect::<Result<_, StoreFault>>()?)
}

/// How many entities have each of these roles.
pub(crate) async fn count(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    role: RoleId,
) -> Result<u64, Fault> {
    Ok(Entity::find().filter(has(account, role)).count(tx).await?)
}

/// Has an entity hide these of its roles, and no others.
pub(crate) async fn hide(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
    hidden: &BTreeSet<RoleId>,
) -> Result<(), Fault> {
    let set = |hidden: bool| {
        Entity::update_many()
            .col_expr(Column::Hidden, Expr::value(hidden))
            .filter(is_of(account, entity))
    };
    set(false).exec(tx).await?;
    let hidden = hidden.iter().map(|role| i64::from(role.0));
    set(true).filter(Column::Role.is_in(hidden)).exec(tx).await?;
    Ok(())
}

/// Takes all roles of an entity away.
pub(crate) async fn remove_all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<(), Fault> {
    Entity::delete_many().filter(is_of(account, entity)).exec(tx).await?;
    Ok(())
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
        hidden: Set(false),
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
pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    of: Option<AccountNumber>,
    learn: Learn<'_>,
) -> Result<(), Fault> {
    let roles = roles::all(tx).await?;
    let told = roles.values().filter(|role| of.is_none_or(|of| of == role.account));
    told.for_each(|role| learn(Fact::Role(RoleFact::from(role))));
    let mut rows = Entity::find()
        .inner_join(entities::Entity)
        .apply_if(of, |rows, of| rows.filter(Column::Account.eq(i64::from(of.0))))
        .select_only()
        .column(Column::Role)
        .column(Column::Hidden)
        .column(entities::Column::Account)
        .column(entities::Column::Id)
        .column(entities::Column::Kind)
        .column(entities::Column::Name)
        .column(entities::Column::Email)
        .column(entities::Column::Active)
        .column(entities::Column::Version)
        .into_tuple::<(i64, bool, i64, i64, String, String, String, bool, i64)>()
        .stream(tx)
        .await?;
    while let Some((role, hidden, account, id, kind, name, email, active, version)) =
        rows.try_next().await?
    {
        let password = None;
        let entity = entities::Model { account, id, kind, name, email, active, password, version };
        learn(Fact::Login(login(entity, role, hidden, &roles)?));
    }
    Ok(())
}

fn login(
    entity: entities::Model,
    role: i64,
    hidden: bool,
    roles: &BTreeMap<(i64, i64), Role>,
) -> Result<LoginFact, StoreFault> {
    let role = roles.get(&(entity.account, role)).ok_or(StoreFault::Damaged("a role"))?;
    let entity = countersign_model::Entity::try_from(entity)?;
    Ok(LoginFact {
        account: entity.account,
        entity: entity.id,
        role: role.id,
        login: Login::of(&entity, role, if hidden { Assigned::Hidden } else { Assigned::Yes }),
    })
}
