//! Integrations: the definitions, with their consumer pairs.

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{
    AccountNumber, ApplicationId, AuthenticationSettings, Binding, CallbackUrl, ConsumerKey,
    Integration, IntegrationId, Sealed, Stamp,
};
use countersign_verify::{ConsumerFact, Fact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, Set};

use crate::fault::Fault;
use crate::{Learn, access_tokens, columns, installations, previous_secrets, retiring_pairs};

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "integration")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) owner: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) application_id: Option<Vec<u8>>,
    pub(crate) consumer_key: Vec<u8>,
    pub(crate) consumer_secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) token_based: bool,
    pub(crate) authorization_flow: bool,
    pub(crate) issue_token_endpoint: bool,
    pub(crate) callback_url: Option<String>,
    pub(crate) user_credentials: bool,
    // Whether it is gone: its tokens stay, and name it.
    pub(crate) deleted_ms: Option<i64>,
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
            description: row.description,
            application_id: application_id(row.application_id.as_deref())?,
            consumer_key: consumer_key(&row.consumer_key)?,
            consumer_secret: columns::sealed(&row.consumer_secret)?,
            secret_version: columns::number(row.secret_version)?,
            authentication: AuthenticationSettings {
                token_based: row.token_based,
                authorization_flow: row.authorization_flow,
                issue_token_endpoint: row.issue_token_endpoint,
                callback_url: row.callback_url.map(CallbackUrl::from_store),
                user_credentials: row.user_credentials,
            },
            version: columns::version(row.version)?,
        })
    }
}

/// Every row has one since it has the column.
pub(crate) fn application_id(column: Option<&[u8]>) -> Result<ApplicationId, StoreFault> {
    let bytes = columns::bytes(column.unwrap_or_default(), "an application ID")?;
    Ok(ApplicationId::from_bytes(bytes))
}

/// Those that are not gone.
fn present() -> Select<Entity> {
    Entity::find().filter(Column::DeletedMs.is_null())
}

fn consumer_key(column: &[u8]) -> Result<ConsumerKey, StoreFault> {
    columns::bytes(column, "a consumer key").map(ConsumerKey::from_bytes)
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    id: IntegrationId,
) -> Result<Option<Integration>, Fault> {
    let row = present().filter(Column::Id.eq(i64::from(id.0))).one(tx).await?;
    Ok(row.map(Integration::try_from).transpose()?)
}

pub(crate) async fn find_by_application(
    tx: &DatabaseTransaction,
    id: &ApplicationId,
) -> Result<Option<Integration>, Fault> {
    let row = present().filter(Column::ApplicationId.eq(id.as_bytes().to_vec())).one(tx).await?;
    Ok(row.map(Integration::try_from).transpose()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, integration: &Integration) -> Result<(), Fault> {
    let authentication = &integration.authentication;
    let callback = authentication.callback_url.as_ref();
    let row = ActiveModel {
        id: Set(integration.id.0.into()),
        owner: Set(integration.owner.0.into()),
        name: Set(integration.name.clone()),
        description: Set(integration.description.clone()),
        application_id: Set(Some(integration.application_id.as_bytes().to_vec())),
        consumer_key: Set(integration.consumer_key.as_bytes().to_vec()),
        consumer_secret: Set(integration.consumer_secret.to_bytes().to_vec()),
        secret_version: Set(integration.secret_version.into()),
        token_based: Set(authentication.token_based),
        authorization_flow: Set(authentication.authorization_flow),
        issue_token_endpoint: Set(authentication.issue_token_endpoint),
        callback_url: Set(callback.map(|url| url.as_str().to_owned())),
        user_credentials: Set(authentication.user_credentials),
        deleted_ms: Set(None),
        version: Set(integration.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves what an owner edits.
pub(crate) async fn save(tx: &DatabaseTransaction, integration: &Integration) -> Result<(), Fault> {
    let authentication = &integration.authentication;
    let callback = authentication.callback_url.as_ref().map(|url| url.as_str().to_owned());
    let saved = Entity::update_many()
        .col_expr(Column::Name, Expr::value(integration.name.clone()))
        .col_expr(Column::Description, Expr::value(integration.description.clone()))
        .col_expr(Column::TokenBased, Expr::value(authentication.token_based))
        .col_expr(Column::AuthorizationFlow, Expr::value(authentication.authorization_flow))
        .col_expr(Column::IssueTokenEndpoint, Expr::value(authentication.issue_token_endpoint))
        .col_expr(Column::CallbackUrl, Expr::value(callback))
        .col_expr(Column::UserCredentials, Expr::value(authentication.user_credentials))
        .col_expr(Column::Version, Expr::value(i64::from(integration.version.0)))
        .filter(Column::Id.eq(i64::from(integration.id.0)))
        .filter(Column::DeletedMs.is_null())
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// Saves the pair and its version.
pub(crate) async fn save_pair(
    tx: &DatabaseTransaction,
    integration: &Integration,
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
        .filter(Column::DeletedMs.is_null())
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// What stands in the place of a secret that was erased: no data key has number 0, so nothing
/// opens it.
const ERASED: [u8; Sealed::LENGTH] = [0; Sealed::LENGTH];

/// Marks a definition as gone, erases its secrets, and revokes its tokens; gives their number.
pub(crate) async fn delete(
    tx: &DatabaseTransaction,
    id: IntegrationId,
    stamp: Stamp,
) -> Result<u64, Fault> {
    let deleted = Entity::update_many()
        .col_expr(Column::DeletedMs, Expr::value(stamp.at.millis()))
        .col_expr(Column::ConsumerSecret, Expr::value(ERASED.to_vec()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(i64::from(id.0)))
        .filter(Column::DeletedMs.is_null())
        .exec(tx)
        .await?;
    if deleted.rows_affected == 0 {
        return Err(StoreFault::Gone.into());
    }
    retiring_pairs::replace(tx, id, None).await?;
    previous_secrets::replace(tx, id, None).await?;
    let mut revoked = 0;
    for (account, installation) in installations::places(tx, id).await? {
        revoked += access_tokens::revoke_all(tx, account, installation, stamp).await?;
    }
    Ok(revoked)
}

/// The definitions that an account owns.
pub(crate) async fn owned_by(
    tx: &DatabaseTransaction,
    account: AccountNumber,
) -> Result<Vec<IntegrationId>, Fault> {
    let ids = present()
        .filter(Column::Owner.eq(i64::from(account.0)))
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .into_tuple::<i64>()
        .all(tx)
        .await?;
    let id = |id| columns::number(id).map(IntegrationId);
    Ok(ids.into_iter().map(id).collect::<Result<_, _>>()?)
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
    let row = present()
        .filter(Column::Id.eq(i64::from(id.0)))
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
    let mut retiring = retiring_pairs::all(tx).await?;
    let mut rows = present()
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
            retiring: retiring.remove(&id),
        }));
    }
    Ok(())
}
