//! When, from where and how often tokens were used.

use sea_orm::sea_query::{Index, Table};

use crate::schema::{Steps, number, optional, text};

/// One row for each token that was ever used.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("token_use")
            .col(number("account"))
            .col(number("token"))
            .col(number("count"))
            .col(number("last_at_ms"))
            .col(text("last_source"))
            // With the token secret that retires, and with the consumer pair that does.
            .col(optional(number("secret_at_ms")))
            .col(optional(text("secret_source")))
            .col(optional(number("pair_at_ms")))
            .col(optional(text("pair_source")))
            .primary_key(Index::create().col("account").col("token")),
    );
}
