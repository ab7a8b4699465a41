//! Lists of tokens, of which there may be a million.
//!
//! A list goes by one index: of the entity, role, installation or state that is asked for, else of
//! the numbers. What else is asked of a token is looked at row by row, for so many rows that a part
//! of the list never takes long; a part may therefore be short, or empty, and say where it goes on.

use countersign_authority::{Order, Slice, StateFilter, StoreFault, TokenFilter, TokenPart};
use countersign_model::{AccessToken, AccountNumber, Role, Timestamp};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{BinOper, LikeExpr};
use sea_orm::{Condition, DatabaseTransaction, ExprTrait, QueryOrder, QuerySelect};

use super::row::{ACTIVE, REVOKED, name_key};
use super::{Column, Entity};
use crate::columns;
use crate::fault::Fault;

/// Rows that are looked at for one part: by their columns in an index, by their columns, and by
/// what else the record says.
const MOST_NAMES: u64 = 150_000;
const MOST_ROWS: u64 = 25_000;
const MOST_LOGINS: u64 = 8_000;

pub(crate) async fn list(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &TokenFilter,
    slice: Slice,
) -> Result<TokenPart, Fault> {
    let most = usize::from(slice.most.clamp(1, Slice::MOST));
    let list = List::of(account, filter, slice.order);
    let end = match list.window {
        Some(window) => list.end(tx, slice.after, window).await?,
        None => None,
    };
    let mut numbers = list.numbers(tx, slice.after, end, most + 1).await?;
    let more = numbers.len() > most;
    numbers.truncate(most);
    let last = numbers.last().copied();
    let next = if more { last } else { end }.map(columns::number).transpose()?;
    Ok(TokenPart { rows: rows(tx, account, &numbers, slice.order).await?, next })
}

pub(crate) async fn count(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    filter: &TokenFilter,
) -> Result<u64, Fault> {
    let list = List::of(account, filter, Order::OldestFirst);
    let count = Entity::find().select_only().expr(Expr::cust("COUNT(*)"));
    let count = count.filter(list.driver).filter(list.rest).into_tuple::<i64>().one(tx).await?;
    Ok(columns::counted(count.unwrap_or_default())?)
}

struct List {
    /// What the index is for.
    driver: Condition,
    /// What is looked at row by row.
    rest: Condition,
    /// How many rows are looked at.
    window: Option<u64>,
    order: Order,
}

impl List {
    fn of(account: AccountNumber, filter: &TokenFilter, order: Order) -> Self {
        let (index, mut rest) = split(filter);
        let rows_only = !rest.is_empty();
        rest = rest.add_option(filter.text.as_deref().map(names));
        rest = rest.add_option(filter.dormant.map(dormant));
        let window = if filter.dormant.is_some() {
            Some(MOST_LOGINS)
        } else if rows_only || (filter.text.is_some() && index.is_some()) {
            Some(MOST_ROWS)
        } else {
            filter.text.is_some().then_some(MOST_NAMES)
        };
        let account = Column::Account.eq(i64::from(account.0));
        Self { driver: Condition::all().add(account).add_option(index), rest, window, order }
    }

    fn behind(&self, after: Option<u32>) -> Option<Expr> {
        let after = i64::from(after?);
        Some(match self.order {
            Order::OldestFirst => Column::Number.gt(after),
            Order::NewestFirst => Column::Number.lt(after),
        })
    }

    fn up_to(&self, end: Option<i64>) -> Option<Expr> {
        Some(match self.order {
            Order::OldestFirst => Column::Number.lte(end?),
            Order::NewestFirst => Column::Number.gte(end?),
        })
    }

    /// The number of the last row that is looked at, if it isn't the last of all.
    async fn end(
        &self,
        tx: &DatabaseTransaction,
        after: Option<u32>,
        window: u64,
    ) -> Result<Option<i64>, Fault> {
        let rows = Condition::all().add(self.driver.clone()).add_option(self.behind(after));
        let end = Entity::find().select_only().column(Column::Number).filter(rows);
        Ok(self.ordered(end).offset(window - 1).limit(1).into_tuple().one(tx).await?)
    }

    async fn numbers(
        &self,
        tx: &DatabaseTransaction,
        after: Option<u32>,
        end: Option<i64>,
        most: usize,
    ) -> Result<Vec<i64>, Fault> {
        let rows = Condition::all()
            .add(self.driver.clone())
            .add_option(self.behind(after))
            .add_option(self.up_to(end))
            .add(self.rest.clone());
        let numbers = Entity::find().select_only().column(Column::Number).filter(rows);
        Ok(self.ordered(numbers).limit(most as u64).into_tuple().all(tx).await?)
    }

    fn ordered(&self, select: Select<Entity>) -> Select<Entity> {
        match self.order {
            Order::OldestFirst => select.order_by_asc(Column::Number),
            Order::NewestFirst => select.order_by_desc(Column::Number),
        }
    }
}

