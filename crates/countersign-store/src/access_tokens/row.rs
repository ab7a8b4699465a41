//! How a token stands in its row, and the way back.

use countersign_authority::StoreFault;
use countersign_model::{
    AccessToken, AccountNumber, Actor, Addresses, Breach, EntityId, InstallationId, Lapsed,
    RetiringSecret, Revoked, RoleId, Stamp, Timestamp, TokenHistory, TokenId, TokenLimits,
    TokenNumber, TokenState,
};
use sea_orm::Set;

use super::{ActiveModel, Model};
use crate::columns;

pub(super) const ACTIVE: &str = "active";
const INACTIVE: &str = "inactive";
pub(super) const REVOKED: &str = "revoked";

/// By which names are looked for.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

pub(super) fn token_id(column: &[u8]) -> Result<TokenId, StoreFault> {
    columns::bytes(column, "a token id").map(TokenId::from_bytes)
}

pub(super) fn state(name: &str, revoked_at_ms: Option<i64>) -> Result<TokenState, StoreFault> {
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

impl TryFrom<Model> for AccessToken {
    type Error = StoreFault;

    fn try_from(row: Model) -> Result<Self, StoreFault> {
        Ok(Self {
            account: AccountNumber(columns::number(row.account)?),
            number: TokenNumber(columns::number(row.number)?),
            token_id: token_id(&row.token_id)?,
            token_secret: columns::sealed(&row.token_secret)?,
            secret_version: columns::number(row.secret_version)?,
            retiring: retiring(
                row.retiring_secret.as_deref(),
                row.retiring_version,
                row.retiring_until_ms,
            )?,
            installation: InstallationId(columns::number(row.installation)?),
            entity: EntityId(columns::number(row.entity)?),
            role: RoleId(columns::number(row.role)?),
            state: state(&row.state, row.revoked_at_ms)?,
            limits: TokenLimits {
                expires_at: row.expires_at_ms.map(Timestamp::from_millis),
                idle_days: row.idle_days.map(days).transpose()?,
                addresses: row.addresses.as_deref().map(addresses).transpose()?,
            },
            lapsed: lapsed(row.lapsed_at_ms, row.lapsed_why.as_deref())?,
            history: TokenHistory {
                created: stamp(row.created_at_ms, &row.created_by)?,
                changed: stamp(row.changed_at_ms, &row.changed_by)?,
                secret_since: Timestamp::from_millis(row.secret_since_ms),
                awake_since: Timestamp::from_millis(row.awake_since_ms),
            },
            name: row.name,
            version: columns::version(row.version)?,
        })
    }
}

/// All that can change of a token, and what names it.
pub(super) fn of_token(token: &AccessToken) -> ActiveModel {
    let (state, revoked_at_ms) = state_columns(token.state);
    let AccessToken { limits, history, retiring, .. } = token;
    ActiveModel {
        account: Set(token.account.0.into()),
        number: Set(token.number.0.into()),
        token_id: Set(token.token_id.as_bytes().to_vec()),
        token_secret: Set(token.token_secret.to_bytes().to_vec()),
        secret_version: Set(token.secret_version.into()),
        name: Set(token.name.clone()),
        name_key: Set(name_key(&token.name)),
        installation: Set(token.installation.0.into()),
        entity: Set(token.entity.0.into()),
        role: Set(token.role.0.into()),
        state: Set(state.to_owned()),
        revoked_at_ms: Set(revoked_at_ms),
        version: Set(token.version.0.into()),
        created_at_ms: Set(history.created.at.millis()),
        created_by: Set(history.created.by.to_string()),
        changed_at_ms: Set(history.changed.at.millis()),
        changed_by: Set(history.changed.by.to_string()),
        secret_since_ms: Set(history.secret_since.millis()),
        awake_since_ms: Set(history.awake_since.millis()),
        expires_at_ms: Set(limits.expires_at.map(Timestamp::millis)),
        idle_days: Set(limits.idle_days.map(Into::into)),
        addresses: Set(limits.addresses.as_ref().map(Addresses::to_string)),
        lapsed_at_ms: Set(token.lapsed.map(|lapsed| lapsed.at.millis())),
        lapsed_why: Set(token.lapsed.map(|lapsed| lapsed.why.as_str().to_owned())),
        retiring_secret: Set(retiring.map(|retiring| retiring.secret.to_bytes().to_vec())),
        retiring_version: Set(retiring.map(|retiring| retiring.version.into())),
        retiring_until_ms: Set(retiring.map(|retiring| retiring.until.millis())),
    }
}

pub(super) fn retiring(
    secret: Option<&[u8]>,
    version: Option<i64>,
    until_ms: Option<i64>,
) -> Result<Option<RetiringSecret>, StoreFault> {
    match (secret, version, until_ms) {
        (None, None, None) => Ok(None),
        (Some(secret), Some(version), Some(until)) => Ok(Some(RetiringSecret {
            secret: columns::sealed(secret)?,
            version: columns::number(version)?,
            until: Timestamp::from_millis(until),
        })),
        _ => Err(StoreFault::Damaged("a secret that retires")),
    }
}

fn lapsed(at_ms: Option<i64>, why: Option<&str>) -> Result<Option<Lapsed>, StoreFault> {
    let why = why.map(|why| Breach::parse(why).ok_or(StoreFault::Damaged("why a token ran out")));
    Ok(at_ms.zip(why.transpose()?).map(|(at, why)| Lapsed { at: Timestamp::from_millis(at), why }))
}

fn stamp(at_ms: i64, by: &str) -> Result<Stamp, StoreFault> {
    let by = Actor::parse(by).ok_or(StoreFault::Damaged("who changed a token"))?;
    Ok(Stamp { at: Timestamp::from_millis(at_ms), by })
}

fn days(column: i64) -> Result<u16, StoreFault> {
    column.try_into().map_err(|_| StoreFault::Damaged("a number of days"))
}

pub(super) fn addresses(column: &str) -> Result<Addresses, StoreFault> {
    Addresses::parse(column).map_err(|_| StoreFault::Damaged("allowed addresses"))
}
