//! An environment as a copy of its production account.
//!
//! The copy is made by the database, table by table, so that ten thousand entities are no more
//! statements than ten. It is written once, for both databases; the only values in the text are
//! numbers.

use countersign_authority::{Copied, Series, StoreFault};
use countersign_model::{AccountNumber, IntegrationId, SecondFactor, Stamp};
use countersign_verify::Fact;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::fault::Fault;
use crate::{
    access_tokens, accounts, installations, integrations, role_assignments, second_factors, series,
};

/// What is copied as it is, in the order of what depends on what.
const COPIED: [(&str, &str); 6] = [
    ("entity", "id, kind, name, email, active, password, version"),
    ("own_permission", "name, description, version"),
    ("role", "id, name, active, two_factor_required, web_services_only, version"),
    ("role_permission", "role, permission, level"),
    ("role_own_permission", "role, permission, level"),
    ("entity_role", "entity, role, hidden"),
];

/// What an environment had, in the order in which it goes.
const EMPTIED: [&str; 11] = [
    "access_token",
    "session",
    "link",
    "recovery_code",
    "second_factor",
    "entity_role",
    "role_own_permission",
    "role_permission",
    "role",
    "own_permission",
    "entity",
];

/// Makes `to` a copy of `from`.
pub(crate) async fn copy(
    tx: &DatabaseTransaction,
    from: AccountNumber,
    to: AccountNumber,
    stamp: Stamp,
) -> Result<Copied, Fault> {
    let (production, environment) = (i64::from(from.0), i64::from(to.0));
    let tokens = remember_tokens(tx, environment, stamp).await?;
    let mut versions = Vec::new();
    for (table, names) in COPIED {
        let counts = names.ends_with("version");
        let next = if counts { next_version(tx, table, environment).await? } else { 1 };
        versions.push(next.to_string());
    }
    let installed = next_version(tx, "installation", environment).await?;
    for table in EMPTIED {
        run(tx, &format!("DELETE FROM {table} WHERE account = {environment}")).await?;
    }
    lift_series(tx, production, environment).await?;
    let deleted = remove_integrations(tx, to, stamp).await?;
    let mut copied = Copied { tokens, deleted, ..Copied::default() };
    for ((table, names), version) in COPIED.into_iter().zip(versions) {
        let values = names.replace("version", &version);
        let rows = run(
            tx,
            &format!(
                "INSERT INTO {table} (account, {names}) \
                 SELECT {environment}, {values} FROM {table} WHERE account = {production}"
            ),
        )
        .await?;
        match table {
            "entity" => copied.entities = rows,
            "role" => copied.roles = rows,
            _ => {}
        }
    }
    copied.integrations = install(tx, production, environment, installed, stamp).await?;
    Ok(copied)
}

async fn run(tx: &DatabaseTransaction, statement: &str) -> Result<u64, Fault> {
    Ok(tx.execute_unprepared(statement).await?.rows_affected())
}

/// A version that no row of the table has had here: nobody edits what they have seen before a
/// refresh as if it were what came after.
async fn next_version(
    tx: &DatabaseTransaction,
    table: &'static str,
    account: i64,
) -> Result<i64, Fault> {
    let query = Query::select()
        .expr_as(Expr::cust("CAST(COALESCE(MAX(version), 0) + 1 AS bigint)"), "next")
        .from(table)
        .and_where(Expr::col("account").eq(account))
        .take();
    let row = tx.query_one(&query).await?.ok_or(StoreFault::Damaged("a version"))?;
    Ok(row.try_get("", "next")?)
}

/// Keeps the tokens that were not revoked as former ones; links of earlier ones work no more.
async fn remember_tokens(
    tx: &DatabaseTransaction,
    account: i64,
    stamp: Stamp,
) -> Result<u64, Fault> {
    run(
        tx,
        &format!(
            "UPDATE former_token SET pickup_digest = NULL, pickup_expires_ms = NULL, \
             pickup_made_by = NULL, pickup_made_ms = NULL WHERE account = {account}"
        ),
    )
    .await?;
    let ended = stamp.at.millis();
    run(
        tx,
        &format!(
            "INSERT INTO former_token (account, number, name, integration, integration_name, \
             entity, entity_email, role, role_name, expires_at_ms, idle_days, addresses, ended_ms) \
             SELECT t.account, t.number, t.name, n.integration, n.name, t.entity, e.email, t.role, \
             r.name, t.expires_at_ms, t.idle_days, t.addresses, {ended} FROM access_token t \
             JOIN installation n ON n.account = t.account AND n.id = t.installation \
             JOIN entity e ON e.account = t.account AND e.id = t.entity \
             JOIN role r ON r.account = t.account AND r.id = t.role \
             WHERE t.account = {account} AND t.state <> 'revoked'"
        ),
    )
    .await
}

