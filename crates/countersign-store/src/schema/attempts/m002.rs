//! Explanations of refusals.

use sea_orm::sea_query::{ColumnDef, Index, Table};

use crate::schema::{Steps, number, optional, text};

/// From attempts and their counts.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("explanation")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(text("reference"))
            .col(number("at_ms"))
            .col(optional(number("account")))
            .col(optional(number("entity")))
            .col(text("told")),
    );
    steps.then(
        Index::create()
            .name("explanation_reference_unique")
            .table("explanation")
            .col("reference")
            .unique(),
    );
    steps.then(
        Index::create()
            .name("explanation_by_account")
            .table("explanation")
            .col("account")
            .col("id"),
    );
    steps.then(Index::create().name("explanation_by_time").table("explanation").col("at_ms"));
}
