//! Tokens that end, that run out, that are bound to addresses, whose secret retires beside its
//! successor; what an account asks of its tokens; lists of a million.

use sea_orm::DbBackend;
use sea_orm::sea_query::{ColumnDef, Expr, Index, Table};

use crate::schema::{Steps, bytes, number, optional, text};

/// From versions of rows.
pub(super) fn steps(steps: &mut Steps) {
    token_columns(steps);
    policy(steps);
    let made = made(steps.backend);
    steps.sql(&made);
    // Whoever looks for names looks for them without regard to case. `lower` of SQLite knows ASCII
    // only, which is as well as can be done for names that are there already.
    steps.sql("UPDATE access_token SET name_key = lower(name)");
    indexes(steps);
}

fn token_columns(steps: &mut Steps) {
    let plain: [ColumnDef; 6] = [
        text("name_key").default("").take(),
        number("created_at_ms").default(0).take(),
        text("created_by").default("schedule").take(),
        number("changed_at_ms").default(0).take(),
        text("changed_by").default("schedule").take(),
        number("secret_since_ms").default(0).take(),
    ];
    let later = [
        number("awake_since_ms").default(0).take(),
        optional(number("expires_at_ms")),
        optional(number("idle_days")),
        optional(text("addresses")),
    ];
    for column in plain.into_iter().chain(later) {
        add(steps, column);
    }
    let together = |rule: &str| Expr::cust(rule.to_owned());
    add(steps, optional(number("lapsed_at_ms")));
    add(
        steps,
        optional(text("lapsed_why"))
            .check(together(
                "(lapsed_why IS NULL OR lapsed_why IN ('age', 'idle')) \
                 AND (lapsed_why IS NULL) = (lapsed_at_ms IS NULL)",
            ))
            .take(),
    );
    add(
        steps,
        optional(bytes("retiring_secret"))
            .check(together("retiring_secret IS NULL OR length(retiring_secret) = 64"))
            .take(),
    );
    add(steps, optional(number("retiring_version")));
    add(
        steps,
        optional(number("retiring_until_ms"))
            .check(together(
                "(retiring_until_ms IS NULL) = (retiring_secret IS NULL) \
                 AND (retiring_until_ms IS NULL) = (retiring_version IS NULL)",
            ))
            .take(),
    );
}

fn add(steps: &mut Steps, column: ColumnDef) {
    steps.then(Table::alter().table("access_token").add_column(column));
}

fn policy(steps: &mut Steps) {
    for name in [
        "policy_max_age_days",
        "policy_max_idle_days",
        "policy_warn_from_ms",
        "policy_block_from_ms",
        "policy_revoke_from_ms",
        "policy_warned_at_ms",
    ] {
        steps.then(Table::alter().table("account").add_column(optional(number(name))));
    }
}

/// When and by whom tokens were made, from the trail, which has all of them.
pub(crate) fn made(backend: DbBackend) -> String {
    let (act, token) = match backend {
        DbBackend::Postgres => ("act->>'act'", "CAST(act->>'token' AS bigint)"),
        _ => ("json_extract(act, '$.act')", "json_extract(act, '$.token')"),
    };
    format!(
        "UPDATE access_token SET created_at_ms = made.at_ms, created_by = made.actor, \
         changed_at_ms = made.at_ms, changed_by = made.actor, secret_since_ms = made.at_ms, \
         awake_since_ms = made.at_ms \
         FROM (SELECT account AS of_account, {token} AS token, at_ms, actor FROM event \
         WHERE {act} = 'token-created') AS made \
         WHERE made.of_account = access_token.account AND made.token = access_token.number"
    )
}

/// A list has one of these to go by; names are looked through in the last.
fn indexes(steps: &mut Steps) {
    steps.then(
        Index::create()
            .name("access_token_by_state")
            .table("access_token")
            .col("account")
            .col("state")
            .col("number"),
    );
    steps.then(
        Index::create()
            .name("access_token_names")
            .table("access_token")
            .col("account")
            .col("number")
            .col("name_key"),
    );
    steps.then(
        Index::create()
            .name("access_token_by_age")
            .table("access_token")
            .col("account")
            .col("secret_since_ms"),
    );
}
