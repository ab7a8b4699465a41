//! The whole integration record, and consumer pairs that work beside a newer one.

use sea_orm::DbBackend;
use sea_orm::sea_query::{Check, Expr, ExprTrait, ForeignKey, Index, Query, Table};

use crate::schema::{Steps, bytes, flag, number, optional, text};

/// From versions of rows.
pub(super) fn steps(steps: &mut Steps) {
    definitions(steps);
    installations(steps);
    retiring_pairs(steps);
    // To find the tokens that end with their integration.
    steps.then(
        Index::create()
            .name("access_token_by_installation")
            .table("access_token")
            .col("account")
            .col("installation"),
    );
}

fn definitions(steps: &mut Steps) {
    let application_id = optional(bytes("application_id"))
        .check(Check::named("integration_application_id_length", length("application_id", 16)))
        .take();
    for column in [
        optional(text("description")),
        application_id,
        flag("authorization_flow").default(true).take(),
        flag("issue_token_endpoint").default(false).take(),
        flag("user_credentials").default(false).take(),
        optional(number("deleted_ms")),
    ] {
        steps.then(Table::alter().table("integration").add_column(column));
    }
    // Each row gets one of its own. Only here: all others are made by the program.
    let by_chance = match steps.backend {
        DbBackend::Postgres => "uuid_send(gen_random_uuid())",
        _ => "randomblob(16)",
    };
    steps.then(Query::update().table("integration").value("application_id", Expr::cust(by_chance)));
    steps.then(
        Query::update()
            .table("integration")
            .value("authorization_flow", false)
            .and_where(Expr::col("token_based").eq(false)),
    );
    steps.then(
        Index::create()
            .unique()
            .name("integration_application_id_unique")
            .table("integration")
            .col("application_id"),
    );
}

fn installations(steps: &mut Steps) {
    let limit = optional(number("concurrency_limit"))
        .check(Check::named("installation_limit", Expr::cust("concurrency_limit > 0")))
        .take();
    for column in [
        text("name").default("").take(),
        optional(number("last_state_change_day")),
        optional(text("note")),
        limit,
        flag("api_access").default(false).take(),
        optional(text("created_by")),
        optional(number("created_ms")),
    ] {
        steps.then(Table::alter().table("installation").add_column(column));
    }
    let name = "(SELECT i.name FROM integration i WHERE i.id = installation.integration)";
    steps.then(Query::update().table("installation").value("name", Expr::cust(name)));
    steps.then(
        Index::create()
            .name("installation_by_integration")
            .table("installation")
            .col("integration")
            .col("account"),
    );
}

fn retiring_pairs(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("retiring_pair")
            .col(number("integration").primary_key())
            .col(bytes("consumer_key"))
            .col(bytes("consumer_secret"))
            .col(number("secret_version"))
            .col(number("until_ms"))
            .check(Check::named("retiring_pair_key_length", length("consumer_key", 32)))
            .check(Check::named("retiring_pair_secret_length", length("consumer_secret", 64)))
            .foreign_key(
                ForeignKey::create()
                    .name("retiring_pair_integration")
                    .from("retiring_pair", "integration")
                    .to("integration", "id"),
            ),
    );
    steps.then(
        Index::create()
            .unique()
            .name("retiring_pair_key_unique")
            .table("retiring_pair")
            .col("consumer_key"),
    );
}

fn length(column: &str, bytes: usize) -> Expr {
    Expr::cust(format!("length({column}) = {bytes}"))
}
