//! What is kept of a consumer secret after its reset.

use sea_orm::sea_query::{Check, Expr, ForeignKey, Table};

use crate::schema::{Steps, bytes, number};

/// From accounts, people, integrations and tokens.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("previous_secret")
            .col(number("integration").primary_key())
            .col(bytes("consumer_secret"))
            .col(number("secret_version"))
            .col(number("until_ms"))
            .check(Check::named(
                "previous_secret_length",
                Expr::cust("length(consumer_secret) = 64"),
            ))
            .foreign_key(
                ForeignKey::create()
                    .name("previous_secret_integration")
                    .from("previous_secret", "integration")
                    .to("integration", "id"),
            ),
    );
}
