//! Keys that sign assertions.

use sea_orm::sea_query::{Check, Expr, Table};

use crate::schema::{Steps, bytes, number, optional};

/// From secrets that are kept after a reset.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("assertion_key")
            .col(number("number").primary_key())
            .col(bytes("public_key"))
            .col(bytes("private_key"))
            .col(number("signs_from_ms"))
            .col(optional(number("until_ms")))
            .check(Check::named(
                "assertion_key_public_length",
                Expr::cust("length(public_key) = 32"),
            ))
            .check(Check::named(
                "assertion_key_private_length",
                Expr::cust("length(private_key) = 64"),
            )),
    );
}