/// Numbers that production has given are given by the environment no more.
async fn lift_series(tx: &DatabaseTransaction, from: i64, to: i64) -> Result<(), Fault> {
    run(
        tx,
        &format!(
            "INSERT INTO series (name, account, last) SELECT name, {to}, last FROM series \
             WHERE account = {from} AND name IN ('entities', 'roles', 'installations') \
             ON CONFLICT (name, account) DO UPDATE SET last = \
             CASE WHEN excluded.last > series.last THEN excluded.last ELSE series.last END"
        ),
    )
    .await?;
    Ok(())
}

/// Removes the installations of an environment, and the definitions that it owns and no other
/// account has. One that another account has stays, with a number of its own.
async fn remove_integrations(
    tx: &DatabaseTransaction,
    account: AccountNumber,
    stamp: Stamp,
) -> Result<Vec<IntegrationId>, Fault> {
    let number = i64::from(account.0);
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    for id in integrations::owned_by(tx, account).await? {
        let places = installations::places(tx, id).await?;
        let is_elsewhere = places.iter().any(|(place, _)| *place != account);
        if is_elsewhere { &mut kept } else { &mut gone }.push(id);
    }
    let kept_ids = kept.iter().map(|id| i64::from(id.0));
    installations::Entity::delete_many()
        .filter(installations::Column::Account.eq(number))
        .filter(installations::Column::Integration.is_not_in(kept_ids))
        .exec(tx)
        .await?;
    for id in &gone {
        integrations::delete(tx, *id, stamp).await?;
    }
    for id in kept {
        let next = series::next(tx, Series::Installations(account)).await?;
        installations::Entity::update_many()
            .col_expr(installations::Column::Id, Expr::value(i64::from(next)))
            .filter(installations::Column::Account.eq(number))
            .filter(installations::Column::Integration.eq(i64::from(id.0)))
            .exec(tx)
            .await?;
    }
    Ok(gone)
}

/// Installs what production has installed, under the same numbers. Of what production doesn't own
/// itself, state and note begin anew.
async fn install(
    tx: &DatabaseTransaction,
    from: i64,
    to: i64,
    version: i64,
    stamp: Stamp,
) -> Result<u64, Fault> {
    let today = stamp.at.millis().div_euclid(24 * 60 * 60 * 1000);
    run(
        tx,
        &format!(
            "INSERT INTO installation (account, id, integration, name, state, \
             last_state_change_day, note, concurrency_limit, api_access, created_by, created_ms, \
             version) SELECT {to}, n.id, n.integration, n.name, \
             CASE WHEN i.owner = {from} THEN n.state ELSE 'enabled' END, \
             CASE WHEN i.owner = {from} THEN n.last_state_change_day ELSE {today} END, \
             CASE WHEN i.owner = {from} THEN n.note END, \
             n.concurrency_limit, n.api_access, n.created_by, n.created_ms, {version} \
             FROM installation n JOIN integration i ON i.id = n.integration \
             WHERE n.account = {from} AND i.deleted_ms IS NULL AND i.owner <> {to}"
        ),
    )
    .await
}

/// All facts of one account.
pub(crate) async fn facts(
    tx: &DatabaseTransaction,
    account: AccountNumber,
) -> Result<Vec<Fact>, Fault> {
    let facts = std::sync::Mutex::new(Vec::new());
    let learn = |fact: Fact| {
        if let Ok(mut facts) = facts.lock() {
            facts.push(fact);
        }
    };
    let of = Some(account);
    accounts::tell(tx, of, &learn).await?;
    installations::tell(tx, of, &learn).await?;
    role_assignments::tell(tx, of, &learn).await?;
    access_tokens::tell(tx, of, &learn).await?;
    Ok(facts.into_inner().unwrap_or_default())
}

/// The confirmed second factors of an account.
pub(crate) async fn confirmed_factors(
    tx: &DatabaseTransaction,
    account: AccountNumber,
) -> Result<Vec<SecondFactor>, Fault> {
    let rows = second_factors::Entity::find()
        .filter(second_factors::Column::Account.eq(i64::from(account.0)))
        .filter(second_factors::Column::LastStep.is_not_null())
        .all(tx)
        .await?;
    Ok(rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?)
}
