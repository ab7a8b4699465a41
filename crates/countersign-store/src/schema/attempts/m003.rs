//! How far the clocks of clients were off.

use sea_orm::sea_query::{Index, Table};

use crate::schema::{Steps, number};

/// One row for each token whose client's clock was ever off by more than a minute.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("token_clock")
            .col(number("account"))
            .col(number("token"))
            .col(number("last_seconds"))
            .col(number("last_at_ms"))
            .col(number("worst_seconds"))
            .col(number("worst_at_ms"))
            .primary_key(Index::create().col("account").col("token")),
    );
}
