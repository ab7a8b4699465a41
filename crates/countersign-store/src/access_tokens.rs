//! Access tokens.

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{
    AccessToken, AccountNumber, Binding, EntityId, InstallationId, Revoked, RoleId, Sealed,
    Timestamp, TokenId, TokenNumber, TokenState,
};
use countersign_verify::{Fact, TokenFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, DatabaseTransaction, PaginatorTrait, QueryOrder, QuerySelect, Set};

use crate::fault::Fault;
use crate::{Learn, columns};

#[derive(Clone, DeriveEntityModel)]
#[sea_orm(table_name = "access_token")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) account: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) number: i64,
    pub(crate) token_id: Vec<u8>,
    pub(crate) token_secret: Vec<u8>,
    pub(crate) secret_version: i64,
    pub(crate) name: String,
    pub(crate) installation: i64,
    pub(crate) entity: i64,
    pub(crate) role: i64,
    pub(crate) state: String,
    pub(crate) revoked_at_ms: Option<i64>,
    pub(crate) version: i64,
}

// By hand, for the secret's sake.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = (self.account, self.number);
        f.debug_struct("access_token").field("id", &id).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for AccessToken {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            number: TokenNumber(columns::number(row.number)?),
            token_id: token_id(&row.token_id)?,
            token_secret: columns::sealed(&row.token_secret)?,
            secret_version: columns::number(row.secret_version)?,
            name: row.name,
            installation: InstallationId(columns::number(row.installation)?),
            entity: EntityId(columns::number(row.entity)?),
            role: RoleId(columns::number(row.role)?),
            state: state(&row.state, row.revoked_at_ms)?,
            version: columns::version(row.version)?,
        })
    }
}

const ACTIVE: &str = "active";
const INACTIVE: &str = "inactive";
const REVOKED: &str = "revoked";

fn token_id(column: &[u8]) -> Result<TokenId, StoreFault> {
    columns::bytes(column, "a token id").map(TokenId::from_bytes)
}

fn state(name: &str, revoked_at_ms: Option<i64>) -> Result<TokenState, StoreFault> {
    match (name, revoked_at_ms) {
        (ACTIVE, None) => Ok(TokenState::Active),
        (INACTIVE, None) => Ok(TokenState::Inactive),
        (REVOKED, Some(at)) => Ok(TokenState::Revoked(Revoked { at: Timestamp::from_millis(at) })),
        _ => Err(StoreFault::Damaged("a token's state")),
    }
}

fn state_columns(state: TokenState) -> (&'static str, Option<i64>) {
    match state {
        TokenState::Active => (ACTIVE, None),
        TokenState::Inactive => (INACTIVE, None),
        TokenState::Revoked(Revoked { at }) => (REVOKED, Some(at.millis())),
    }
}

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    number: TokenNumber,
) -> Result<Option<AccessToken>, Fault> {
    let row = Entity::find_by_id((account.0.into(), number.0.into())).one(tx).await?;
    Ok(row.map(AccessToken::try_from).transpose()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, token: &AccessToken) -> Result<(), Fault> {
    let (state, revoked_at_ms) = state_columns(token.state);
    let row = ActiveModel {
        account: Set(token.account.0.into()),
        number: Set(token.number.0.into()),
        token_id: Set(token.token_id.as_bytes().to_vec()),
        token_secret: Set(token.token_secret.to_bytes().to_vec()),
        secret_version: Set(token.secret_version.into()),
        name: Set(token.name.clone()),
        installation: Set(token.installation.0.into()),
        entity: Set(token.entity.0.into()),
        role: Set(token.role.0.into()),
        state: Set(state.to_owned()),
        revoked_at_ms: Set(revoked_at_ms),
        version: Set(token.version.0.into()),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves the state.
pub(crate) async fn save(tx: &DatabaseTransaction, token: &AccessToken) -> Result<(), Fault> {
    let (state, revoked_at_ms) = state_columns(token.state);
    let saved = Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::RevokedAtMs, Expr::value(revoked_at_ms))
        .col_expr(Column::Version, Expr::value(i64::from(token.version.0)))
        .filter(Column::Account.eq(i64::from(token.account.0)))
        .filter(Column::Number.eq(i64::from(token.number.0)))
        .exec(tx)
        .await?;
    if saved.rows_affected == 0 { Err(StoreFault::Gone.into()) } else { Ok(()) }
}

/// Revokes all tokens of an integration in an account that are not; gives their number.
pub(crate) async fn revoke_all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    installation: InstallationId,
    at: Timestamp,
) -> Result<u64, Fault> {
    let revoked = Entity::update_many()
        .col_expr(Column::State, Expr::value(REVOKED))
        .col_expr(Column::RevokedAtMs, Expr::value(at.millis()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Installation.eq(i64::from(installation.0)))
        .filter(Column::State.ne(REVOKED))
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected)
}

/// Removes the tokens of an entity; gives their numbers.
pub(crate) async fn remove_all(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    entity: EntityId,
) -> Result<Vec<TokenNumber>, Fault> {
    let of_entity = Condition::all()
        .add(Column::Account.eq(i64::from(account.0)))
        .add(Column::Entity.eq(i64::from(entity.0)));
    let numbers: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(of_entity.clone())
        .order_by_asc(Column::Number)
        .into_tuple()
        .all(tx)
        .await?;
    Entity::delete_many().filter(of_entity).exec(tx).await?;
    let number = |column| columns::number(column).map(TokenNumber);
    Ok(numbers.into_iter().map(number).collect::<Result<_, _>>()?)
}

/// How many tokens name a role, ended ones as well.
pub(crate) async fn count_of_role(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    role: RoleId,
) -> Result<u64, Fault> {
    let named = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Role.eq(i64::from(role.0)));
    Ok(named.count(tx).await?)
}

