//! Environments of production accounts, and the tokens that they had before a refresh.

use sea_orm::sea_query::{Check, Expr, ForeignKey, Index, Table};

use crate::schema::{Steps, bytes, number, optional, text};

/// From accounts that know nothing of each other.
pub(super) fn steps(steps: &mut Steps) {
    let kind = optional(text("environment"))
        .check(Check::named(
            "account_environment",
            Expr::cust("environment IN ('sandbox', 'release-preview')"),
        ))
        .take();
    steps.then(Table::alter().table("account").add_column(kind));
    steps.sql(
        "ALTER TABLE account ADD COLUMN production BIGINT REFERENCES account (number) \
         CHECK ((production IS NULL) = (environment IS NULL))",
    );
    let refreshed = optional(number("refreshed_ms"))
        .check(Check::named(
            "account_refreshed",
            Expr::cust("refreshed_ms IS NULL OR environment IS NOT NULL"),
        ))
        .take();
    steps.then(Table::alter().table("account").add_column(refreshed));
    steps.then(
        Index::create()
            .name("account_by_production")
            .table("account")
            .col("production")
            .col("number"),
    );
    for statement in classified() {
        steps.sql(&statement);
    }
    former_tokens(steps);
}

/// An account that has the id of an environment of another one here is that. Its id has said so all
/// along; what is in it stays as it is until it is refreshed.
fn classified() -> [String; 2] {
    [("sandbox", "_SB", "<> ''"), ("release-preview", "_RP", "IS NOT NULL")].map(
        |(kind, mark, length)| {
            format!(
                "UPDATE account SET environment = '{kind}', production = p.number FROM \
                 (SELECT number, id FROM account) AS p \
                 WHERE substr(account.id, 1, length(p.id) + 3) = p.id || '{mark}' \
                 AND ltrim(substr(account.id, length(p.id) + 4), '0123456789') = '' \
                 AND substr(account.id, length(p.id) + 4) {length} \
                 AND substr(account.id, length(p.id) + 4, 1) <> '0'"
            )
        },
    )
}

fn former_tokens(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("former_token")
            .col(number("account"))
            .col(number("number"))
            .col(text("name"))
            .col(number("integration"))
            .col(text("integration_name"))
            .col(number("entity"))
            .col(text("entity_email"))
            .col(number("role"))
            .col(text("role_name"))
            .col(optional(number("expires_at_ms")))
            .col(optional(number("idle_days")))
            .col(optional(text("addresses")))
            .col(number("ended_ms"))
            .col(optional(bytes("pickup_digest")))
            .col(optional(number("pickup_expires_ms")))
            .col(optional(text("pickup_made_by")))
            .col(optional(number("pickup_made_ms")))
            .primary_key(Index::create().col("account").col("number"))
            .check(Check::named(
                "former_token_pickup",
                Expr::cust(
                    "(pickup_digest IS NULL) = (pickup_expires_ms IS NULL) \
                     AND (pickup_digest IS NULL) = (pickup_made_by IS NULL) \
                     AND (pickup_digest IS NULL) = (pickup_made_ms IS NULL)",
                ),
            ))
            .check(Check::named("former_token_digest", Expr::cust("length(pickup_digest) = 32")))
            .foreign_key(
                ForeignKey::create()
                    .name("former_token_account")
                    .from("former_token", "account")
                    .to("account", "number"),
            ),
    );
    steps.then(
        Index::create()
            .unique()
            .name("former_token_pickup_unique")
            .table("former_token")
            .col("pickup_digest"),
    );
}
