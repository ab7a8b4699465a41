//! Accounts, people, integrations, tokens, and the trail of changes.

use sea_orm::sea_query::{
    Check, ColumnDef, Expr, ForeignKey, ForeignKeyCreateStatement, Index, Query, Table,
};

use crate::schema::{Steps, bytes, flag, number, optional, text};

/// From an empty database.
pub(super) fn steps(steps: &mut Steps) {
    people(steps);
    integrations(steps);
    tokens(steps);
    secrets(steps);
    changes(steps);
}

fn people(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("account")
            .col(number("number").primary_key())
            .col(text("id"))
            .col(text("name"))
            .col(flag("token_based_authentication")),
    );
    unique(steps, "account_id_unique", "account", &["id"]);
    steps.then(
        in_account("entity")
            .col(text("kind"))
            .col(text("name"))
            .col(text("email"))
            .col(flag("active"))
            .col(optional(text("password"))),
    );
    unique(steps, "entity_email_unique", "entity", &["account", "email"]);
    steps.then(in_account("role").col(text("name")).col(flag("active")));
    unique(steps, "role_name_unique", "role", &["account", "name"]);
    steps.then(
        Table::create()
            .table("role_permission")
            .col(number("account"))
            .col(number("role"))
            .col(text("permission"))
            .col(text("level"))
            .primary_key(Index::create().col("account").col("role").col("permission"))
            .foreign_key(&mut owned("role_permission", "role", "role")),
    );
    steps.then(
        Table::create()
            .table("entity_role")
            .col(number("account"))
            .col(number("entity"))
            .col(number("role"))
            .primary_key(Index::create().col("account").col("entity").col("role"))
            .foreign_key(&mut owned("entity_role", "entity", "entity"))
            .foreign_key(&mut owned("entity_role", "role", "role")),
    );
}

fn integrations(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("integration")
            .col(number("id").primary_key())
            .col(number("owner"))
            .col(text("name"))
            .col(bytes("consumer_key"))
            .col(bytes("consumer_secret"))
            .col(number("secret_version"))
            .col(flag("token_based"))
            .col(optional(text("callback_url")))
            .check(length("integration_consumer_key_length", "consumer_key", 32))
            .check(length("integration_consumer_secret_length", "consumer_secret", 64))
            .foreign_key(
                ForeignKey::create()
                    .name("integration_owner")
                    .from("integration", "owner")
                    .to("account", "number"),
            ),
    );
    unique(steps, "integration_consumer_key_unique", "integration", &["consumer_key"]);
    steps.then(
        in_account("installation").col(number("integration")).col(text("state")).foreign_key(
            ForeignKey::create()
                .name("installation_integration")
                .from("installation", "integration")
                .to("integration", "id"),
        ),
    );
    unique(steps, "installation_unique", "installation", &["account", "integration"]);
}

// No foreign key to `entity_role`: a token outlives the assignment of its role, and sleeps.
fn tokens(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("access_token")
            .col(number("account"))
            .col(number("number"))
            .col(bytes("token_id"))
            .col(bytes("token_secret"))
            .col(number("secret_version"))
            .col(text("name"))
            .col(number("installation"))
            .col(number("entity"))
            .col(number("role"))
            .col(text("state"))
            .col(optional(number("revoked_at_ms")))
            .primary_key(Index::create().col("account").col("number"))
            .check(length("access_token_id_length", "token_id", 32))
            .check(length("access_token_secret_length", "token_secret", 64))
            .check(Check::named(
                "access_token_revoked",
                Expr::cust("(state = 'revoked') = (revoked_at_ms IS NOT NULL)"),
            ))
            .foreign_key(&mut owned("access_token", "installation", "installation"))
            .foreign_key(&mut owned("access_token", "entity", "entity"))
            .foreign_key(&mut owned("access_token", "role", "role")),
    );
    unique(steps, "access_token_id_unique", "access_token", &["token_id"]);
}

fn secrets(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("link")
            .col(bytes("digest").primary_key())
            .col(number("account"))
            .col(number("entity"))
            .col(number("expires_ms"))
            .col(optional(number("used_ms")))
            .check(length("link_digest_length", "digest", 32))
            .foreign_key(&mut owned("link", "entity", "entity")),
    );
    steps.then(
        Table::create()
            .table("data_key")
            .col(number("number").primary_key())
            .col(bytes("wrapped"))
            .col(number("seals")),
    );
}

// No foreign keys: the trail outlives what it tells of.
fn changes(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("series")
            .col(text("name"))
            .col(number("account"))
            .col(number("last"))
            .primary_key(Index::create().col("name").col("account")),
    );
    steps.then(
        Table::create()
            .table("change_head")
            .col(number("id").primary_key())
            .col(number("last"))
            .check(Check::named("change_head_one_row", Expr::cust("id = 1"))),
    );
    steps.then(
        Query::insert()
            .into_table("change_head")
            .columns(["id", "last"])
            .values_panic([1_i64.into(), 0_i64.into()]),
    );
    steps.then(
        Table::create()
            .table("event")
            .col(number("number").primary_key())
            .col(number("at_ms"))
            .col(text("actor"))
            .col(number("account"))
            .col(ColumnDef::new("act").json_binary().not_null()),
    );
    steps
        .then(Index::create().name("event_by_account").table("event").col("account").col("number"));
}

/// A table of things that an account numbers.
fn in_account(table: &'static str) -> sea_orm::sea_query::TableCreateStatement {
    Table::create()
        .table(table)
        .col(number("account"))
        .col(number("id"))
        .primary_key(Index::create().col("account").col("id"))
        .foreign_key(
            ForeignKey::create()
                .name(format!("{table}_account"))
                .from(table, "account")
                .to("account", "number"),
        )
        .take()
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

fn unique(steps: &mut Steps, name: &'static str, table: &'static str, columns: &[&'static str]) {
    let mut index = Index::create().unique().name(name).table(table).take();
    for column in columns {
        index.col(*column);
    }
    steps.then(&index);
}
