//! Integrations as installed in accounts.

use countersign_authority::StoreFault;
use countersign_model::{
    AccountNumber, Installation, InstallationId, InstallationState, IntegrationId,
};
use countersign_verify::{Fact, InstallationFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, Set};

use crate::fault::Fault;
use crate::{Learn, columns};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "installation")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) integration: i64,
    pub(crate) state: String,
    pub(crate) version: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Installation {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            id: InstallationId(columns::number(row.id)?),
            integration: IntegrationId(columns::number(row.integration)?),
            state: InstallationState::parse(&row.state)
                .map_err(|_| StoreFault::Damaged("an installation's state"))?,
            version: columns::version(row.version)?,
        })
    }
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    id: InstallationId,
) -> Result<Option<Installation>, Fault> {
    let row = Entity::find_by_id((account.0.into(), id.0.into())).one(tx).await?;
    Ok(row.map(Installation::try_from).transpose()?)
}

pub(crate) async fn add(
    tx: &DatabaseTransaction,
    installation: &Installation,
) -> Result<(), Fault> {
    let row = ActiveModel {
        account: Set(installation.account.0.into()),
        id: Set(installation.id.0.into()),
        integration: Set(installation.integration.0.into()),
        state: Set(installation.state.as_str().to_owned()),
        version: Set(installation.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves the state.
pub(crate) async fn save(
    tx: &DatabaseTransaction,
    installation: &Installation,
) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::State, Expr::value(installation.state.as_str()))
        .col_expr(Column::Version, Expr::value(i64::from(installation.version.0)))
        .filter(Column::Account.eq(i64::from(installation.account.0)))
        .filter(Column::Id.eq(i64::from(installation.id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let mut rows = Entity::find().stream(tx).await?;
    while let Some(row) = rows.try_next().await? {
        let Installation { account, id, integration, state, .. } = row.try_into()?;
        learn(Fact::Installation(InstallationFact { account, integration, id, state }));
    }
    Ok(())
}
