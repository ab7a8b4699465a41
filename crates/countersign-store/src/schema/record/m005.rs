//! Which edition of a row somebody has seen, and from where a change came.

use sea_orm::sea_query::Table;

use crate::schema::{Steps, number, optional, text};

const COUNTED: [&str; 6] =
    ["account", "entity", "role", "integration", "installation", "access_token"];

/// From keys that sign assertions.
pub(super) fn steps(steps: &mut Steps) {
    for table in COUNTED {
        let version = number("version").default(1).take();
        steps.then(Table::alter().table(table).add_column(version));
    }
    steps.then(Table::alter().table("event").add_column(optional(text("origin"))));
}
