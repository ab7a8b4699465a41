//! Attempts with a row of their own, and those that are counted.

use sea_orm::sea_query::{ColumnDef, Index, Table};

use crate::schema::{Steps, flag, number, optional, text};

/// From an empty database.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("attempt")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(number("at_ms"))
            .col(number("count"))
            .col(flag("admitted"))
            .col(optional(text("reference")))
            .col(optional(text("code")))
            .col(optional(text("detail")))
            .col(optional(number("account")))
            .col(optional(number("installation")))
            .col(optional(number("token_account")))
            .col(optional(number("token")))
            .col(optional(number("entity")))
            .col(optional(number("role")))
            .col(text("source"))
            .col(text("surface"))
            .col(text("method"))
            .col(text("path"))
            .col(optional(text("user_agent"))),
    );
    steps.then(
        Index::create()
            .name("attempt_by_account")
            .table("attempt")
            .col("account")
            .col("at_ms")
            .col("id"),
    );
    steps.then(Index::create().name("attempt_by_reference").table("attempt").col("reference"));
    steps.then(
        Table::create()
            .table("attempt_count")
            .col(number("minute"))
            .col(text("network"))
            .col(text("surface"))
            .col(text("detail"))
            .col(number("count"))
            .col(text("refs"))
            .primary_key(Index::create().col("minute").col("network").col("surface").col("detail")),
    );
}