/// The secrets of other active tokens that the entity of `token` has at the same integration, the
/// newest first.
pub(crate) async fn secrets_beside(
    tx: &DatabaseTransaction,
    token: &AccessToken,
    most: u64,
) -> Result<Vec<(Sealed, Binding)>, Fault> {
    let rows: Vec<(i64, Vec<u8>, i64)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::TokenSecret, Column::SecretVersion])
        .filter(Column::Account.eq(i64::from(token.account.0)))
        .filter(Column::Installation.eq(i64::from(token.installation.0)))
        .filter(Column::Entity.eq(i64::from(token.entity.0)))
        .filter(Column::State.eq(ACTIVE))
        .filter(Column::Number.ne(i64::from(token.number.0)))
        .order_by_desc(Column::Number)
        .limit(most)
        .into_tuple()
        .all(tx)
        .await?;
    let secret = |(number, secret, version): &(i64, Vec<u8>, i64)| {
        let number = TokenNumber(columns::number(*number)?);
        let binding = AccessToken::binding(token.account, number, columns::number(*version)?);
        Ok((columns::sealed(secret)?, binding))
    };
    Ok(rows.iter().map(secret).collect::<Result<_, StoreFault>>()?)
}

type FactRow = (Vec<u8>, Vec<u8>, i64, i64, i64, i64, i64, i64, String, Option<i64>);

pub(crate) async fn tell(tx: &DatabaseTransaction, learn: Learn<'_>) -> Result<(), Fault> {
    let mut rows = Entity::find()
        .select_only()
        .columns([
            Column::TokenId,
            Column::TokenSecret,
            Column::SecretVersion,
            Column::Account,
            Column::Number,
            Column::Installation,
            Column::Entity,
            Column::Role,
            Column::State,
            Column::RevokedAtMs,
        ])
        .into_tuple::<FactRow>()
        .stream(tx)
        .await?;
    while let Some(row) = rows.try_next().await? {
        learn(Fact::Token(fact(&row)?));
    }
    Ok(())
}

fn fact(row: &FactRow) -> Result<TokenFact, StoreFault> {
    let (id, secret, version, account, number, installation, entity, role, name, revoked) = row;
    Ok(TokenFact {
        token_id: token_id(id)?,
        secret: columns::sealed(secret)?,
        secret_version: columns::number(*version)?,
        account: AccountNumber(columns::number(*account)?),
        number: TokenNumber(columns::number(*number)?),
        installation: InstallationId(columns::number(*installation)?),
        entity: EntityId(columns::number(*entity)?),
        role: RoleId(columns::number(*role)?),
        state: state(name, *revoked)?,
    })
}
