//! Integrations: the definitions, with their consumer pairs.

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{
    AccountNumber, AuthenticationSettings, Binding, CallbackUrl, ConsumerKey, Integration,
    IntegrationId, PreviousSecret, Sealed,
};
use countersign_verify::{ConsumerFact, Fact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QuerySelect, Set};

use crate::fault::Fault;
use crate::{Learn, columns, previous_secrets};

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "integration")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) owner: i64,
    pub(crate) name: String,
    pub(crate) consumer_key: Vec<u8>,
    pub(crate) consumer_secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) token_based: bool,
    pub(crate) callback_url: Option<String>,
    pub(crate) version: i64,
}

// By hand, for the secret's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("integration").field("id", &self.id).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Integration {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            id: IntegrationId(columns::number(row.id)?),
            owner: AccountNumber(columns::number(row.owner)?),
            name: row.name,
            consumer_key: consumer_key(&row.consumer_key)?,
            consumer_secret: columns::sealed(&row.consumer_secret)?,
            secret_version: columns::number(row.secret_version)?,
            authentication: AuthenticationSettings {
                token_based: row.token_based,
                callback_url: row.callback_url.as_deref().map(callback_url).transpose()?,
            },
            version: columns::version(row.version)?,
        })
    }
}

fn callback_url(column: &str) -> Result<CallbackUrl, StoreFault> {
    CallbackUrl::parse(column).map_err(|_| StoreFault::Damaged("a callback URL"))
}

fn consumer_key(column: &[u8]) -> Result<ConsumerKey, StoreFault> {
    columns::bytes(column, "a consumer key").map(ConsumerKey::from_bytes)
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    id: IntegrationId,
) -> Result<Option<Integration>, Fault> {
    let row = Entity::find_by_id(i64::from(id.0)).one(tx).await?;
    Ok(row.map(Integration::try_from).transpose()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, integration: &Integration) -> Result<(), Fault> {
    let callback = integration.authentication.callback_url.as_ref();
    let row = ActiveModel {
        id: Set(integration.id.0.into()),
        owner: Set(integration.owner.0.into()),
        name: Set(integration.name.clone()),
        consumer_key: Set(integration.consumer_key.as_bytes().to_vec()),
        consumer_secret: Set(integration.consumer_secret.to_bytes().to_vec()),
        secret_version: Set(integration.secret_version.into()),
        token_based: Set(integration.authentication.token_based),
        callback_url: Set(callback.map(|url| url.as_str().to_owned())),
        version: Set(integration.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves the pair and its version, and puts `previous` in the place of what is kept of an older
/// one.
pub(crate) async fn save_pair(
    tx: &DatabaseTransaction,
    integration: &Integration,
    previous: Option<&PreviousSecret>,
) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .col_expr(Column::ConsumerKey, Expr::value(integration.consumer_key.as_bytes().to_vec()))
        .col_expr(
            Column::ConsumerSecret,
            Expr::value(integration.consumer_secret.to_bytes().to_vec()),
        )
        .col_expr(Column::SecretVersion, Expr::value(i64::from(integration.secret_version)))
        .col_expr(Column::Version, Expr::value(i64::from(integration.version.0)))
        .filter(Column::Id.eq(i64::from(integration.id.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 {
        return Err(StoreFault::Gone.into());
    }
    previous_secrets::replace(tx, integration.id, previous).await
}

/// The account that owns the definition.
pub(crate) async fn owner(
    tx: &DatabaseTransaction,
    id: IntegrationId,
) -> Result<Option<AccountNumber>, Fault> {
    let owner = Entity::find_by_id(i64::from(id.0)).select_only().column(Column::Owner);
    let owner = owner.into_tuple::<i64>().one(tx).await?;
    Ok(owner.map(|owner| columns::number(owner).map(AccountNumber)).transpose()?)
}

/// The consumer secret and its owner.
pub(crate) async fn secret(
    tx: &DatabaseTransaction,
    id: IntegrationId,
) -> Result<Option<(Sealed, Binding)>, Fault> {
    let row = Entity::find_by_id(i64::from(id.0))
        .select_only()
        .columns([Column::ConsumerSecret, Column::SecretVersion])
        .into_tuple::<(Vec<u8>, i64)>()
        .one(tx)
        .await?;
    let Some((secret, version)) = row else { return Ok(None) };
    let binding = Integration::binding(id, columns::number(version)?);
    Ok(Some((columns::sealed(&secret)?, binding)))
}

pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let mut rows = Entity::find()
        .select_only()
        .columns([
            Column::Id,
            Column::ConsumerKey,
            Column::ConsumerSecret,
            Column::SecretVersion,
            Column::TokenBased,
        ])
        .into_tuple::<(i64, Vec<u8>, Vec<u8>, i64, bool)>()
        .stream(tx)
        .await?;
    while let Some((id, key, secret, version, token_based)) = rows.try_next().await? {
        learn(Fact::Consumer(ConsumerFact {
            consumer_key: consumer_key(&key)?,
            integration: IntegrationId(columns::number(id)?),
            secret: columns::sealed(&secret)?,
            secret_version: columns::number(version)?,
            token_based,
        }));
    }
    Ok(())
}
