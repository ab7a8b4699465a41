//! Own permissions, what roles demand, roles that are hidden, second factors, sessions.

use sea_orm::sea_query::{
    Check, Expr, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table,
};

use crate::schema::{Steps, bytes, flag, number, optional, text};

/// From rows that count their changes.
pub(super) fn steps(steps: &mut Steps) {
    for column in ["two_factor_required", "web_services_only"] {
        let column = flag(column).default(false).take();
        steps.then(Table::alter().table("role").add_column(column));
    }
    let hidden = flag("hidden").default(false).take();
    steps.then(Table::alter().table("entity_role").add_column(hidden));
    own_permissions(steps);
    second_factors(steps);
    sessions(steps);
    indexes(steps);
}

fn own_permissions(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("own_permission")
            .col(number("account"))
            .col(text("name"))
            .col(text("description"))
            .col(number("version"))
            .primary_key(Index::create().col("account").col("name"))
            .foreign_key(
                ForeignKey::create()
                    .name("own_permission_account")
                    .from("own_permission", "account")
                    .to("account", "number"),
            ),
    );
    steps.then(
        Table::create()
            .table("role_own_permission")
            .col(number("account"))
            .col(number("role"))
            .col(text("permission"))
            .col(text("level"))
            .primary_key(Index::create().col("account").col("role").col("permission"))
            .foreign_key(&mut owned("role_own_permission", "role", "role"))
            .foreign_key(
                ForeignKey::create()
                    .name("role_own_permission_permission")
                    .from("role_own_permission", ("account", "permission"))
                    .to("own_permission", ("account", "name")),
            ),
    );
    steps.then(
        Index::create()
            .name("role_own_permission_by_permission")
            .table("role_own_permission")
            .col("account")
            .col("permission"),
    );
}

fn second_factors(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("second_factor")
            .col(number("account"))
            .col(number("entity"))
            .col(bytes("secret"))
            .col(number("secret_version"))
            .col(optional(number("last_step")))
            .primary_key(Index::create().col("account").col("entity"))
            .check(length("second_factor_secret_length", "secret", 64))
            .foreign_key(&mut owned("second_factor", "entity", "entity")),
    );
    steps.then(
        Table::create()
            .table("recovery_code")
            .col(number("account"))
            .col(number("entity"))
            .col(bytes("digest"))
            .primary_key(Index::create().col("account").col("entity").col("digest"))
            .check(length("recovery_code_digest_length", "digest", 32))
            .foreign_key(
                ForeignKey::create()
                    .name("recovery_code_second_factor")
                    .from("recovery_code", ("account", "entity"))
                    .to("second_factor", ("account", "entity"))
                    .on_delete(ForeignKeyAction::Cascade),
            ),
    );
}

fn sessions(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("session")
            .col(bytes("digest").primary_key())
            .col(number("account"))
            .col(number("number"))
            .col(number("entity"))
            .col(number("role"))
            .col(flag("two_factor"))
            .col(number("started_ms"))
            .col(number("authenticated_ms"))
            .col(number("used_ms"))
            .col(optional(text("origin")))
            .check(length("session_digest_length", "digest", 32))
            .foreign_key(&mut owned("session", "entity", "entity"))
            .foreign_key(&mut owned("session", "role", "role")),
    );
    steps.then(
        Index::create()
            .unique()
            .name("session_number_unique")
            .table("session")
            .col("account")
            .col("number"),
    );
    steps.then(
        Index::create()
            .name("session_by_entity")
            .table("session")
            .col("account")
            .col("entity")
            .col("number"),
    );
}

/// What is asked of assignments by role, and of what hangs on an entity before it goes.
fn indexes(steps: &mut Steps) {
    for (name, table, columns) in [
        ("entity_role_by_role", "entity_role", ["account", "role", "entity"]),
        ("access_token_by_entity", "access_token", ["account", "entity", "number"]),
        ("access_token_by_role", "access_token", ["account", "role", "number"]),
    ] {
        let mut index = Index::create().name(name).table(table).take();
        columns.into_iter().for_each(|column| {
            index.col(column);
        });
        steps.then(&index);
    }
    steps.then(Index::create().name("link_by_entity").table("link").col("account").col("entity"));
}

/// `column` of `table` names something in the same account.
fn owned(table: &'static str, column: &'static str, to: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}"))
        .from(table, ("account", column))
        .to(to, ("account", "id"))
        .take()
}

fn length(name: &'static str, column: &str, bytes: usize) -> Check {
    Check::named(name, Expr::cust(format!("length({column}) = {bytes}")))
}
