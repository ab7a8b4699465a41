//! Which uses the newest batches hold, so that the trail can be completed from the replay journal.

use sea_orm::sea_query::Table;

use crate::schema::{Steps, bytes, number};

/// One row for each batch of the last seconds.
pub(super) fn steps(steps: &mut Steps) {
    steps.then(
        Table::create()
            .table("written_uses")
            .col(number("id").primary_key().auto_increment())
            // The newest of them.
            .col(number("at_ms"))
            // Their fingerprints, eight bytes each, little-endian.
            .col(bytes("fingerprints")),
    );
}
