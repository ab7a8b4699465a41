//! Telling of all tokens, at the start: the one query that reads a million rows.
//!
//! Each column of each row is copied twice on its way here, so only what a verdict needs is read,
//! by place rather than by name; and what few tokens have is read of these few, by an index of
//! its own.

use countersign_authority::StoreFault;
use countersign_model::{
    AccessToken, AccountNumber, EntityId, InstallationId, RoleId, TokenNumber,
};
use countersign_verify::{Fact, TokenFact};
use futures_util::TryStreamExt;
use sea_orm::entity::prelude::*;
use sea_orm::{DatabaseTransaction, ExprTrait, QuerySelect, QueryTrait};

use super::row::{state, token_id};
use super::{Column, Entity};
use crate::fault::Fault;
use crate::{Learn, columns};

/// What a token has that is nothing special, as it stands in the row.
type Plain = (Vec<u8>, Vec<u8>, i64, i64, i64, i64, i64, i64, String, Option<i64>);

const PLAIN: [Column; 10] = [
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
];

/// Which tokens have more than that. In the words of the index `access_token_special`, by which
/// they are found.
const IS_SPECIAL: &str = "(expires_at_ms IS NOT NULL OR addresses IS NOT NULL \
    OR lapsed_at_ms IS NOT NULL OR retiring_until_ms IS NOT NULL)";

/// From so many on it pays to say how many there are.
const MANY: i64 = 10_000;

/// Those of one account, or all.
pub(crate) async fn tell(
    tx: &DatabaseTransaction,
    of: Option<AccountNumber>,
    learn: Learn<'_>,
) -> Result<(), Fault> {
    let tokens =
        || Entity::find().apply_if(of, |rows, of| rows.filter(Column::Account.eq(i64::from(of.0))));
    let many = tokens().select_only().expr(Expr::cust("COUNT(*)"));
    let many = many.into_tuple::<i64>().one(tx).await?.unwrap_or_default();
    if many >= MANY {
        learn(Fact::TokensToCome(many as usize));
    }
    let mut special = tokens().filter(Expr::cust(IS_SPECIAL)).stream(tx).await?;
    while let Some(row) = special.try_next().await? {
        learn(Fact::Token((&AccessToken::try_from(row)?).into()));
    }
    drop(special);
    let plain = tokens().select_only().columns(PLAIN);
    let plain = plain.filter(Expr::cust(IS_SPECIAL).not());
    let mut plain = plain.into_tuple::<Plain>().stream(tx).await?;
    while let Some(row) = plain.try_next().await? {
        learn(Fact::Token(fact(row)?));
    }
    Ok(())
}

fn fact(row: Plain) -> Result<TokenFact, StoreFault> {
    let (id, secret, version, account, number, installation, entity, role, name, revoked_at) = row;
    Ok(TokenFact {
        token_id: token_id(&id)?,
        secret: columns::sealed(&secret)?,
        secret_version: columns::number(version)?,
        retiring: None,
        account: AccountNumber(columns::number(account)?),
        number: TokenNumber(columns::number(number)?),
        installation: InstallationId(columns::number(installation)?),
        entity: EntityId(columns::number(entity)?),
        role: RoleId(columns::number(role)?),
        state: state(&name, revoked_at)?,
        ends_at: None,
        addresses: None,
    })
}
