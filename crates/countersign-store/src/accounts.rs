//! Accounts.

use countersign_authority::{Part, Slice, StoreFault};
use countersign_model::{
    Account, AccountId, AccountNumber, Environment, EnvironmentKind, Timestamp, TokenPolicy,
};
use countersign_verify::{AccountFact, Fact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, QueryTrait, Set};

use crate::fault::Fault;
use crate::{Learn, columns, list};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token_based_authentication: bool,
    pub(crate) version: i64,
    pub(crate) policy_max_age_days: Option<i64>,
    pub(crate) policy_max_idle_days: Option<i64>,
    pub(crate) policy_warn_from_ms: Option<i64>,
    pub(crate) policy_block_from_ms: Option<i64>,
    pub(crate) policy_revoke_from_ms: Option<i64>,
    pub(crate) policy_warned_at_ms: Option<i64>,
    pub(crate) environment: Option<String>,
    pub(crate) production: Option<i64>,
    pub(crate) refreshed_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Account {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            number: AccountNumber(columns::number(row.number)?),
            id: id(&row.id)?,
            policy: policy(&row)?,
            environment: environment(&row)?,
            warned_at: row.policy_warned_at_ms.map(Timestamp::from_millis),
            name: row.name,
            token_based_authentication: row.token_based_authentication,
            version: columns::version(row.version)?,
        })
    }
}

fn environment(row: &Model) -> Result<Option<Environment>, StoreFault> {
    let Some((kind, production)) = row.environment.as_deref().zip(row.production) else {
        return Ok(None);
    };
    Ok(Some(Environment {
        kind: EnvironmentKind::parse(kind).ok_or(StoreFault::Damaged("an environment"))?,
        production: AccountNumber(columns::number(production)?),
        refreshed_at: row.refreshed_ms.map(Timestamp::from_millis),
    }))
}

fn policy(row: &Model) -> Result<TokenPolicy, StoreFault> {
    let days = |column: Option<i64>| column.map(u16::try_from).transpose();
    let damaged = |_| StoreFault::Damaged("an account's policy");
    Ok(TokenPolicy {
        max_age_days: days(row.policy_max_age_days).map_err(damaged)?,
        max_idle_days: days(row.policy_max_idle_days).map_err(damaged)?,
        warn_from: row.policy_warn_from_ms.map(Timestamp::from_millis),
        block_from: row.policy_block_from_ms.map(Timestamp::from_millis),
        revoke_from: row.policy_revoke_from_ms.map(Timestamp::from_millis),
    })
}

fn id(column: &str) -> Result<AccountId, StoreFault> {
    AccountId::parse(column).map_err(|_| StoreFault::Damaged("an account id"))
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    id: &AccountId,
) -> Result<Option<Account>, Fault> {
    let row = Entity::find().filter(Column::Id.eq(id.as_str())).one(tx).await?;
    Ok(row.map(Account::try_from).transpose()?)
}

pub(crate) async fn page(tx: &DatabaseTransaction, slice: Slice) -> Result<Part<Account>, Fault> {
    let rows = list::slice(Entity::find(), Column::Number, slice).all(tx).await?;
    Ok(list::part(rows, slice, TryInto::try_into)?)
}

/// A part of the environments of a production account.
pub(crate) async fn environments(
    tx: &DatabaseTransaction,
    production: AccountNumber,
    slice: Slice,
) -> Result<Part<Account>, Fault> {
    let all = Entity::find().filter(Column::Production.eq(i64::from(production.0)));
    let rows = list::slice(all, Column::Number, slice).all(tx).await?;
    Ok(list::part(rows, slice, TryInto::try_into)?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, account: &Account) -> Result<(), Fault> {
    Entity::insert(columns_of(account)).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn save(tx: &DatabaseTransaction, account: &Account) -> Result<(), Fault> {
    let number = i64::from(account.number.0);
    let saved = Entity::update_many()
        .set(columns_of(account))
        .filter(Column::Number.eq(number))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

pub(crate) async fn find_by_number(
    tx: &DatabaseTransaction,
    number: AccountNumber,
) -> Result<Option<Account>, Fault> {
    let row = Entity::find_by_id(i64::from(number.0)).one(tx).await?;
    Ok(row.map(Account::try_from).transpose()?)
}

pub(crate) async fn all(tx: &DatabaseTransaction) -> Result<Vec<Account>, Fault> {
    let rows = Entity::find().order_by_asc(Column::Number).all(tx).await?;
    Ok(rows.into_iter().map(Account::try_from).collect::<Result<_, _>>()?)
}

fn columns_of(account: &Account) -> ActiveModel {
    let policy = &account.policy;
    let ms = |at: Option<Timestamp>| Set(at.map(Timestamp::millis));
    ActiveModel {
        number: Set(account.number.0.into()),
        id: Set(account.id.to_string()),
        name: Set(account.name.clone()),
        token_based_authentication: Set(account.token_based_authentication),
        version: Set(account.version.0.into()),
        policy_max_age_days: Set(policy.max_age_days.map(Into::into)),
        policy_max_idle_days: Set(policy.max_idle_days.map(Into::into)),
        policy_warn_from_ms: ms(policy.warn_from),
        policy_block_from_ms: ms(policy.block_from),
        policy_revoke_from_ms: ms(policy.revoke_from),
        policy_warned_at_ms: ms(account.warned_at),
        environment: Set(account.environment.map(|it| it.kind.as_str().to_owned())),
        production: Set(account.environment.map(|it| it.production.0.into())),
        refreshed_ms: ms(account.environment.and_then(|it| it.refreshed_at)),
    }
}

pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    of: Option<AccountNumber>,
    learn: Learn<'_>,
) -> Result<(), Fault> {
    let mut rows = Entity::find()
        .apply_if(of, |rows, of| rows.filter(Column::Number.eq(i64::from(of.0))))
        .select_only()
        .columns([Column::Number, Column::Id, Column::TokenBasedAuthentication])
        .into_tuple::<(i64, String, bool)>()
        .stream(tx)
        .await?;
    while let Some((number, account_id, token_based_authentication)) = rows.try_next().await? {
        learn(Fact::Account(AccountFact {
            number: AccountNumber(columns::number(number)?),
            id: id(&account_id)?,
            token_based_authentication,
        }));
    }
    Ok(())
}
