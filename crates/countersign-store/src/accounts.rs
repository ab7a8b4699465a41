//! Accounts.

use countersign_authority::{Order, Part, Slice, StoreFault};
use countersign_model::{Account, AccountId, AccountNumber};
use countersign_verify::{AccountFact, Fact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, QueryOrder, QuerySelect, Set};

use crate::fault::Fault;
use crate::{Learn, columns};

#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) token_based_authentication: bool,
    pub(crate) version: i64,
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
            name: row.name,
            token_based_authentication: row.token_based_authentication,
            version: columns::version(row.version)?,
        })
    }
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

pub(crate) async fn find_numbered(
    tx: &DatabaseTransaction,
    number: AccountNumber,
) -> Result<Option<Account>, Fault> {
    let row = Entity::find_by_id(i64::from(number.0)).one(tx).await?;
    Ok(row.map(Account::try_from).transpose()?)
}

pub(crate) async fn list(tx: &DatabaseTransaction, slice: Slice) -> Result<Part<Account>, Fault> {
    let Slice { after, most, order } = slice;
    let mut query = Entity::find().limit(u64::from(most) + 1);
    query = match order {
        Order::OldestFirst => query.order_by_asc(Column::Number),
        Order::NewestFirst => query.order_by_desc(Column::Number),
    };
    if let Some(after) = after {
        query = query.filter(match order {
            Order::OldestFirst => Column::Number.gt(i64::from(after)),
            Order::NewestFirst => Column::Number.lt(i64::from(after)),
        });
    }
    let mut rows = query.all(tx).await?;
    let more = rows.len() > usize::from(most);
    rows.truncate(most.into());
    let rows = rows.into_iter().map(Account::try_from).collect::<Result<_, _>>()?;
    Ok(Part { rows, more })
}

pub(crate) async fn add(tx: &DatabaseTransaction, account: &Account) -> Result<(), Fault> {
    let row = ActiveModel {
        number: Set(account.number.0.into()),
        id: Set(account.id.to_string()),
        name: Set(account.name.clone()),
        token_based_authentication: Set(account.token_based_authentication),
        version: Set(account.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let mut rows = Entity::find()
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