/// What there is an index for, and the rest. Of what there are several indexes for one is taken;
/// the columns of the others are hidden from the planner, which can't know better.
fn split(filter: &TokenFilter) -> (Option<Expr>, Condition) {
    let number = |column: Column, number: u32| (column, i64::from(number));
    let numbers = [
        filter.entity.map(|id| number(Column::Entity, id.0)),
        filter.role.map(|id| number(Column::Role, id.0)),
        filter.installation.map(|id| number(Column::Installation, id.0)),
    ];
    let (mut index, mut rest) = (None, Condition::all());
    for (column, number) in numbers.into_iter().flatten() {
        if index.is_none() {
            index = Some(column.eq(number));
        } else {
            rest = rest.add(Expr::col((Entity, column)).add(0_i64).eq(number));
        }
    }
    let state = filter.state.or(filter.dormant.map(|_| StateFilter::Active));
    let hidden = || Expr::col((Entity, Column::State)).binary(BinOper::Custom("||"), "");
    match state {
        Some(StateFilter::NotRevoked) => rest = rest.add(hidden().ne(REVOKED)),
        Some(StateFilter::Active) => rest = rest.add(hidden().eq(ACTIVE)),
        Some(it @ (StateFilter::Inactive | StateFilter::Revoked)) => {
            let name = if it == StateFilter::Revoked { REVOKED } else { "inactive" };
            if index.is_none() {
                index = Some(Column::State.eq(name));
            } else {
                rest = rest.add(hidden().eq(name));
            }
        }
        None => {}
    }
    (index, rest.add_option(times(filter)))
}

fn times(filter: &TokenFilter) -> Option<Condition> {
    let from = |column: Column, at: Option<Timestamp>| at.map(|at| column.gte(at.millis()));
    let before = |column: Column, at: Option<Timestamp>| at.map(|at| column.lt(at.millis()));
    // Kept from the planner: nothing is ordered by it.
    let secret = filter
        .secret_before
        .map(|at| Expr::col((Entity, Column::SecretSinceMs)).add(0_i64).lt(at.millis()));
    let lasts = |now: Timestamp| {
        Column::ExpiresAtMs
            .is_null()
            .or(Column::ExpiresAtMs.gt(now.millis()))
            .and(Column::LapsedAtMs.is_null())
    };
    let all = Condition::all()
        .add_option(from(Column::CreatedAtMs, filter.created_from))
        .add_option(before(Column::CreatedAtMs, filter.created_before))
        .add_option(from(Column::RevokedAtMs, filter.revoked_from))
        .add_option(before(Column::RevokedAtMs, filter.revoked_before))
        .add_option(before(Column::ExpiresAtMs, filter.expiring_before))
        .add_option(secret)
        .add_option(before(Column::AwakeSinceMs, filter.awake_before))
        .add_option(filter.has_idle_days.then(|| Column::IdleDays.is_not_null()))
        .add_option(filter.not_ended.map(lasts));
    (!all.is_empty()).then_some(all)
}

fn names(text: &str) -> Expr {
    let mut pattern = String::from("%");
    for character in name_key(text).chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    Expr::col((Entity, Column::NameKey)).like(LikeExpr::new(pattern).escape('\\'))
}

/// Active, and unable to log in: the rule of `Login`, of states and of the feature, asked of all
/// at once.
fn dormant(now: Timestamp) -> Expr {
    let (now, administrator) = (now.millis(), Role::ADMINISTRATOR);
    Expr::cust(format!(
        "(access_token.expires_at_ms <= {now} OR access_token.lapsed_at_ms <= {now} \
         OR NOT EXISTS (SELECT 1 FROM account WHERE account.number = access_token.account \
             AND account.token_based_authentication) \
         OR NOT EXISTS (SELECT 1 FROM installation \
             JOIN integration ON integration.id = installation.integration \
             WHERE installation.account = access_token.account \
             AND installation.id = access_token.installation \
             AND installation.state = 'enabled' AND integration.token_based) \
         OR NOT EXISTS (SELECT 1 FROM entity_role \
             JOIN entity ON entity.account = entity_role.account \
             AND entity.id = entity_role.entity \
             JOIN \"role\" ON \"role\".account = entity_role.account \
             AND \"role\".id = entity_role.role \
             WHERE entity_role.account = access_token.account \
             AND entity_role.entity = access_token.entity \
             AND entity_role.role = access_token.role \
             AND NOT entity_role.hidden AND entity.active AND \"role\".active \
             AND (\"role\".id = {administrator} OR EXISTS (SELECT 1 FROM role_permission \
                 WHERE role_permission.account = \"role\".account \
                 AND role_permission.role = \"role\".id AND role_permission.permission IN \
                 ('log-in-using-access-tokens', 'user-access-tokens')))))"
    ))
}

async fn rows(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    numbers: &[i64],
    order: Order,
) -> Result<Vec<AccessToken>, Fault> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = Entity::find()
        .filter(Column::Account.eq(i64::from(account.0)))
        .filter(Column::Number.is_in(numbers.iter().copied()))
        .order_by_asc(Column::Number)
        .all(tx)
        .await?;
    if order == Order::NewestFirst {
        rows.reverse();
    }
    Ok(rows.into_iter().map(AccessToken::try_from).collect::<Result<_, StoreFault>>()?)
}
