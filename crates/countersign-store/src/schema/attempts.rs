//! The schema of the login trail.

mod m001;
mod m002;
mod m003;
mod m004;
mod m005;

use super::Schema;

/// The login trail.
pub(crate) const ATTEMPTS: Schema = Schema {
    name: "attempts",
    file: "attempts.db",
    application_id: i32::from_be_bytes(*b"CsAt"),
    foreign: "attempts.db is not a login trail of countersign",
    migrations: &[m001::steps, m002::steps, m003::steps, m004::steps, m005::steps],
};
