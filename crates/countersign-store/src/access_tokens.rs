//! Access tokens.

pub(crate) mod list;
mod row;
mod telling;

pub(crate) use telling::tell;

use std::fmt;

use countersign_authority::StoreFault;
use countersign_model::{
    AccessToken, AccountNumber, Binding, EntityId, InstallationId, RoleId, Sealed, Stamp,
    Timestamp, TokenNumber,
};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{Condition, DatabaseTransaction, PaginatorTrait, QueryOrder, QuerySelect};

use crate::columns;
use crate::fault::Fault;
use row::{ACTIVE, REVOKED, of_token};

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
    pub(crate) name_key: String,
    pub(crate) created_at_ms: i64,
    pub(crate) created_by: String,
    pub(crate) changed_at_ms: i64,
    pub(crate) changed_by: String,
    pub(crate) secret_since_ms: i64,
    pub(crate) awake_since_ms: i64,
    pub(crate) expires_at_ms: Option<i64>,
    pub(crate) idle_days: Option<i64>,
    pub(crate) addresses: Option<String>,
    pub(crate) lapsed_at_ms: Option<i64>,
    pub(crate) lapsed_why: Option<String>,
    pub(crate) retiring_secret: Option<Vec<u8>>,
    pub(crate) retiring_version: Option<i64>,
    pub(crate) retiring_until_ms: Option<i64>,
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

pub(crate) async fn find(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    number: TokenNumber,
) -> Result<Option<AccessToken>, Fault> {
    let row = Entity::find_by_id((account.0.into(), number.0.into())).one(tx).await?;
    Ok(row.map(AccessToken::try_from).transpose()?)
}

pub(crate) async fn add(tx: &DatabaseTransaction, token: &AccessToken) -> Result<(), Fault> {
    Entity::insert(of_token(token)).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves all that can change.
pub(crate) async fn save(tx: &DatabaseTransaction, token: &AccessToken) -> Result<(), Fault> {
    let saved = Entity::update_many()
        .set(of_token(token))
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
    stamp: Stamp,
) -> Result<u64, Fault> {
    let (at, by) = (stamp.at.millis(), stamp.by.to_string());
    let revoked = Entity::update_many()
        .col_expr(Column::State, Expr::value(REVOKED))
        .col_expr(Column::RevokedAtMs, Expr::value(at))
        .col_expr(Column::ChangedAtMs, Expr::value(at))
        .col_expr(Column::ChangedBy, Expr::value(by))
        .col_expr(Column::RetiringSecret, Expr::value(None::<Vec<u8>>))
        .col_expr(Column::RetiringVersion, Expr::value(None::<i64>))
        .col_expr(Column::RetiringUntilMs, Expr::value(None::<i64>))
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

/// Erases secrets whose time to retire is over; gives their number.
pub(crate) async fn erase_retired(tx: &DatabaseTransaction, now: Timestamp) -> Result<u64, Fault> {
    let erased = Entity::update_many()
        .col_expr(Column::RetiringSecret, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(Column::RetiringVersion, Expr::value(Option::<i64>::None))
        .col_expr(Column::RetiringUntilMs, Expr::value(Option::<i64>::None))
        .filter(Column::RetiringUntilMs.lte(now.millis()))
        .exec(tx)
        .await?;
    Ok(erased.rows_affected)
}
